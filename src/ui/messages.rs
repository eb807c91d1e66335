//! The list of messages.

use super::message::Row;
use super::template::{focus, set, show, write};
use super::{ChatMessage, Delivery, Parts, find};
use crate::dom::Registration;
use docent_protocol::event::{EventId, Role};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use web_sys::Element;

pub(super) const MESSAGES: &str = "\
div.list
 div.log role=log aria-live=polite tabindex=0 aria-label=@messages
  button.earlier type=button data-do=earlier hidden @earlier
  div.welcome @welcome
 div.typing role=status
 button.jump type=button data-do=jump hidden";

/// At most so many messages are shown: a new one lets the oldest go, to be had again as an earlier one.
const MOST: usize = 500;
/// So near the end the list follows what comes, in pixels.
const NEAR: i32 = 48;
/// What is shown of the past is not read out: the list is quiet for so long, in milliseconds.
const QUIET: i32 = 1_000;
/// Who does not say again that they type has stopped, in milliseconds.
const TYPING: i32 = 6_000;

pub(super) struct Messages {
    log: Element,
    earlier: Element,
    welcome: Element,
    typing: Element,
    jump: Element,
    /// By event, those without one last.
    rows: RefCell<Vec<Row>>,
    /// The visitor reads the latest; what comes is followed.
    at_end: Cell<bool>,
    typist: Cell<Option<Role>>,
    typing_ends: RefCell<Option<Registration>>,
    quiet: RefCell<Option<Registration>>,
}

impl Messages {
    pub(super) fn new(frame: &Element) -> Self {
        let find = |selector| find(frame, selector);
        Self {
            log: find(".log"),
            earlier: find(".earlier"),
            welcome: find(".welcome"),
            typing: find(".typing"),
            jump: find(".jump"),
            rows: RefCell::default(),
            at_end: Cell::new(true),
            typist: Cell::new(None),
            typing_ends: RefCell::default(),
            quiet: RefCell::default(),
        }
    }

    pub(super) fn log(&self) -> &Element {
        &self.log
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at_end.get()
    }

    /// The visitor has scrolled.
    pub(super) fn scrolled(&self) {
        let below = self.log.scroll_height() - self.log.scroll_top() - self.log.client_height();
        self.at_end.set(below < NEAR);
    }

    pub(super) fn show_latest(&self) {
        self.at_end.set(true);
        self.log.set_scroll_top(self.log.scroll_height());
    }

    /// The list has become higher or lower, or is shown again.
    pub(super) fn resized(&self) {
        if self.at_end.get() {
            self.show_latest();
        }
    }

    pub(super) fn unread(&self) -> u32 {
        self.rows.borrow().iter().map(|row| u32::from(row.unread)).sum()
    }

    pub(super) fn all_read(&self) {
        self.rows.borrow_mut().iter_mut().for_each(|row| row.unread = false);
    }

    pub(super) fn show_jump(&self, text: Option<String>) {
        show(&self.jump, text.is_some());
        if let Some(text) = text {
            write(&self.jump, &text);
        }
    }

    pub(super) fn first(&self) -> Option<EventId> {
        self.rows.borrow().first().and_then(|row| row.event)
    }

    /// Whether there are older messages to be had. Who asked for the last of them is left in the list.
    pub(super) fn set_more(&self, more: bool, has_focus: bool) {
        show(&self.earlier, more);
        if !more && has_focus {
            focus(&self.log);
        }
    }

    pub(super) fn text_of(&self, key: &str) -> Option<String> {
        self.rows.borrow().iter().find(|row| row.key == key).map(|row| row.text.clone())
    }

    fn take(&self, key: &str) -> Option<Row> {
        let mut rows = self.rows.borrow_mut();
        let at = rows.iter().position(|row| row.key == key)?;
        Some(rows.remove(at))
    }

    /// Puts a row where it belongs and gives whether it is the last.
    fn place(&self, row: Row) -> bool {
        let mut rows = self.rows.borrow_mut();
        let order = |row: &Row| (row.event.is_none(), row.event);
        let at = rows.partition_point(|other| order(other) <= order(&row));
        let next = rows.get(at).map(|row| row.node.clone());
        // What stands right is not moved: a moved message would be read out again.
        let stands = row.node.parent_element().as_ref() == Some(&self.log) && row.node.next_element_sibling() == next;
        if !stands {
            let next: Option<&web_sys::Node> = next.as_ref().map(AsRef::as_ref);
            let _ = self.log.insert_before(&row.node, next);
        }
        rows.insert(at, row);
        at + 1 == rows.len()
    }

    fn group(&self) {
        let mut rows = self.rows.borrow_mut();
        let mut before: Option<&mut Row> = None;
        for row in rows.iter_mut() {
            row.follow(before);
            before = Some(row);
        }
        show(&self.welcome, rows.is_empty());
    }

    fn drop_oldest(&self) -> bool {
        let mut rows = self.rows.borrow_mut();
        let too_many = rows.len() > MOST;
        if too_many {
            rows.remove(0);
        }
        too_many
    }

    pub(super) fn clear(&self) {
        let rows = self.rows.take();
        drop(rows);
    }
}

impl Parts {
    pub(super) fn show_message(self: &Rc<Self>, message: ChatMessage) {
        let list = &self.messages;
        if !message.fresh {
            self.hush();
        }
        if list.typist.get() == Some(message.role) {
            self.set_typing(None);
        }
        let own = message.fresh && message.role == Role::Visitor;
        let fresh = message.fresh;
        let known = list.take(&message.key);
        let is_new = known.is_none();
        let had_focus = known.as_ref().is_some_and(|row| self.has_focus_in(&row.node));
        let open = self.panel.is_open();
        let follow = open && (is_new && own || list.is_at_end());
        let height = if open { list.log.scroll_height() } else { 0 };
        let Some(row) = Row::show(self, known, message) else { return };
        let last = list.place(row);
        if last && fresh && list.drop_oldest() {
            show(&list.earlier, true);
        }
        list.group();
        self.keep_focus(had_focus);
        if follow {
            list.show_latest();
        } else if open && !last {
            // What the visitor reads stays where it is.
            list.log.set_scroll_top(list.log.scroll_top() + list.log.scroll_height() - height);
        }
        self.review();
    }

    pub(super) fn set_delivery(self: &Rc<Self>, key: &str, delivery: Delivery) {
        let Some(mut row) = self.messages.take(key) else { return };
        let had_focus = self.has_focus_in(&row.node);
        let follow = self.panel.is_open() && self.messages.is_at_end();
        row.set_delivery(self, delivery);
        self.messages.place(row);
        self.messages.group();
        self.keep_focus(had_focus);
        if follow {
            self.messages.show_latest();
        }
        if delivery == Delivery::Failed {
            self.say(&self.texts.get("notSentVoice"));
        }
    }

    /// The button that was pressed may be gone.
    fn keep_focus(&self, was_there: bool) {
        if was_there {
            focus(&self.composer.field);
        }
    }

    pub(super) fn clear_messages(&self) {
        self.messages.clear();
        self.messages.group();
        self.messages.set_more(false, self.has_focus_in(&self.messages.earlier));
        self.set_typing_text(None, None);
        self.review();
    }

    pub(super) fn set_more(&self, more: bool) {
        self.messages.set_more(more, self.has_focus_in(&self.messages.earlier));
    }

    pub(super) fn set_typing(self: &Rc<Self>, who: Option<(Role, Option<String>)>) {
        let ends = who.is_some().then(|| self.later(TYPING, |parts| parts.set_typing(None)));
        let (role, name) = who.map_or((None, None), |(role, name)| (Some(role), name));
        self.set_typing_text(role, name);
        let before = self.messages.typing_ends.replace(ends);
        drop(before);
    }

    fn set_typing_text(&self, role: Option<Role>, name: Option<String>) {
        let list = &self.messages;
        list.typist.set(role);
        let text = role.map(|role| self.texts.with("typing", &name.unwrap_or_else(|| self.name_of(role))));
        set(&list.typing, "data-on", if text.is_some() { "1" } else { "" });
        write(&list.typing, &text.unwrap_or_default());
    }

    /// Who speaks, where they have no name of their own.
    pub(super) fn name_of(&self, role: Role) -> String {
        self.texts.get(match role {
            Role::Visitor => "you",
            Role::Agent => "agent",
            Role::Bot | Role::Gateway => "bot",
        })
    }

    fn hush(self: &Rc<Self>) {
        set(&self.messages.log, "aria-live", "off");
        let quiet = self.later(QUIET, |parts| set(&parts.messages.log, "aria-live", "polite"));
        let before = self.messages.quiet.replace(Some(quiet));
        drop(before);
    }
}
