//! Reading JSON values from wherever they are: the browser's objects, or `serde_json`.

use crate::json::Json;

/// A JSON value somebody else parsed.
///
/// Implementations read own members only: a page that adds to `Object.prototype` adds nothing here.
pub trait Source: Sized {
    /// What kind of value this is.
    fn kind(&self) -> Kind;
    /// An object's own member. `None` where there is none, or where this is no object.
    fn field(&self, name: &str) -> Option<Self>;
    /// The value of a boolean.
    fn as_bool(&self) -> Option<bool>;
    /// The text of a string.
    fn as_text(&self) -> Option<String>;
    /// The canonical text of a number (`12`, `0.5`).
    fn as_number_text(&self) -> Option<String>;
    /// The value as JSON text.
    fn to_json(&self) -> Json;
}

/// The kinds of JSON values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool,
    /// A number.
    Number,
    /// A string.
    Text,
    /// An array.
    Array,
    /// An object.
    Object,
}
