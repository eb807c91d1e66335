//! The only door to durable state.

pub mod embedded;

use async_trait::async_trait;

/// A store's fault.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The engine failed.
    #[error("{0}")]
    Engine(String),
}

/// Durable state.
#[async_trait]
pub trait Store: Send + Sync + 'static {}
