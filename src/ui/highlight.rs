//! The square and label round an element.

use web_sys::{Document, ShadowRoot};

/// The highlight; at most one is shown.
pub struct Highlight {}

impl Highlight {
    /// Prepares a highlight to be drawn in `root`.
    pub fn mount(_document: &Document, _root: &ShadowRoot) -> Self {
        Self {}
    }
}
