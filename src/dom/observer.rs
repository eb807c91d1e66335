//! Observers.

use super::{Registration, shim};
use js_sys::Array;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{Element, Node};

/// Hears of mutations at `target`; `options` is a `MutationObserverInit`.
pub fn observe_mutations(target: &Node, options: &JsValue, handler: impl Fn(Array) + 'static) -> Registration {
    observe("MutationObserver", target, options, Rc::new(handler))
}

/// Hears of changes of `target`'s size.
pub fn observe_size(target: &Element, handler: impl Fn(Array) + 'static) -> Registration {
    observe("ResizeObserver", target, &JsValue::UNDEFINED, Rc::new(handler))
}

/// Hears when `target` comes into view or leaves it.
pub fn observe_intersection(target: &Element, handler: impl Fn(Array) + 'static) -> Registration {
    observe("IntersectionObserver", target, &JsValue::UNDEFINED, Rc::new(handler))
}

fn observe(kind: &str, target: &JsValue, options: &JsValue, handler: Rc<dyn Fn(Array)>) -> Registration {
    let handler = Rc::new(move |records: JsValue| {
        handler(records.unchecked_into());
        JsValue::UNDEFINED
    });
    Registration::new(handler, |id| shim::observe(id, kind, target, options))
}
