//! The widget put together: its parts, and what it hears of the visitor.

use super::composer::{COMPOSER, Composer};
use super::highlight::Highlight;
use super::indicator::INDICATOR;
use super::messages::{MESSAGES, Messages};
use super::panel::{LAUNCHER, PANEL, Panel};
use super::prompt::{PROMPT, Prompts};
use super::root::Root;
use super::template::{build, focus};
use super::texts::Texts;
use super::{Act, Connection};
use crate::dom::{self, Registration};
use crate::error::StartError;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Document, Element, Event, EventTarget, KeyboardEvent, Node};

const FRAME: &str = "\
div.frame role=region aria-label=@chat
 div.voice role=status";

/// The parts of a widget.
pub(super) struct Parts {
    pub(super) document: Document,
    pub(super) texts: Texts,
    pub(super) act: Rc<dyn Fn(Act)>,
    pub(super) root: Root,
    pub(super) frame: Element,
    pub(super) voice: Element,
    pub(super) indicator: Element,
    pub(super) highlight: Highlight,
    pub(super) panel: Panel,
    pub(super) messages: Messages,
    pub(super) composer: Composer,
    pub(super) prompts: Prompts,
    pub(super) connection: Cell<Connection>,
    /// Rows are built here, out of the page.
    pub(super) store: Node,
    held: RefCell<Vec<Registration>>,
}

/// The element of this selector. The templates hold every element that is looked for; the frame stands in for one that
/// a browser did not build.
pub(super) fn find(frame: &Element, selector: &str) -> Element {
    frame.query_selector(selector).ok().flatten().unwrap_or_else(|| frame.clone())
}

impl Parts {
    pub(super) fn mount(document: &Document, texts: Texts, act: Rc<dyn Fn(Act)>) -> Result<Rc<Self>, StartError> {
        let root = Root::new(document)?;
        let add =
            |parent: &Node, template| build(document, &texts, parent, template).ok_or(StartError::NoWidget("elements"));
        let frame = add(&root.shadow, FRAME)?;
        let _ = frame.set_attribute("lang", texts.lang());
        let indicator = add(&frame, INDICATOR)?;
        add(&frame, LAUNCHER)?;
        let panel = add(&frame, PANEL)?;
        add(&panel, MESSAGES)?;
        add(&panel, COMPOSER)?;
        add(&frame, PROMPT)?;
        let parts = Rc::new(Self {
            document: document.clone(),
            highlight: Highlight::mount(document, &root.shadow),
            voice: find(&frame, ".voice"),
            panel: Panel::new(&frame),
            messages: Messages::new(&frame),
            composer: Composer::new(&frame),
            prompts: Prompts::new(&frame),
            connection: Cell::new(Connection::Starting),
            store: document.create_document_fragment().into(),
            held: RefCell::default(),
            texts,
            act,
            root,
            frame,
            indicator,
        });
        let held = parts.listen();
        *parts.held.borrow_mut() = held;
        parts.restore_panel();
        parts.restore_draft();
        parts.set_connection(Connection::Starting);
        parts.stay();
        Ok(parts)
    }

    fn listen(self: &Rc<Self>) -> Vec<Registration> {
        let shadow = &self.root.shadow;
        let mut held = vec![
            self.hear(shadow, "click", Self::clicked),
            self.hear(shadow, "input", |parts, _| parts.written()),
            self.hear(shadow, "keydown", |parts, event| {
                event.stop_propagation();
                parts.key_pressed(event.unchecked_ref());
            }),
            self.hear(self.messages.log(), "scroll", |parts, _| {
                parts.messages.scrolled();
                parts.review();
            }),
            self.hear(&self.prompts.dialog, "cancel", Self::cancel_question),
            self.hear(&self.document, "visibilitychange", |parts, _| parts.review()),
        ];
        let weak = Rc::downgrade(self);
        held.push(dom::observe_size(self.messages.log(), move |_| {
            if let Some(parts) = weak.upgrade() {
                parts.messages.resized();
            }
        }));
        // Outside the widget nobody can tell that a key was meant for a text field: the page's shortcuts stay silent.
        held.extend(["keypress", "keyup"].map(|kind| self.hear(shadow, kind, |_, event| event.stop_propagation())));
        held
    }

    fn hear(self: &Rc<Self>, target: &EventTarget, kind: &str, act: fn(&Rc<Self>, &Event)) -> Registration {
        let weak = Rc::downgrade(self);
        dom::on(target, kind, move |event| {
            if let Some(parts) = weak.upgrade() {
                act(&parts, &event);
            }
        })
    }

    /// Does something after `ms` milliseconds, unless the registration is dropped.
    pub(super) fn later(self: &Rc<Self>, ms: i32, act: fn(&Rc<Self>)) -> Registration {
        let weak = Rc::downgrade(self);
        dom::after(ms, move || {
            if let Some(parts) = weak.upgrade() {
                act(&parts);
            }
        })
    }

    /// Whether the focus is in an element of the widget.
    pub(super) fn has_focus_in(&self, element: &Element) -> bool {
        self.root.shadow.active_element().is_some_and(|active| element.contains(Some(&active)))
    }

    fn clicked(self: &Rc<Self>, event: &Event) {
        let Some(target) = event.target() else { return };
        let button = target.unchecked_ref::<Element>().closest("[data-do]").ok().flatten();
        let Some(button) = button else { return };
        match button.get_attribute("data-do").as_deref() {
            Some("toggle") => self.toggle(),
            Some("close") => self.close(),
            Some("send") => self.send(),
            Some("retry") => self.retry(&button),
            Some("earlier") => (self.act)(Act::Earlier),
            Some("jump") => {
                self.messages.show_latest();
                focus(self.messages.log());
                self.review();
            }
            Some("stop") => (self.act)(Act::StopSharing),
            Some("yes") => self.answer_question(event, true),
            Some("no") => self.answer_question(event, false),
            _ => {}
        }
    }

    fn retry(self: &Rc<Self>, button: &Element) {
        let row = button.closest("[data-key]").ok().flatten();
        let Some(key) = row.and_then(|row| row.get_attribute("data-key")) else { return };
        let Some(text) = self.messages.text_of(&key) else { return };
        match self.is_input_off() {
            true => focus(&self.composer.field),
            false => (self.act)(Act::Retry(key, text)),
        }
    }

    fn key_pressed(self: &Rc<Self>, event: &KeyboardEvent) {
        match event.key().as_str() {
            "Enter" if self.has_focus_in(&self.composer.field) => self.entered(event),
            "Escape" if !event.is_composing() && self.has_focus_in(&self.panel.panel) => self.close(),
            _ => {}
        }
    }
}
