//! [`Source`] over `serde_json`.

use crate::json::Json;
use crate::source::{Kind, Source};
use serde_json::Value;

impl Source for &Value {
    fn kind(&self) -> Kind {
        match self {
            Value::Null => Kind::Null,
            Value::Bool(_) => Kind::Bool,
            Value::Number(_) => Kind::Number,
            Value::String(_) => Kind::Text,
            Value::Array(_) => Kind::Array,
            Value::Object(_) => Kind::Object,
        }
    }

    fn field(&self, name: &str) -> Option<Self> {
        self.get(name)
    }

    fn as_bool(&self) -> Option<bool> {
        Value::as_bool(self)
    }

    fn as_text(&self) -> Option<String> {
        self.as_str().map(str::to_owned)
    }

    fn as_number_text(&self) -> Option<String> {
        self.as_number().map(ToString::to_string)
    }

    fn to_json(&self) -> Json {
        Json::trusted(self.to_string())
    }
}
