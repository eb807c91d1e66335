//! `GET /healthz`: whether the gateway can do its work.

use crate::app::AppState;
use crate::error::Error;
use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};
use std::time::Duration;

/// How long the store may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// Reads from the store; 503 where it does not answer.
pub async fn get(State(state): State<AppState>) -> Result<Json<Value>, Error> {
    let Some(site) = state.config.sites.first() else { return Err(Error::Unavailable) };
    let read = state.store.list(site.key.clone(), None, 1);
    match tokio::time::timeout(PATIENCE, read).await {
        Ok(Ok(_)) => Ok(Json(json!({"status": "ok"}))),
        Ok(Err(error)) => {
            tracing::error!(%error, "unhealthy: the store does not read");
            Err(Error::Unavailable)
        }
        Err(_) => {
            tracing::error!("unhealthy: the store does not answer in time");
            Err(Error::Unavailable)
        }
    }
}
