//! Elements from a few lines of text. No markup: what stands in a template is ours, what it shows is text.
//!
//! One line an element, a space deeper than its parent: `tag.class` and attributes. `@name` stands for a text of the
//! locale: alone it is the element's text, after `=` an attribute's value.

use super::texts::Texts;
use wasm_bindgen::JsCast;
use web_sys::{Document, Element, Node};

const SVG: &str = "http://www.w3.org/2000/svg";

/// Builds a template at the end of `parent` and gives its first element.
pub(super) fn build(document: &Document, texts: &Texts, parent: &Node, template: &str) -> Option<Element> {
    let mut open: Vec<Element> = Vec::new();
    for line in template.split('\n') {
        let words = line.trim_start_matches(' ');
        if words.is_empty() {
            continue;
        }
        open.truncate(line.len() - words.len());
        let made = element(document, texts, words)?;
        open.last().map_or(parent, |above| above).append_child(&made).ok()?;
        open.push(made);
    }
    open.into_iter().next()
}

fn element(document: &Document, texts: &Texts, words: &str) -> Option<Element> {
    let mut words = words.split(' ');
    let mut names = words.next()?.split('.');
    let tag = names.next()?;
    let made = match tag {
        "svg" | "path" => document.create_element_ns(Some(SVG), tag),
        _ => document.create_element(tag),
    };
    let made = made.ok()?;
    if let Some(class) = names.next() {
        set(&made, "class", class);
    }
    for word in words {
        let mut sides = word.split('=');
        let name = sides.next()?;
        match (name.strip_prefix('@'), sides.next()) {
            (Some(text), _) => made.set_text_content(Some(&texts.get(text))),
            (None, Some(value)) => match value.strip_prefix('@') {
                Some(text) => set(&made, name, &texts.get(text)),
                None => set(&made, name, value),
            },
            (None, None) => set(&made, name, ""),
        }
    }
    Some(made)
}

/// Sets an attribute.
pub(super) fn set(element: &Element, name: &str, value: &str) {
    // It fails for names that are none; ours are.
    let _ = element.set_attribute(name, value);
}

/// Sets an empty attribute, or removes it.
pub(super) fn mark(element: &Element, name: &str, on: bool) {
    let _ = element.toggle_attribute_with_force(name, on);
}

/// Shows an element, or hides it.
pub(super) fn show(element: &Element, on: bool) {
    mark(element, "hidden", !on);
}

/// Sets an element's text, where it is another: live regions speak at every change.
pub(super) fn write(element: &Element, text: &str) {
    if element.text_content().as_deref() != Some(text) {
        element.set_text_content(Some(text));
    }
}

/// Moves the focus, without scrolling the page.
pub(super) fn focus(element: &Element) {
    // An element that cannot be focused leaves the focus where it is.
    let _ = element.unchecked_ref::<web_sys::HtmlElement>().focus();
}
