//! Requests to the gateway.

use crate::dom::value::Value;
use crate::dom::{Registration, shim};
use crate::task::slot;
use js_sys::Array;
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// What came back.
#[derive(Debug)]
pub struct Reply {
    /// The HTTP status; 0 where nothing came.
    pub status: i32,
    text: String,
}

impl Reply {
    /// The body, where it is JSON.
    pub fn value(&self) -> Option<Value> {
        Value::parse(&self.text)
    }
}

/// Asks the gateway. An empty `token` or `body` is left out.
pub async fn request(method: &str, url: &str, token: &str, body: &str) -> Reply {
    let nothing = Reply { status: 0, text: String::new() };
    let (done, waiting) = slot();
    let handler = Rc::new(move |reply: JsValue| {
        done.fill(reply.unchecked_into::<Array>());
        JsValue::UNDEFINED
    });
    let mut asked = Ok(());
    let registration = Registration::new(handler, |id| asked = shim::http(id, method, url, token, body));
    if asked.is_err() {
        return nothing;
    }
    let reply = waiting.await;
    drop(registration);
    reply.map_or(nothing, |reply| Reply {
        status: reply.get(0).as_f64().unwrap_or(0.0) as i32,
        text: reply.get(1).as_string().unwrap_or_default(),
    })
}
