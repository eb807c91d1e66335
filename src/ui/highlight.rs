//! The square and label round what an agent points at. They live in the top layer, let every click through, and go
//! when the visitor has used what they point at.

use crate::dom::{self, Registration};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{Document, Event, KeyboardEvent, Node, ShadowRoot};

#[wasm_bindgen(module = "/src/ui/highlight.js")]
extern "C" {
    type Overlay;
    #[wasm_bindgen(constructor)]
    fn new(root: &Node) -> Overlay;
    #[wasm_bindgen(method)]
    fn dress(this: &Overlay, text: &str, square: &str, background: &str, color: &str);
    #[wasm_bindgen(method)]
    fn aim(this: &Overlay, node: &Node) -> bool;
    #[wasm_bindgen(method)]
    fn place(this: &Overlay, top: &str, left: &str, width: &str, height: &str);
    #[wasm_bindgen(method)]
    fn follow(this: &Overlay) -> bool;
    #[wasm_bindgen(method)]
    fn hit(this: &Overlay, event: &Event) -> bool;
    #[wasm_bindgen(method)]
    fn hide(this: &Overlay);
}

/// What is highlighted.
pub enum Target<'a> {
    /// An element, a text or an attribute's element.
    Node(Node),
    /// Top, left, width and height in the viewport, in CSS.
    Rect([&'a str; 4]),
}

/// The colours, in CSS that the browser is known to take, and the label: plain text, empty for none.
#[derive(Debug)]
pub struct Look<'a> {
    /// The label's background.
    pub background: &'a str,
    /// The square.
    pub square: &'a str,
    /// The label's text colour.
    pub text: &'a str,
    /// The label.
    pub label: &'a str,
}

/// The highlight; at most one is shown.
pub struct Highlight(Rc<Shown>);

struct Shown {
    overlay: Overlay,
    /// What keeps it in its place and takes it away; empty while nothing is shown.
    heard: RefCell<Vec<Registration>>,
}

impl Highlight {
    /// Prepares a highlight to be drawn in `root`.
    pub fn mount(_document: &Document, root: &ShadowRoot) -> Self {
        Self(Rc::new(Shown { overlay: Overlay::new(root), heard: RefCell::default() }))
    }

    /// Highlights, instead of what was highlighted. `false` where the node has no place in the page: nothing is
    /// shown then.
    pub fn show(&self, target: &Target<'_>, look: &Look<'_>) -> bool {
        let overlay = &self.0.overlay;
        overlay.dress(look.label, look.square, look.background, look.text);
        let placed = match target {
            Target::Node(node) => overlay.aim(node),
            Target::Rect([top, left, width, height]) => {
                overlay.place(top, left, width, height);
                true
            }
        };
        if !placed || !overlay.follow() {
            self.clear();
            return false;
        }
        if self.0.heard.borrow().is_empty() {
            self.listen();
        }
        true
    }

    /// Shows none any more.
    pub fn clear(&self) {
        self.0.clear();
    }

    /// Whether one is shown.
    pub fn is_shown(&self) -> bool {
        !self.0.heard.borrow().is_empty()
    }

    fn listen(&self) {
        let Some(window) = dom::window() else { return };
        let shown = || Rc::downgrade(&self.0);
        let (frame, used, key) = (shown(), shown(), shown());
        let frames = dom::every_frame(move || {
            if let Some(shown) = frame.upgrade()
                && !shown.overlay.follow()
            {
                shown.clear();
            }
        });
        let used = Rc::new(move |event: Event| {
            if let Some(shown) = used.upgrade()
                && shown.overlay.hit(&event)
            {
                shown.clear();
            }
        });
        let input = used.clone();
        let click = dom::on_capture(&window, "click", move |event| used(event));
        let input = dom::on_capture(&window, "input", move |event| input(event));
        let escape = dom::on_capture(&window, "keydown", move |event| {
            let event: KeyboardEvent = event.unchecked_into();
            if event.key() == "Escape"
                && let Some(shown) = key.upgrade()
            {
                shown.clear();
            }
        });
        self.0.heard.replace(vec![frames, click, input, escape]);
    }
}

impl Shown {
    fn clear(&self) {
        let heard = self.heard.take();
        drop(heard);
        self.overlay.hide();
    }
}
