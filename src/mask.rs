//! What of the page may be told to others: the one place that decides.
//!
//! A text of the page is a [`Raw`] from where it is read until it is judged; only what was judged is a [`Shown`],
//! and only that can leave the page.

use crate::config::Policy;
use crate::dom::reader;
use web_sys::Node;

const MASK: &str = "[data-docent-mask]";
const BLOCK: &str = "[data-docent-block]";
/// Stands for whatever text is masked; it tells neither length nor kind.
const BULLETS: &str = "\u{2022}\u{2022}\u{2022}\u{2022}\u{2022}\u{2022}";

/// A text as it stands in the page.
struct Raw(String);

/// A text that may leave the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown(String);

impl Raw {
    fn clear(self) -> Shown {
        Shown(self.0)
    }

    /// Whether there is anything stays visible, what it is does not.
    fn masked(self) -> Shown {
        match self.0.trim().is_empty() {
            true => Shown(self.0),
            false => Shown(BULLETS.to_owned()),
        }
    }
}

impl Shown {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What covers a part of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cover {
    /// Nothing.
    Open,
    /// What the visitor wrote or chose is masked.
    Field,
    /// Text and attributes are masked: the site marked it.
    Masked,
    /// A secret by its kind (password, payment, one-time code, hidden): whatever the site says, it is not told.
    Secret,
    /// It is an empty box.
    Blocked,
}

/// The site's and Docent's rules.
#[derive(Clone, Debug)]
pub struct Masking {
    mask: String,
    unmask: String,
    block: String,
}

impl Masking {
    /// The rules of a site. What is no selector covers everything rather than nothing.
    pub fn new(policy: &Policy) -> Self {
        let joined = |own: &str, site: &str| match site.trim() {
            "" => own.to_owned(),
            site if reader::is_selector(site) => [own, ",", site].concat(),
            _ => "*".to_owned(),
        };
        let unmask = policy.unmask.trim();
        Self {
            mask: joined(MASK, &policy.mask),
            block: joined(BLOCK, &policy.block),
            unmask: if reader::is_selector(unmask) { unmask.to_owned() } else { String::new() },
        }
    }

    /// What covers an element in a parent that `outer` covers.
    pub fn cover(&self, element: &Node, outer: Cover) -> Cover {
        if outer == Cover::Blocked || reader::matches(element, &self.block) {
            return Cover::Blocked;
        }
        let own = match kind(element) {
            Kind::Secret => return Cover::Secret,
            _ if reader::matches(element, &self.mask) => Cover::Masked,
            Kind::Field if self.unmask.is_empty() || !reader::matches(element, &self.unmask) => Cover::Field,
            Kind::Field | Kind::Other => Cover::Open,
        };
        own.max(outer)
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
        line.iter().rev().fold(Cover::Open, |outer, element| self.cover(element, outer))
    }
}

/// Whether the text inside an element of this name is none of the page's text.
pub fn is_silent(name: &str) -> bool {
    matches!(name, "script" | "style" | "noscript" | "template" | "textarea" | "select")
}

/// A text node's text.
pub fn text(node: &Node, cover: Cover) -> Shown {
    let raw = Raw(reader::text(node).unwrap_or_default());
    match cover {
        Cover::Open => raw.clear(),
        Cover::Field | Cover::Masked => raw.masked(),
        Cover::Secret | Cover::Blocked => Shown(String::new()),
    }
}

/// What stands in a form field.
pub fn value(field: &Node, cover: Cover) -> Shown {
    let raw = Raw(reader::value(field));
    match cover {
        Cover::Open => raw.clear(),
        Cover::Field | Cover::Masked => raw.masked(),
        Cover::Secret | Cover::Blocked => Shown(String::new()),
    }
}

/// An attribute's value. `None` where it is not told.
pub fn attribute(name: &str, value: String, cover: Cover) -> Option<Shown> {
    let raw = Raw(value);
    match name {
        "class" | "type" | "role" | "dir" | "lang" | "colspan" | "rowspan" | "width" | "height" | "hidden"
        | "disabled" | "readonly" | "multiple" | "rows" | "cols" => Some(raw.clear()),
        _ if cover > Cover::Field => None,
        "href" | "src" => address(&raw),
        // They repeat what stands in a field, or is chosen there.
        "value" | "label" | "aria-valuetext" | "aria-valuenow" if cover == Cover::Field => None,
        "id" | "name" | "for" | "title" | "alt" | "placeholder" | "label" | "open" | "required" | "start"
        | "datetime" | "scope" | "headers" | "viewBox" | "d" | "fill" | "stroke" | "value" => Some(raw.clear()),
        _ if name.starts_with("aria-") => Some(raw.clear()),
        _ => None,
    }
}

/// An address without what may be a secret: query, fragment, credentials.
fn address(raw: &Raw) -> Option<Shown> {
    let plain = raw.0.trim().split(['?', '#']).next().unwrap_or_default();
    let (scheme, _) = plain.split_once(':').unwrap_or(("https", ""));
    let web = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https") || scheme.contains('/');
    (web && !plain.contains('@')).then(|| Shown(plain.to_owned()))
}

#[derive(PartialEq, Eq)]
enum Kind {
    Secret,
    Field,
    Other,
}

const SECRET: &str = concat!(
    "[type=password i],[type=hidden i],[autocomplete*='cc-' i],[autocomplete~='one-time-code' i],",
    "[autocomplete~='current-password' i],[autocomplete~='new-password' i]"
);
const BUTTON: &str = "[type=button i],[type=submit i],[type=reset i],[type=image i]";
const EDITABLE: &str = "[contenteditable]:not([contenteditable=false i])";

fn kind(element: &Node) -> Kind {
    match reader::local_name(element).as_str() {
        "input" | "textarea" | "select" => match () {
            () if reader::matches(element, SECRET) => Kind::Secret,
            () if reader::matches(element, BUTTON) => Kind::Other,
            () => Kind::Field,
        },
        _ if reader::matches(element, EDITABLE) => Kind::Field,
        _ => Kind::Other,
    }
}
