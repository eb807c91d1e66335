//! Event listeners.

use super::{Registration, shim};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{Event, EventTarget};

/// Hears `kind` events at `target`.
pub fn on(target: &EventTarget, kind: &str, handler: impl Fn(Event) + 'static) -> Registration {
    listen(target, kind, false, Rc::new(handler))
}

/// Hears `kind` events on their way down to their target, without being able to prevent them.
pub fn on_capture(target: &EventTarget, kind: &str, handler: impl Fn(Event) + 'static) -> Registration {
    listen(target, kind, true, Rc::new(handler))
}

fn listen(target: &EventTarget, kind: &str, capture: bool, handler: Rc<dyn Fn(Event)>) -> Registration {
    let handler = Rc::new(move |event: JsValue| {
        handler(event.unchecked_into());
        JsValue::UNDEFINED
    });
    Registration::new(handler, |id| shim::listen(id, target, kind, capture, capture))
}
