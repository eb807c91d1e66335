//! The widget in a browser: one program, so that a browser starts once. The tests run one after another in one page, each
//! leaves nothing behind.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::expect_used, clippy::panic, reason = "a test may fail")]

mod call_visitor_api;
mod co_browse;
mod harness;
mod highlight;
mod journal;
mod mask;
mod navigate;
mod page;
mod requests;
mod task;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
