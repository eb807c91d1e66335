//! `highlightDom`: a square with a label round an element or a rectangle.

use super::Execute;
use crate::context::Call;
use crate::dom::xpath;
use crate::error::Failure;
use crate::ui::highlight::{Look, Target};
use docent_protocol::param::CssLength;
use docent_protocol::registry::{HighlightDom, HighlightDomReply, HighlightRect};

impl Execute for HighlightDom {
    async fn run(self, call: Call) -> Result<HighlightDomReply, Failure> {
        let colors = self.colors.as_ref();
        let look = Look {
            background: color("colors.background", colors.and_then(|colors| colors.background.as_deref()), "yellow")?,
            square: color("colors.square", colors.and_then(|colors| colors.square.as_deref()), "red")?,
            text: color("colors.label", colors.and_then(|colors| colors.label.as_deref()), "black")?,
            label: self.label.as_deref().unwrap_or_default(),
        };
        let target = match &self.rect {
            Some(rect) if self.selector.trim().is_empty() => Target::Rect(lengths(rect)?),
            _ => Target::Node(xpath::first(&call.document, &self.selector)?),
        };
        match call.ui.highlight().show(&target, &look) {
            true => Ok(HighlightDomReply {}),
            false => Err(Failure::other("what `selector` matches has no place on the page")),
        }
    }
}

fn color<'a>(field: &str, given: Option<&'a str>, default: &'static str) -> Result<&'a str, Failure> {
    match given {
        Some(color) => supported(field, "color", color),
        None => Ok(default),
    }
}

fn lengths(rect: &HighlightRect) -> Result<[&str; 4], Failure> {
    let length = |field, property, length: &'_ CssLength| -> Result<(), Failure> {
        supported(field, property, &length.0).map(drop)
    };
    length("rect.top", "top", &rect.top)?;
    length("rect.left", "left", &rect.left)?;
    length("rect.width", "width", &rect.width)?;
    length("rect.height", "height", &rect.height)?;
    Ok([&rect.top.0, &rect.left.0, &rect.width.0, &rect.height.0])
}

fn supported<'a>(field: &str, property: &str, value: &'a str) -> Result<&'a str, Failure> {
    match web_sys::css::supports_with_value(property, value) {
        Ok(true) => Ok(value),
        _ => Err(Failure::other(&["`", field, "`: CSS takes no such `", property, "`: ", value].concat())),
    }
}
