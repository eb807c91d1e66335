//! `reader.js`: nodes read so that no page can hide what they are.

use wasm_bindgen::prelude::*;
use web_sys::Node;

#[wasm_bindgen(module = "/src/dom/reader.js")]
extern "C" {
    /// The node's type, as `Node` numbers it.
    #[wasm_bindgen(js_name = nodeType)]
    pub fn node_type(node: &Node) -> u16;
    /// The first child.
    pub fn first(node: &Node) -> Option<Node>;
    /// The next sibling.
    pub fn next(node: &Node) -> Option<Node>;
    /// The parent: an element, a document, a shadow root.
    pub fn parent(node: &Node) -> Option<Node>;
    /// A text's or attribute's text.
    pub fn text(node: &Node) -> Option<String>;
    /// An attribute's name, an element's in capitals.
    pub fn name(node: &Node) -> String;
    /// The element of an attribute.
    pub fn owner(attribute: &Node) -> Option<Node>;
    /// An element's name, without a prefix.
    #[wasm_bindgen(js_name = localName)]
    pub fn local_name(element: &Node) -> String;
    /// An element's open shadow root.
    pub fn shadow(element: &Node) -> Option<Node>;
    /// Whether an element matches a CSS selector that [is one](is_selector).
    pub fn matches(element: &Node, selector: &str) -> bool;
    /// Whether the text is a CSS selector.
    #[wasm_bindgen(js_name = isSelector)]
    pub fn is_selector(selector: &str) -> bool;
    /// An element's attributes: name, value, name, value…
    pub fn attributes(element: &Node) -> Vec<String>;
    /// A form field's value.
    pub fn value(field: &Node) -> String;
    /// Whether a box is checked or an option chosen.
    pub fn chosen(field: &Node) -> bool;
}
