//! Timers and frames.

use super::{Registration, shim};
use crate::task::slot;
use std::rc::Rc;
use wasm_bindgen::JsValue;

/// Calls `handler` once, after `ms` milliseconds.
pub fn after(ms: i32, handler: impl Fn() + 'static) -> Registration {
    Registration::new(quiet(handler), |id| shim::timeout(id, ms))
}

/// Calls `handler` once, before the next paint.
pub fn next_frame(handler: impl Fn() + 'static) -> Registration {
    Registration::new(quiet(handler), shim::frame)
}

/// Calls `handler` before every paint.
pub fn every_frame(handler: impl Fn() + 'static) -> Registration {
    Registration::new(quiet(handler), shim::frames)
}

/// Waits.
pub async fn sleep(ms: i32) {
    let (done, waiting) = slot();
    let timer = after(ms, move || done.fill(()));
    waiting.await;
    drop(timer);
}

fn quiet(handler: impl Fn() + 'static) -> Rc<dyn Fn(JsValue) -> JsValue> {
    Rc::new(move |_| {
        handler();
        JsValue::UNDEFINED
    })
}
