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
        let value = value.ok_or_else(|| Failure::not_allowed("what `selector` matches is masked"))?;
        Ok(GetElementValueReply { value: value.as_str().to_owned() })
    }
}

/// Where a whole page is told, every field is masked; a field asked for by name is told, unless it is a secret or
/// the site marked it.
fn value_of(node: &Node, masking: &Masking) -> Option<Shown> {
    if reader::node_type(node) == Node::ATTRIBUTE_NODE {
        let cover = masking.cover_of(&reader::owner(node)?);
        return mask::attribute(&reader::name(node), reader::text(node).unwrap_or_default(), cover);
    }
    let is_element = reader::node_type(node) == Node::ELEMENT_NODE;
    let element = if is_element { node.clone() } else { reader::parent(node).unwrap_or_else(|| node.clone()) };
    if masking.cover_of(&element) > Cover::Field {
        return None;
    }
    let is_field = is_element && matches!(reader::local_name(node).as_str(), "input" | "textarea" | "select");
    Some(if is_field { mask::value(node, Cover::Open) } else { masking.text_of(node, Cover::Open) })
}
