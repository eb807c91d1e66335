//! Writing JSON text, small enough for the widget.

use std::fmt::Write;

/// JSON text that is known to be well formed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Json(String);

impl Json {
    /// Takes text that a JSON writer or parser made. Anything else breaks the message it is put into.
    pub fn trusted(text: String) -> Self {
        Self(text)
    }

    /// `null`.
    pub fn null() -> Self {
        Self("null".to_owned())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, owned.
    pub fn into_string(self) -> String {
        self.0
    }
}

/// A value that can stand in JSON.
pub trait ToJson {
    /// Appends the value's JSON text.
    fn write(&self, out: &mut String);

    /// `true` where an object leaves the member out.
    fn is_absent(&self) -> bool {
        false
    }
}

/// An object being written, members in the order they are put.
#[derive(Debug)]
pub struct Object(String);

impl Default for Object {
    fn default() -> Self {
        Self::new()
    }
}

impl Object {
    /// An object without members.
    pub fn new() -> Self {
        Self("{".to_owned())
    }

    /// Adds a member, unless its value [is absent](ToJson::is_absent).
    pub fn put(&mut self, name: &str, value: &dyn ToJson) {
        if value.is_absent() {
            return;
        }
        if self.0.len() > 1 {
            self.0.push(',');
        }
        name.write(&mut self.0);
        self.0.push(':');
        value.write(&mut self.0);
    }

    /// [`put`](Self::put) for chains.
    pub fn with(mut self, name: &str, value: &dyn ToJson) -> Self {
        self.put(name, value);
        self
    }

    /// Adds all members of another object.
    pub fn extend(&mut self, other: &Object) {
        let Some(members) = other.0.get(1..).filter(|members| !members.is_empty()) else {
            return;
        };
        if self.0.len() > 1 {
            self.0.push(',');
        }
        self.0.push_str(members);
    }

    /// Closes the object.
    pub fn end(mut self) -> Json {
        self.0.push('}');
        Json(self.0)
    }
}

impl ToJson for Json {
    fn write(&self, out: &mut String) {
        out.push_str(&self.0);
    }
}

impl ToJson for Object {
    fn write(&self, out: &mut String) {
        out.push_str(&self.0);
        out.push('}');
    }
}

impl ToJson for bool {
    fn write(&self, out: &mut String) {
        out.push_str(if *self { "true" } else { "false" });
    }
}

impl ToJson for i32 {
    fn write(&self, out: &mut String) {
        // `write!` into a String cannot fail.
        let _ = write!(out, "{self}");
    }
}

impl ToJson for str {
    fn write(&self, out: &mut String) {
        out.push('"');
        let mut plain = 0;
        for (at, byte) in self.bytes().enumerate() {
            let short = match byte {
                b'"' => "\\\"",
                b'\\' => "\\\\",
                b'\n' => "\\n",
                0..=0x1f => "",
                _ => continue,
            };
            out.push_str(self.get(plain..at).unwrap_or_default());
            plain = at + 1;
            if short.is_empty() {
                const HEX: &[u8; 16] = b"0123456789abcdef";
                out.push_str("\\u00");
                out.push(char::from(HEX[usize::from(byte >> 4)]));
                out.push(char::from(HEX[usize::from(byte & 15)]));
            } else {
                out.push_str(short);
            }
        }
        out.push_str(self.get(plain..).unwrap_or_default());
        out.push('"');
    }
}

impl ToJson for String {
    fn write(&self, out: &mut String) {
        self.as_str().write(out);
    }
}

impl ToJson for &str {
    fn write(&self, out: &mut String) {
        (**self).write(out);
    }
}

impl<T: ToJson> ToJson for Option<T> {
    fn write(&self, out: &mut String) {
        match self {
            Some(value) => value.write(out),
            None => out.push_str("null"),
        }
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

impl<T: ToJson> ToJson for [T] {
    fn write(&self, out: &mut String) {
        out.push('[');
        for (at, value) in self.iter().enumerate() {
            if at > 0 {
                out.push(',');
            }
            value.write(out);
        }
        out.push(']');
    }
}

impl<T: ToJson> ToJson for Vec<T> {
    fn write(&self, out: &mut String) {
        self.as_slice().write(out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_absent_member_is_left_out_and_nested_objects_keep_their_order() {
        let object =
            Object::new().with("b", &true).with("none", &None::<String>).with("a", &Object::new().with("n", &-3)).end();
        assert_eq!(object.as_str(), r#"{"b":true,"a":{"n":-3}}"#);
    }

    #[test]
    fn extending_joins_members() {
        let mut object = Object::new();
        object.extend(&Object::new());
        object.extend(&Object::new().with("a", &1));
        object.extend(&Object::new().with("b", &2));
        assert_eq!(object.end().as_str(), r#"{"a":1,"b":2}"#);
    }

    proptest! {
        #[test]
        fn every_string_reads_back(text in any::<String>()) {
            let json = Object::new().with("t", &text).end();
            let back: serde_json::Value = serde_json::from_str(json.as_str())?;
            prop_assert_eq!(back.get("t").and_then(serde_json::Value::as_str), Some(text.as_str()));
        }
    }
}
