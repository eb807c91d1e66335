//! One WebSocket to the gateway.

use crate::dom::{Registration, shim};
use js_sys::Array;
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// What a socket says.
pub enum Heard {
    /// A text frame.
    Frame(String),
    /// It is closed, or never opened. Nothing follows.
    Closed,
}

/// An open or opening socket; dropping it closes it.
#[derive(Debug)]
pub struct Socket {
    ws: JsValue,
    _heard: Registration,
}

impl Socket {
    /// Opens a socket. The token travels as a subprotocol: it never stands in a URL.
    ///
    /// # Errors
    /// What the browser threw: a page's CSP, or an address that is none.
    pub fn open(url: &str, token: &str, heard: impl Fn(Heard) + 'static) -> Result<Self, JsValue> {
        let protocols = Array::of2(&"docent.v1".into(), &["bearer.", token].concat().into());
        let handler = Rc::new(move |event: JsValue| {
            let event: Array = event.unchecked_into();
            match event.get(0).as_string().as_deref() {
                Some("text") => heard(Heard::Frame(event.get(1).as_string().unwrap_or_default())),
                Some("close") => heard(Heard::Closed),
                _ => {}
            }
            JsValue::UNDEFINED
        });
        let mut opened = Err(JsValue::UNDEFINED);
        let registration = Registration::new(handler, |id| opened = shim::socket(id, url, &protocols));
        Ok(Self { ws: opened?, _heard: registration })
    }

    /// The browser's socket, for what goes to the gateway without the runtime.
    pub fn as_js(&self) -> &JsValue {
        &self.ws
    }

    /// Sends a frame. `false` where the socket is not open.
    pub fn send(&self, frame: &str) -> bool {
        shim::transmit(&self.ws, frame).unwrap_or(false)
    }
}
