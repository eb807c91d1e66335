//! Awaiting the page's promises.

use super::{Registration, shim};
use crate::task::slot;
use js_sys::Array;
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// Waits for a promise (or takes a plain value) and gives what it settled to.
pub async fn settled(promise: &JsValue) -> Result<JsValue, JsValue> {
    let (done, waiting) = slot();
    let handler = Rc::new(move |value: JsValue| {
        done.fill(value);
        JsValue::UNDEFINED
    });
    let registration = Registration::new(handler, |id| shim::settle(id, promise));
    let outcome: Array = waiting.await.unwrap_or(JsValue::UNDEFINED).unchecked_into();
    drop(registration);
    match outcome.get(0).is_truthy() {
        true => Ok(outcome.get(1)),
        false => Err(outcome.get(1)),
    }
}
