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

    /// A text with a count, in the language's plural (`NAME_one`, `NAME_other`, …); `#` in the text is the count.
    pub fn count(&self, name: &str, count: u32) -> String {
        let text = self.get(&[name, "_", &shim::plural(&self.lang, count)].concat());
        fill(&text, &count.to_string())
    }

    /// A text with a name; `#` in the text is the name.
    pub fn with(&self, name: &str, value: &str) -> String {
        fill(&self.get(name), value)
    }
}

fn fill(text: &str, value: &str) -> String {
    text.split('#').collect::<Vec<_>>().join(value)
}
