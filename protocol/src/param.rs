//! Parameters: what a command or request takes, read once at the edge.

use crate::json::{Json, Object, ToJson};
use crate::source::{Kind, Source};
use std::fmt;

/// Why a value was refused, and which one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The member's path, dots between (`colors.square`).
    pub field: String,
    /// What would have been accepted, as a noun phrase.
    pub expected: &'static str,
    /// `true` where the member was not there at all.
    pub missing: bool,
}

impl FieldError {
    /// A member that is there and wrong.
    pub fn wrong(field: &str, expected: &'static str) -> Self {
        Self { field: field.to_owned(), expected, missing: false }
    }

    /// The same error, seen from the object that holds the one it arose in.
    pub fn inside(mut self, parent: &str) -> Self {
        self.field.insert(0, '.');
        self.field.insert_str(0, parent);
        self
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fault = if self.missing { "is missing; give" } else { "must be" };
        for part in ["`", &self.field, "` ", fault, " ", self.expected] {
            out.write_str(part)?;
        }
        Ok(())
    }
}

impl std::error::Error for FieldError {}

/// A type a parameter can have.
pub trait Param: Sized {
    /// What is accepted, as a noun phrase.
    const EXPECTED: &'static str;

    /// Reads a value that is there. `None` where it is not of this type.
    fn read<S: Source>(value: &S) -> Result<Self, FieldError>;

    /// What stands for a member that is not there. `None` where it must be.
    fn absent() -> Option<Self> {
        None
    }
}

/// A type that JSON Schema can tell of.
pub trait Schema {
    /// `false` where the member may be left out.
    const REQUIRED: bool = true;

    /// The JSON Schema, as an object that may still be given a description.
    fn schema() -> Object;
}

/// A description, where descriptions are wanted: none of their bytes are in a build without them.
pub(crate) const fn doc(text: &'static str) -> &'static str {
    if cfg!(any(test, feature = "docs")) { text } else { "" }
}

/// The schema of an object, from its members.
pub(crate) struct ObjectSchema {
    properties: Object,
    required: Vec<&'static str>,
}

impl ObjectSchema {
    pub(crate) fn new() -> Self {
        Self { properties: Object::new(), required: Vec::new() }
    }

    pub(crate) fn member(mut self, name: &'static str, required: bool, mut schema: Object, doc: &str) -> Self {
        if !doc.is_empty() {
            schema.put("description", &doc.trim());
        }
        self.properties.put(name, &schema.end());
        if required {
            self.required.push(name);
        }
        self
    }

    pub(crate) fn end(self) -> Object {
        let object = Object::new().with("type", &"object").with("properties", &self.properties.end());
        match self.required.is_empty() {
            true => object,
            false => object.with("required", &self.required),
        }
    }
}

/// Reads member `name` of `object`. An explicit `null` counts as absent where absence is allowed.
pub fn member<T: Param, S: Source>(object: &S, name: &'static str) -> Result<T, FieldError> {
    let absent = T::absent();
    match lookup(object, name, absent.is_some(), T::EXPECTED)? {
        Some(value) => T::read(&value).map_err(|error| named(error, name)),
        // `lookup` gives nothing only where absence is allowed.
        None => absent.ok_or_else(|| missing(name, T::EXPECTED)),
    }
}

// The part of `member` that is the same for all types: as bytes go, there is one of it.
#[inline(never)]
fn lookup<S: Source>(
    object: &S,
    name: &'static str,
    optional: bool,
    expected: &'static str,
) -> Result<Option<S>, FieldError> {
    match object.field(name) {
        Some(value) if optional && value.kind() == Kind::Null => Ok(None),
        None if !optional => Err(missing(name, expected)),
        value => Ok(value),
    }
}

#[inline(never)]
fn named(error: FieldError, name: &'static str) -> FieldError {
    match error.field.is_empty() {
        true => FieldError::wrong(name, error.expected),
        false => error.inside(name),
    }
}

#[inline(never)]
fn missing(name: &'static str, expected: &'static str) -> FieldError {
    FieldError { field: name.to_owned(), expected, missing: true }
}

fn plain(kind: &str) -> Object {
    Object::new().with("type", &kind)
}

fn or_wrong<T: Param>(value: Option<T>) -> Result<T, FieldError> {
    value.ok_or_else(|| FieldError::wrong("", T::EXPECTED))
}

impl Param for bool {
    const EXPECTED: &'static str = "true or false";

    fn read<S: Source>(value: &S) -> Result<Self, FieldError> {
        or_wrong(value.as_bool())
    }
}

impl Schema for bool {
    fn schema() -> Object {
        plain("boolean")
    }
}

impl Param for String {
    const EXPECTED: &'static str = "a string";

    fn read<S: Source>(value: &S) -> Result<Self, FieldError> {
        or_wrong(value.as_text())
    }
}

impl Schema for String {
    fn schema() -> Object {
        plain("string")
    }
}

/// Any JSON value.
impl Param for Json {
    const EXPECTED: &'static str = "a JSON value";

    fn read<S: Source>(value: &S) -> Result<Self, FieldError> {
        Ok(value.to_json())
    }
}

impl Schema for Json {
    fn schema() -> Object {
        Object::new()
    }
}

impl<T: Param> Param for Option<T> {
    const EXPECTED: &'static str = T::EXPECTED;

    fn read<S: Source>(value: &S) -> Result<Self, FieldError> {
        T::read(value).map(Some)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<T: Schema> Schema for Option<T> {
    const REQUIRED: bool = false;

    fn schema() -> Object {
        T::schema()
    }
}

impl ToJson for CssLength {
    fn write(&self, out: &mut String) {
        self.0.write(out);
    }
}

impl Param for i32 {
    const EXPECTED: &'static str = "a whole number";

    fn read<S: Source>(value: &S) -> Result<Self, FieldError> {
        or_wrong(value.as_number_text().and_then(|number| number.parse().ok()))
    }
}

impl Schema for i32 {
    fn schema() -> Object {
        plain("integer")
    }
}

impl<T: Schema> Schema for Vec<T> {
    fn schema() -> Object {
        plain("array").with("items", &T::schema().end())
    }
}

/// A JSON array, its text kept: whoever uses it parses a copy of their own. Absent is `[]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonArray(pub Json);

impl Param for JsonArray {
    const EXPECTED: &'static str = "an array";

    fn read<S: Source>(value: &S) -> Result<Self, FieldError> {
        or_wrong((value.kind() == Kind::Array).then(|| Self(value.to_json())))
    }

    fn absent() -> Option<Self> {
        Some(Self(Json::trusted("[]".to_owned())))
    }
}

impl Schema for JsonArray {
    const REQUIRED: bool = false;

    fn schema() -> Object {
        plain("array")
    }
}

impl ToJson for JsonArray {
    fn write(&self, out: &mut String) {
        self.0.write(out);
    }
}

/// A CSS length or percentage: text as CSS has it, or a number of pixels. Whether CSS accepts the text is the
/// browser's to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CssLength(pub String);

impl Param for CssLength {
    const EXPECTED: &'static str = "a CSS length or a number of pixels";

    fn read<S: Source>(value: &S) -> Result<Self, FieldError> {
        let pixels = || value.as_number_text().map(|number| number + "px");
        or_wrong(value.as_text().or_else(pixels).map(Self))
    }
}

impl Schema for CssLength {
    fn schema() -> Object {
        Object::new().with("type", &["string", "number"].as_slice())
    }
}

impl ToJson for &[&str] {
    fn write(&self, out: &mut String) {
        (**self).write(out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn null_is_absent_only_where_absence_is_allowed() {
        let body = json!({"value": null});
        assert_eq!(member::<Option<bool>, _>(&&body, "value"), Ok(None));
        assert_eq!(
            member::<bool, _>(&&body, "value").map_err(|error| error.to_string()),
            Err("`value` must be true or false".to_owned())
        );
    }

    #[test]
    fn a_missing_member_says_what_to_give() {
        let error = member::<String, _>(&&json!({}), "url").map_err(|error| error.to_string());
        assert_eq!(error, Err("`url` is missing; give a string".to_owned()));
    }

    #[test]
    fn a_length_is_text_or_pixels() {
        let body = json!({"a": "20%", "b": 12.5, "c": true});
        assert_eq!(member::<CssLength, _>(&&body, "a"), Ok(CssLength("20%".to_owned())));
        assert_eq!(member::<CssLength, _>(&&body, "b"), Ok(CssLength("12.5px".to_owned())));
        assert!(member::<CssLength, _>(&&body, "c").is_err());
    }
}
