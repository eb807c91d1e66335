//! Docent's visitor runtime. This file is the surface the loader sees and nothing else; `runtime` is where it begins.

pub mod co_browse;
pub mod command;
pub mod config;
pub mod context;
pub mod conversation;
pub mod dom;
pub mod error;
pub mod mask;
pub mod page;
pub mod request;
pub mod runtime;
pub mod session;
pub mod task;
pub mod ui;

use page::host::Host;
use wasm_bindgen::prelude::*;

#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

/// Starts the runtime in the page the loader describes. A second call while one runs does nothing.
///
/// # Errors
/// A message for the console, where the page cannot carry a widget.
#[wasm_bindgen]
pub fn start(host: Host) -> Result<(), JsValue> {
    runtime::start(host).map_err(|error| JsValue::from_str(&error.to_string()))
}
