//! JSON in the browser: [`Source`] over what `JSON.parse` gives.

use super::shim;
use docent_protocol::json::Json;
use docent_protocol::source::{Kind, Source};
use wasm_bindgen::JsValue;

/// A value that came from JSON.
#[derive(Clone, Debug)]
pub struct Value(JsValue);

impl Value {
    /// Parses JSON text. `None` where it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let value = shim::read(text);
        (!value.is_undefined()).then_some(Self(value))
    }

    /// Takes a value of the page's, which may be anything.
    pub fn of(value: JsValue) -> Self {
        Self(value)
    }

    /// The browser's value.
    pub fn as_js(&self) -> &JsValue {
        &self.0
    }
}

impl Source for Value {
    fn kind(&self) -> Kind {
        match shim::kind(&self.0) {
            2 => Kind::Bool,
            3 => Kind::Number,
            4 => Kind::Text,
            5 => Kind::Array,
            6 => Kind::Object,
            _ => Kind::Null,
        }
    }

    fn field(&self, name: &str) -> Option<Self> {
        let value = shim::own(&self.0, name);
        (!value.is_undefined()).then_some(Self(value))
    }

    fn as_bool(&self) -> Option<bool> {
        self.0.as_bool()
    }

    fn as_text(&self) -> Option<String> {
        self.0.as_string()
    }

    fn as_number_text(&self) -> Option<String> {
        (self.kind() == Kind::Number).then(|| shim::digits(&self.0))
    }

    fn to_json(&self) -> Json {
        json_of(&self.0).ok().flatten().map_or_else(Json::null, Json::trusted)
    }
}

/// A value's JSON text. `Ok(None)` where it has none (a function, `undefined`); `Err` is what it threw (a cycle, a
/// getter, a BigInt).
pub fn json_of(value: &JsValue) -> Result<Option<String>, JsValue> {
    shim::write(value)
}

impl Value {
    /// The texts of an array of strings. `None` where it is no array; members that are no strings are left out.
    pub fn texts(&self) -> Option<Vec<String>> {
        let array: &js_sys::Array = wasm_bindgen::JsCast::dyn_ref(&self.0)?;
        Some((0..array.length()).filter_map(|at| array.get(at).as_string()).collect())
    }

    /// The members of an array.
    pub fn items(&self) -> Option<Vec<Value>> {
        let array: &js_sys::Array = wasm_bindgen::JsCast::dyn_ref(&self.0)?;
        Some((0..array.length()).map(|at| Value(array.get(at))).collect())
    }
}
