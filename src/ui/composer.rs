//! The chat input.

use super::template::{focus, mark, set, write};
use super::{Act, Connection, Parts, find};
use crate::dom::{Registration, shim};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlTextAreaElement, KeyboardEvent};

pub(super) const COMPOSER: &str = "\
div.foot
 div.notice id=notice role=status
 div.reason id=reason role=status
 div.composer
  div.grow
   textarea part=input rows=1 maxlength=8000 dir=auto autocomplete=off enterkeyhint=send data-do=write aria-label=@message placeholder=@placeholder aria-describedby=reason
  button.send type=button data-do=send aria-disabled=true aria-label=@send
   svg viewBox=0,0,24,24 aria-hidden=true
    path d=M12,20V5M5,12l7-7l7,7";

/// The tab remembers what is written and not sent.
const DRAFT: &str = "docent:draft";
/// Who types on says so again after this long, in milliseconds; who pauses that long has stopped.
const PAUSE: i32 = 4_000;

pub(super) struct Composer {
    pub(super) field: Element,
    grow: Element,
    send: Element,
    reason: Element,
    off: Cell<bool>,
    /// Something was typed since this was last told.
    typed: Cell<bool>,
    typing: RefCell<Option<Registration>>,
}

impl Composer {
    pub(super) fn new(frame: &Element) -> Self {
        let find = |selector| find(frame, selector);
        Self {
            field: find("textarea"),
            grow: find(".grow"),
            send: find(".send"),
            reason: find(".reason"),
            off: Cell::new(false),
            typed: Cell::new(false),
            typing: RefCell::default(),
        }
    }

    fn area(&self) -> &HtmlTextAreaElement {
        self.field.unchecked_ref()
    }

    fn set_text(&self, text: &str) {
        self.area().set_value(text);
        self.shape(text);
    }

    /// The field is as high as its text; an invisible copy stretches it.
    fn shape(&self, text: &str) {
        set(&self.grow, "data-text", text);
    }
}

impl Parts {
    pub(super) fn restore_draft(&self) {
        if let Some(draft) = shim::tab_recall(DRAFT) {
            self.composer.set_text(&draft);
        }
    }

    pub(super) fn disable_input(self: &Rc<Self>, off: bool) {
        self.composer.off.set(off);
        if off {
            self.stop_typing();
        }
        self.show_input_state();
    }

    /// Whether the visitor can write.
    pub(super) fn is_input_off(&self) -> bool {
        self.composer.off.get() || self.connection.get() == Connection::Failed
    }

    /// The field stays focusable: a visitor who is in it hears why it is off, and is still there when it is on again.
    pub(super) fn show_input_state(&self) {
        let composer = &self.composer;
        let off = self.is_input_off();
        composer.area().set_read_only(off);
        mark(&composer.grow, "data-off", off);
        set(&composer.field, "aria-disabled", if off { "true" } else { "false" });
        let nothing = composer.area().value().trim_ascii().is_empty();
        set(&composer.send, "aria-disabled", if off || nothing { "true" } else { "false" });
        let reason = if composer.off.get() { self.texts.get("inputOff") } else { String::new() };
        write(&composer.reason, &reason);
    }

    /// The visitor has changed the text.
    pub(super) fn written(self: &Rc<Self>) {
        let text = self.composer.area().value();
        self.composer.shape(&text);
        shim::tab_remember(DRAFT, (!text.is_empty()).then_some(&text));
        self.show_input_state();
        if self.is_input_off() {
            return;
        }
        self.composer.typed.set(true);
        if text.is_empty() {
            self.stop_typing();
        } else if self.composer.typing.borrow().is_none() {
            self.tell_typing();
        }
    }

    fn tell_typing(self: &Rc<Self>) {
        let is_typing = self.composer.typed.replace(false);
        let timer = is_typing.then(|| self.later(PAUSE, Self::tell_typing));
        let before = self.composer.typing.replace(timer);
        drop(before);
        (self.act)(Act::Typing(is_typing));
    }

    fn stop_typing(self: &Rc<Self>) {
        self.composer.typed.set(false);
        if self.composer.typing.borrow().is_some() {
            self.tell_typing();
        }
    }

    pub(super) fn send(self: &Rc<Self>) {
        let text = self.composer.area().value();
        let text = text.trim();
        if self.is_input_off() || text.is_empty() {
            return;
        }
        self.stop_typing();
        self.composer.set_text("");
        shim::tab_remember(DRAFT, None);
        self.show_input_state();
        focus(&self.composer.field);
        (self.act)(Act::Send(text.to_owned()));
    }

    /// Enter sends; with Shift, or while an input method composes, it is the visitor's own.
    pub(super) fn entered(self: &Rc<Self>, event: &KeyboardEvent) {
        if !event.shift_key() && !event.is_composing() && event.key_code() != 229 {
            event.prevent_default();
            self.send();
        }
    }
}
