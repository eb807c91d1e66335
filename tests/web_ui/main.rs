//! The visitor's interface in a real browser.
#![cfg(target_arch = "wasm32")]
// Outside of functions marked as tests clippy does not know that this is one.
#![allow(clippy::expect_used)]

mod composer;
mod locale;
mod message;
mod messages;
mod page;
mod panel;
mod prompt;

use docent_protocol::event::{EventId, Role};
use docent_widget::dom;
use docent_widget::ui::texts::Texts;
use docent_widget::ui::{Act, ChatMessage, Delivery, Ui};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test_configure;

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen(inline_js = "export function run(code) { return new Function(code)(); }")]
extern "C" {
    fn run(code: &str) -> JsValue;
}

const EN: &str = include_str!("../../src/ui/locale/en.json");

/// A widget in the page, and what it told.
struct Stage {
    ui: Ui,
    acts: Rc<RefCell<Vec<Act>>>,
}

impl Stage {
    /// A widget in a fresh tab.
    fn new() -> Self {
        // A test that failed has left its own.
        dom::shut();
        js(
            "sessionStorage.clear(); document.querySelectorAll('docent-widget, #hostile').forEach((left) => left.remove())",
        );
        Self::again()
    }

    /// A widget in a tab that has shown one before.
    fn again() -> Self {
        dom::open(&run("return (message) => console.error(message)"));
        let acts = Rc::new(RefCell::new(Vec::new()));
        let heard = acts.clone();
        let document = dom::window().expect("a window").document().expect("a document");
        let texts = Texts::new(&js_sys::JSON::parse(EN).expect("JSON"), "en");
        let ui = Ui::mount(&document, texts, Rc::new(move |act| heard.borrow_mut().push(act))).expect("mounts");
        Self { ui, acts }
    }

    fn acts(&self) -> Vec<Act> {
        self.acts.take()
    }

    /// Drops the widget and sees that nothing of it is left.
    fn end(self) {
        drop(self.ui);
        assert_eq!(dom::registered(), 0, "registrations are left");
        assert_eq!(number("document.querySelectorAll('docent-widget').length"), 0.0, "elements are left");
    }
}

/// Runs JavaScript; `root` is the widget's shadow root, `$` finds in it.
fn js(code: &str) -> JsValue {
    const BEFORE: &str = "const root = document.querySelector('docent-widget')?.shadowRoot;
        const $ = (selector) => root.querySelector(selector);
        const key = (target, key, more) =>
            target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, composed: true, cancelable: true, ...more }));
        const write = (text) => {
            $('textarea').value = text;
            $('textarea').dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
        };";
    let code = [BEFORE, "\n", code].concat();
    run(&code)
}

fn value(code: &str) -> JsValue {
    js(&["return ", code].concat())
}

fn text(code: &str) -> String {
    value(code).as_string().expect(code)
}

fn number(code: &str) -> f64 {
    value(code).as_f64().expect(code)
}

fn truth(code: &str) -> bool {
    value(code).as_bool().expect(code)
}

/// The texts of all elements of a selector, joined by `|`.
fn all(selector: &str) -> String {
    text(&["[...root.querySelectorAll('", selector, "')].map((found) => found.textContent).join('|')"].concat())
}

fn event(n: u64) -> EventId {
    EventId::new(n).expect("an event")
}

/// An agent's message, part of the past and read.
fn agent(n: u64, text: &str) -> ChatMessage {
    ChatMessage {
        key: event(n).to_string(),
        role: Role::Agent,
        author: Some("Anna".into()),
        text: text.into(),
        when: Some("2026-01-05T10:31:00Z".into()),
        delivery: Delivery::Sent(Some(event(n))),
        fresh: false,
        unread: false,
    }
}

/// An agent's message that has just come.
fn news(n: u64, text: &str) -> ChatMessage {
    ChatMessage { fresh: true, unread: true, ..agent(n, text) }
}

/// A message the visitor has just written.
fn own(key: &str, text: &str) -> ChatMessage {
    ChatMessage {
        key: key.into(),
        role: Role::Visitor,
        author: None,
        when: None,
        delivery: Delivery::Sending,
        unread: false,
        ..news(0, text)
    }
}
