//! The store of one gateway.

/// The store.
pub struct Embedded {}
