//! The words both sides of a conversation share. No DOM, no I/O.
//!
//! Entry points: [`registry`] is the list of everything an agent or bot can ask of a page; [`envelope`] is the
//! body of the data endpoint; [`event`] is what the log holds; [`status`] is how a page answers.
//!
//! Values are read through [`source::Source`], which the browser implements over its own objects and native
//! code over `serde_json`, and written with [`json::Object`]. A JSON parser in the widget would cost 13 KB of
//! brotli (`serde_json::Value`, parse and print); the browser brings one.

pub mod cobrowse;
pub mod envelope;
pub mod event;
pub mod json;
pub mod param;
pub mod registry;
pub mod source;
pub mod status;

mod macros;
#[cfg(any(test, feature = "serde_json"))]
mod native;
