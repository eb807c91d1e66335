//! The texts of the visitor's language.

use crate::dom::shim;
use wasm_bindgen::JsValue;

/// A locale file.
#[derive(Clone, Debug)]
pub struct Texts {
    file: JsValue,
    lang: String,
}

impl Texts {
    /// The texts of a locale file, and their language.
    pub fn new(file: &JsValue, lang: &str) -> Self {
        Self { file: file.clone(), lang: lang.to_owned() }
    }

    /// The language.
    pub fn lang(&self) -> &str {
        &self.lang
    }

    /// A text; its name where the file lacks it.
    pub fn get(&self, name: &str) -> String {
        shim::own(&self.file, name).as_string().unwrap_or_else(|| name.to_owned())
    }
}
