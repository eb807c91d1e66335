//! What of the page may be told to others. `mask.js` decides, for answers here and for the mirror alike; only what it has
//! judged is a [`Shown`], and only that can leave the page.

use crate::config::Policy;
use crate::dom::reader;
use wasm_bindgen::prelude::*;
use web_sys::Node;

mod js {
    use wasm_bindgen::prelude::*;
    use web_sys::Node;

    #[wasm_bindgen(module = "/src/mask.js")]
    extern "C" {
        pub(super) fn rules(mask: &str, unmask: &str, block: &str, all: bool) -> JsValue;
        pub(super) fn cover(rules: &JsValue, element: &Node, outer: u8) -> u8;
        pub(super) fn text(raw: String, cover: u8) -> String;
        pub(super) fn attribute(name: &str, raw: String, cover: u8) -> Option<String>;
    }
}

mod pause {
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen(module = "/src/pause.js")]
    extern "C" {
        #[wasm_bindgen(js_name = isPaused)]
        pub(super) fn is_paused(regions: &str, pages: &str) -> bool;
    }
}

/// Whether the site lets nobody see the page as it is now.
pub fn is_paused(policy: &Policy) -> bool {
    pause::is_paused(&policy.pause, &policy.pause_pages)
}

/// A text that may leave the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown(String);

impl Shown {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What covers a part of the page, from nothing to everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cover(u8);

impl Cover {
    /// Nothing.
    pub const OPEN: Self = Self(0);
    /// It is an empty box.
    pub const BLOCKED: Self = Self(4);
}

/// The site's and Docent's rules.
pub struct Masking {
    rules: JsValue,
    /// What covers the page as a whole.
    pub outer: Cover,
}

impl Masking {
    /// The rules of a site. What is no selector covers everything rather than nothing.
    pub fn new(policy: &Policy) -> Self {
        let rules = js::rules(&policy.mask, &policy.unmask, &policy.block, policy.mask_all_text);
        Self { rules, outer: if policy.mask_all_text { Cover(2) } else { Cover::OPEN } }
    }

    /// What covers an element in a parent that `outer` covers.
    pub fn cover(&self, element: &Node, outer: Cover) -> Cover {
        Cover(js::cover(&self.rules, element, outer.0))
    }

    /// An element's text, as much of it as may be told: fields and scripts inside it have none.
    pub fn text_of(&self, element: &Node, cover: Cover) -> Shown {
        let mut found = String::new();
        let mut ahead = vec![(element.clone(), cover)];
        while let Some((node, cover)) = ahead.pop() {
            if reader::node_type(&node) == Node::TEXT_NODE {
                found.push_str(text(&node, cover).as_str());
            }
            let mut children = Vec::new();
            let mut at = reader::first(&node);
            while let Some(child) = at {
                at = reader::next(&child);
                match reader::node_type(&child) {
                    Node::TEXT_NODE => children.push((child, cover)),
                    Node::ELEMENT_NODE if !is_silent(&reader::local_name(&child)) => {
                        let cover = self.cover(&child, cover);
                        children.push((child, cover));
                    }
                    _ => {}
                }
            }
            ahead.extend(children.into_iter().rev());
        }
        Shown(found.trim().to_owned())
    }

    /// What covers an element, with all that it stands in.
    pub fn cover_of(&self, element: &Node) -> Cover {
        let mut line = Vec::new();
        let mut at = Some(element.clone());
        while let Some(node) = at {
            at = reader::parent(&node);
            if reader::node_type(&node) == Node::ELEMENT_NODE {
                line.push(node);
            }
        }
        line.iter().rev().fold(self.outer, |outer, element| self.cover(element, outer))
    }
}

/// Whether the text inside an element of this name is none of the page's text.
pub fn is_silent(name: &str) -> bool {
    matches!(name, "script" | "style" | "noscript" | "template" | "textarea" | "select")
}

/// A text node's text.
pub fn text(node: &Node, cover: Cover) -> Shown {
    Shown(js::text(reader::text(node).unwrap_or_default(), cover.0))
}

/// What stands in a form field.
pub fn value(field: &Node, cover: Cover) -> Shown {
    Shown(js::text(reader::value(field), cover.0))
}

/// An attribute's value. `None` where it is not told.
pub fn attribute(name: &str, value: String, cover: Cover) -> Option<Shown> {
    js::attribute(name, value, cover.0).map(Shown)
}
