//! The files a browser loads: the widget, and the pages the configuration names.

mod encoding;
mod page;
mod widget;

pub use page::serve as page;

use crate::app::AppState;
use axum::Router;
use axum::routing::get;

/// The widget's routes. Pages are what is left over: [`page`] is the router's fallback.
pub fn routes() -> Router<AppState> {
    Router::new().route("/docent.js", get(widget::loader)).route("/assets/{name}", get(widget::asset))
}
