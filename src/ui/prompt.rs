//! Questions to the visitor, one at a time.
//!
//! A modal dialog: the browser puts it above everything, keeps the focus in it and gives it back. What the page then puts
//! above it, a modal dialog of its own, a popover or something in fullscreen, makes it inert or covers it: it comes up
//! again. For a moment after it appears it takes no answer, so that a click or key meant for the page does not become
//! one; and only what a person does counts as consent, never what a script does.

use super::template::{focus, mark, show, write};
use super::{Parts, Question, find};
use crate::dom::{Registration, dialog};
use crate::task::{Filler, Waiting, slot};
use std::cell::{Cell, RefCell};
use std::future::Future;
use std::rc::{Rc, Weak};
use web_sys::{Element, Event};

pub(super) const PROMPT: &str = "\
dialog.prompt part=prompt role=alertdialog aria-modal=true aria-labelledby=question aria-describedby=why tabindex=-1
 div.question id=question
 div.why id=why
  div.because
  div.url dir=ltr
 div.choices
  button.no type=button data-do=no
  button.yes type=button data-do=yes";

/// For so long a question that comes up takes no answer, in milliseconds; and as often it is looked whether it can be
/// answered.
const CALM: i32 = 350;

/// How often a question comes up again: with a page that insists it does not fight.
const RISES: u32 = 9;

pub(super) struct Prompts {
    pub(super) dialog: Element,
    question: Element,
    because: Element,
    url: Element,
    no: Element,
    yes: Element,
    /// The first is shown. As many as there are commands under way.
    asked: RefCell<Vec<Asked>>,
    next: Cell<u32>,
    rises: Cell<u32>,
    calm: RefCell<Option<Registration>>,
}

struct Asked {
    id: u32,
    question: Question,
    answer: Filler<bool>,
}

/// Takes a question back when it is dropped.
struct Withdrawal {
    parts: Weak<Parts>,
    id: u32,
}

impl Drop for Withdrawal {
    fn drop(&mut self) {
        if let Some(parts) = self.parts.upgrade() {
            parts.close_question(self.id);
        }
    }
}

impl Prompts {
    pub(super) fn new(frame: &Element) -> Self {
        let find = |selector| find(frame, selector);
        Self {
            dialog: find(".prompt"),
            question: find(".question"),
            because: find(".because"),
            url: find(".url"),
            no: find(".no"),
            yes: find(".yes"),
            asked: RefCell::default(),
            next: Cell::new(0),
            rises: Cell::new(0),
            calm: RefCell::default(),
        }
    }

    fn current(&self) -> Option<(u32, Question)> {
        self.asked.borrow().first().map(|asked| (asked.id, asked.question.clone()))
    }

    fn set_calm(&self, on: bool) {
        mark(&self.no, "disabled", on);
        mark(&self.yes, "disabled", on);
    }

    fn is_calm(&self) -> bool {
        self.yes.has_attribute("disabled")
    }

    /// A dialog that left the document is no longer modal.
    pub(super) fn show_again(&self) {
        if self.current().is_some() {
            dialog::modal(&self.dialog, true);
        }
    }
}

impl Parts {
    pub(super) fn ask(self: &Rc<Self>, question: Question) -> impl Future<Output = bool> + use<> {
        let id = self.prompts.next.replace(self.prompts.next.get().wrapping_add(1));
        let (answer, waiting): (_, Waiting<bool>) = slot();
        let first = {
            let mut asked = self.prompts.asked.borrow_mut();
            asked.push(Asked { id, question, answer });
            asked.len() == 1
        };
        if first {
            self.show_question();
        }
        let withdrawal = Withdrawal { parts: Rc::downgrade(self), id };
        async move {
            let answer = waiting.await.unwrap_or(false);
            drop(withdrawal);
            answer
        }
    }

    fn show_question(self: &Rc<Self>) {
        let prompts = &self.prompts;
        let Some((_, question)) = prompts.current() else {
            let calm = prompts.calm.take();
            drop(calm);
            dialog::modal(&prompts.dialog, false);
            return self.keep_in_reach(&self.frame);
        };
        let (names, url) = match &question {
            Question::CoBrowse => (["coBrowseQuestion", "coBrowseWhy", "decline", "allow"], ""),
            Question::Navigate { url } => (["navigateQuestion", "navigateWhy", "stay", "go"], url.as_str()),
        };
        let places = [&prompts.question, &prompts.because, &prompts.no, &prompts.yes];
        places.iter().zip(names).for_each(|(place, name)| write(place, &self.texts.get(name)));
        write(&prompts.url, url);
        show(&prompts.url, !url.is_empty());
        prompts.rises.set(0);
        self.rise();
    }

    /// Puts the dialog above everything.
    fn rise(self: &Rc<Self>) {
        let prompts = &self.prompts;
        prompts.set_calm(true);
        self.keep_in_reach(&prompts.dialog);
        dialog::modal(&prompts.dialog, true);
        focus(&prompts.dialog);
        self.look_later();
    }

    fn look_later(self: &Rc<Self>) {
        let before = self.prompts.calm.replace(Some(self.later(CALM, Self::look)));
        drop(before);
    }

    /// Whether the question can be answered.
    fn look(self: &Rc<Self>) {
        let prompts = &self.prompts;
        let rises = prompts.rises.get();
        if rises < RISES && dialog::covered(&prompts.dialog) {
            prompts.rises.set(rises + 1);
            return self.rise();
        }
        prompts.set_calm(false);
        self.look_later();
    }

    /// What is outside a modal dialog cannot be used: the way to stop sharing goes along with it.
    fn keep_in_reach(&self, place: &Element) {
        // An element of ours always takes another of ours.
        let _ = place.append_child(&self.indicator);
    }

    /// The visitor has pressed a button.
    pub(super) fn answer_question(self: &Rc<Self>, event: &Event, yes: bool) {
        if !self.prompts.is_calm() && (event.is_trusted() || !yes) {
            self.decide(yes);
        }
    }

    /// The visitor has pressed Escape, or the phone's way back.
    pub(super) fn cancel_question(self: &Rc<Self>, event: &Event) {
        event.prevent_default();
        if !self.prompts.is_calm() {
            self.decide(false);
        }
    }

    fn decide(self: &Rc<Self>, yes: bool) {
        let Some((id, _)) = self.prompts.current() else { return };
        if let Some(asked) = self.prompts.asked.borrow().first() {
            asked.answer.fill(yes);
        }
        self.close_question(id);
    }

    fn close_question(self: &Rc<Self>, id: u32) {
        let (closed, was_shown) = {
            let mut asked = self.prompts.asked.borrow_mut();
            let Some(at) = asked.iter().position(|asked| asked.id == id) else { return };
            (asked.remove(at), at == 0)
        };
        drop(closed);
        if was_shown {
            self.show_question();
        }
    }
}
