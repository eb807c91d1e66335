//! `getElementValue`: what stands in a form field, or an element's text.

use crate::command::Execute;
use crate::context::Call;
use crate::dom::{reader, xpath};
use crate::error::Failure;
use crate::mask::{self, Cover, Masking, Shown};
use docent_protocol::registry::{GetElementValue, GetElementValueReply};
use web_sys::Node;

impl Execute for GetElementValue {
    async fn run(self, call: Call) -> Result<GetElementValueReply, Failure> {
        let node = xpath::first(&call.document, &self.selector)?;
        let value = value_of(&node, &Masking::new(&call.policy()));
        let value = value.ok_or_else(|| {
            Failure::not_allowed("what `selector` matches is masked: what visitors type is, unless the site unmasks it")
        })?;
        Ok(GetElementValueReply { value: value.as_str().to_owned() })
    }
}

/// `None` where it is masked: what the visitor typed is, unless the site says otherwise.
fn value_of(node: &Node, masking: &Masking) -> Option<Shown> {
    if reader::node_type(node) == Node::ATTRIBUTE_NODE {
        let cover = masking.cover_of(&reader::owner(node)?);
        return mask::attribute(&reader::name(node), reader::text(node).unwrap_or_default(), cover);
    }
    let is_element = reader::node_type(node) == Node::ELEMENT_NODE;
    let element = if is_element { Some(node.clone()) } else { reader::parent(node) };
    // The document itself, and what stands directly in it, has no text of its own.
    let element = element.filter(|element| reader::node_type(element) == Node::ELEMENT_NODE)?;
    let cover = masking.cover_of(&element);
    if cover != Cover::OPEN {
        return None;
    }
    match reader::local_name(&element).as_str() {
        "input" | "textarea" | "select" => Some(mask::value(&element, cover)),
        name if mask::is_silent(name) => None,
        _ => Some(masking.text_of(node, cover)),
    }
}
