//! XPath 1.0 against the document.

use crate::error::Failure;
use docent_protocol::status::Status;
use web_sys::{Document, Node, XPathResult};

/// The first node in document order that `selector` yields.
///
/// # Errors
/// `error|invalidSelector` where it is empty, no XPath, yields no nodes, or matches none.
pub fn first(document: &Document, selector: &str) -> Result<Node, Failure> {
    let invalid = |message| Failure::new(Status::InvalidSelector, message);
    if selector.trim().is_empty() {
        return Err(invalid("`selector` is empty: give an XPath"));
    }
    let result = document
        .evaluate_with_opt_callback_and_type(selector, document, None, XPathResult::FIRST_ORDERED_NODE_TYPE)
        .map_err(|_| invalid("`selector` is no XPath 1.0 expression that yields nodes"))?;
    let node = result.single_node_value().ok().flatten();
    node.ok_or_else(|| invalid("`selector` matches nothing on this page"))
}
