//! What operators see: logs, metrics, health.
//!
//! Logs hold neither tokens nor what people write. They name a request by its id (`x-request-id`, the client's or
//! ours), its method, the route it took (never the address it was sent to) and its status.

pub mod health;
pub mod metrics;
mod request;

pub use request::observe;

use crate::app::AppState;
use crate::config::LogFormat;
use axum::Router;
use axum::routing::get;
use std::io::IsTerminal;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::EnvFilter;

/// Which logs are written, in `tracing`'s filter language; `info` without it. With `debug` every request is logged.
const FILTER: &str = "DOCENT_LOG_FILTER";

/// Begins to log, to standard error. Later calls change nothing.
pub fn init(format: LogFormat) {
    let filter =
        EnvFilter::builder().with_default_directive(LevelFilter::INFO.into()).with_env_var(FILTER).from_env_lossy();
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let logs = logs.with_ansi(std::io::stderr().is_terminal());
    // It fails where somebody has set up logs before; theirs are as good.
    let _ = match format {
        LogFormat::Json => logs.json().flatten_event(true).try_init(),
        LogFormat::Pretty => logs.try_init(),
    };
}

/// The routes. Counting begins with them.
pub fn routes() -> Router<AppState> {
    metrics::init();
    Router::new().route("/healthz", get(health::get)).route("/metrics", get(metrics::get))
}
