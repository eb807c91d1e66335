//! `getCoBrowseDom`: the page's DOM as HTML, masked.

use crate::command::Execute;
use crate::context::Call;
use crate::dom::reader;
use crate::error::Failure;
use crate::mask::{self, Cover, Masking, Shown};
use docent_protocol::registry::{CoBrowseState, GetCoBrowseDom, GetCoBrowseDomReply};
use web_sys::Node;

/// The longest HTML, in bytes: as JSON it has to fit into an answer.
const LONGEST: usize = 240 * 1024;

impl Execute for GetCoBrowseDom {
    async fn run(self, call: Call) -> Result<GetCoBrowseDomReply, Failure> {
        if call.co_browse() != CoBrowseState::Active {
            return Err(Failure::not_allowed("the visitor does not share the page: ask with initiateCoBrowse"));
        }
        if mask::is_paused(&call.policy()) {
            return Err(Failure::not_allowed("the site does not let this page be seen"));
        }
        let html = Html::of(&call.document, &Masking::new(&call.policy()));
        let value = html.ok_or_else(|| Failure::other("the page is longer than 240 KiB as HTML"))?;
        Ok(GetCoBrowseDomReply { value })
    }
}

/// What is left to write.
enum Ahead {
    /// A node, its later siblings, and what covers their parent.
    Nodes(Node, Cover),
    /// An end tag.
    End(String),
}

/// HTML being written. Nothing of the page enters but what was judged: names that are allowed, and [`Shown`].
struct Html<'a> {
    masking: &'a Masking,
    out: String,
    ahead: Vec<Ahead>,
}

impl Html<'_> {
    /// `None` where it is too long.
    fn of(document: &Node, masking: &Masking) -> Option<String> {
        let mut html = Html { masking, out: "<!doctype html>".to_owned(), ahead: Vec::new() };
        html.go_on(reader::first(document), masking.outer);
        while let Some(next) = html.ahead.pop() {
            match next {
                Ahead::Nodes(node, cover) => {
                    html.go_on(reader::next(&node), cover);
                    html.node(&node, cover);
                }
                Ahead::End(name) => html.push(&["</", &name, ">"]),
            }
            if html.out.len() > LONGEST {
                return None;
            }
        }
        Some(html.out)
    }

    fn go_on(&mut self, node: Option<Node>, cover: Cover) {
        self.ahead.extend(node.map(|node| Ahead::Nodes(node, cover)));
    }

    fn node(&mut self, node: &Node, outer: Cover) {
        match reader::node_type(node) {
            Node::TEXT_NODE | Node::CDATA_SECTION_NODE => self.shown(&mask::text(node, outer)),
            Node::ELEMENT_NODE => self.element(node, outer),
            _ => {}
        }
    }

    fn element(&mut self, element: &Node, outer: Cover) {
        let Some(name) = element_name(reader::local_name(element)) else { return };
        let cover = self.masking.cover(element, outer);
        self.push(&["<", &name]);
        if cover != Cover::BLOCKED {
            self.attributes(element, cover);
        }
        if name == "input" {
            self.attribute("value", &mask::value(element, cover));
        }
        if cover == Cover::OPEN {
            match name.as_str() {
                "input" if reader::chosen(element) => self.push(&[" checked"]),
                "option" if reader::chosen(element) => self.push(&[" selected"]),
                _ => {}
            }
        }
        self.push(&[">"]);
        if is_void(&name) {
            return;
        }
        let is_area = name == "textarea";
        self.ahead.push(Ahead::End(name));
        if is_area {
            self.shown(&mask::value(element, cover));
        } else if cover != Cover::BLOCKED {
            self.go_on(reader::first(element), cover);
            if let Some(inside) = reader::shadow(element) {
                self.push(&["<template shadowrootmode=\"open\">"]);
                self.ahead.push(Ahead::End("template".to_owned()));
                self.go_on(reader::first(&inside), cover);
            }
        }
    }

    fn attributes(&mut self, element: &Node, cover: Cover) {
        let mut parts = reader::attributes(element).into_iter();
        while let (Some(name), Some(value)) = (parts.next(), parts.next()) {
            // A field's value is its property: the attribute may be an older one. Looks are the mirror's.
            let is_left_out = matches!(name.as_str(), "value" | "style" | "srcset") || value.starts_with("data:");
            if let Some(value) = mask::attribute(&name, value, cover).filter(|_| !is_left_out) {
                self.attribute(&name, &value);
            }
        }
    }

    fn attribute(&mut self, name: &str, value: &Shown) {
        self.push(&[" ", name, "=\""]);
        self.shown(value);
        self.push(&["\""]);
    }

    fn shown(&mut self, text: &Shown) {
        for character in text.as_str().chars() {
            match character {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '"' => self.out.push_str("&quot;"),
                _ => self.out.push(character),
            }
        }
    }

    /// Only for what is no content of the page.
    fn push(&mut self, parts: &[&str]) {
        parts.iter().for_each(|part| self.out.push_str(part));
    }
}

/// The name an element is written with. `None` where it and what is in it is left out.
fn element_name(name: String) -> Option<String> {
    match name.as_str() {
        "script" | "style" | "link" | "meta" | "base" | "noscript" | "template" | "object" | "embed" | "iframe"
        | "frame" | "frameset" | "applet" | "portal" | "docent-widget" => None,
        "plaintext" | "xmp" | "listing" => Some("pre".to_owned()),
        _ if name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') => Some(name),
        _ => Some("span".to_owned()),
    }
}

fn is_void(name: &str) -> bool {
    matches!(name, "area" | "br" | "col" | "hr" | "img" | "input" | "source" | "track" | "wbr")
}
