//! The launcher, the panel, and what has not been seen.

use super::template::{focus, mark, set, show, write};
use super::{Act, Connection, Parts};
use crate::dom::{Registration, shim};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use web_sys::Element;

pub(super) const LAUNCHER: &str = "\
button.launcher part=launcher type=button data-do=toggle aria-expanded=false aria-controls=panel aria-label=@chat
 svg.talk viewBox=0,0,24,24 aria-hidden=true
  path d=M12,3C6.9,3,3,6.5,3,11c0,2.3,1,4.300,2.700,5.800L5,21l4.400-2.300C10.200,18.900,11.100,19,12,19c5.100,0,9-3.500,9-8S17.100,3,12,3Z
 svg.fold viewBox=0,0,24,24 aria-hidden=true
  path d=M5,9l7,7l7-7
 span.badge aria-hidden=true hidden";

pub(super) const PANEL: &str = "\
div.panel part=panel id=panel role=dialog aria-labelledby=title tabindex=-1 hidden
 div.head
  div.title id=title @chat
  div.state
  button.close type=button data-do=close aria-label=@close
   svg viewBox=0,0,24,24 aria-hidden=true
    path d=M6,6l12,12M18,6L6,18";

/// A lost connection is mentioned after this long, in milliseconds: most come back sooner.
const MENTIONED: i32 = 1_500;

/// The tab remembers that the panel is open.
const OPEN: &str = "docent:open";

pub(super) struct Panel {
    frame: Element,
    pub(super) launcher: Element,
    badge: Element,
    pub(super) panel: Element,
    state: Element,
    pub(super) notice: Element,
    open: Cell<bool>,
    unread: Cell<u32>,
    mention: RefCell<Option<Registration>>,
}

impl Panel {
    pub(super) fn new(frame: &Element) -> Self {
        let find = |selector| super::find(frame, selector);
        Self {
            frame: frame.clone(),
            launcher: find(".launcher"),
            badge: find(".badge"),
            panel: find(".panel"),
            state: find(".state"),
            notice: find(".notice"),
            open: Cell::new(false),
            unread: Cell::new(0),
            mention: RefCell::default(),
        }
    }

    pub(super) fn is_open(&self) -> bool {
        self.open.get()
    }

    fn set_open(&self, open: bool) {
        self.open.set(open);
        show(&self.panel, open);
        mark(&self.frame, "data-open", open);
        set(&self.launcher, "aria-expanded", if open { "true" } else { "false" });
        shim::tab_remember(OPEN, open.then_some("1"));
    }
}

impl Parts {
    /// Opens the panel where it was open before the page was loaded.
    pub(super) fn restore_panel(&self) {
        if shim::tab_recall(OPEN).is_some() {
            self.panel.set_open(true);
        }
    }

    pub(super) fn open(&self) {
        if self.panel.is_open() {
            return;
        }
        self.panel.set_open(true);
        self.messages.show_latest();
        self.review();
        (self.act)(Act::Opened);
    }

    pub(super) fn close(&self) {
        if !self.panel.is_open() {
            return;
        }
        let had_focus = self.has_focus_in(&self.panel.panel);
        self.panel.set_open(false);
        if had_focus {
            focus(&self.panel.launcher);
        }
        (self.act)(Act::Closed);
    }

    /// The visitor opens or closes the panel: the focus goes along.
    pub(super) fn toggle(&self) {
        if self.panel.is_open() {
            return self.close();
        }
        self.open();
        // The field may be hidden: then the panel keeps it.
        focus(&self.panel.panel);
        if !shim::touch() {
            focus(&self.composer.field);
        }
    }

    /// What the visitor can see now is read; the rest is counted.
    pub(super) fn review(&self) {
        let seen = self.panel.is_open() && !self.document.hidden() && self.messages.is_at_end();
        let unread = self.messages.unread();
        if seen && unread > 0 {
            self.messages.all_read();
            (self.act)(Act::Read);
        }
        self.count(if seen { 0 } else { unread });
    }

    fn count(&self, unread: u32) {
        let before = self.panel.unread.replace(unread);
        let away = self.panel.is_open() && !self.messages.is_at_end();
        self.messages.show_jump(away.then(|| match unread {
            0 => self.texts.get("latest"),
            _ => self.texts.count("newMessages", unread),
        }));
        if before == unread {
            return;
        }
        show(&self.panel.badge, unread > 0);
        write(&self.panel.badge, &if unread > 99 { "99+".to_owned() } else { unread.to_string() });
        let chat = self.texts.get("chat");
        if unread == 0 {
            return set(&self.panel.launcher, "aria-label", &chat);
        }
        let unread_text = self.texts.count("unread", unread);
        set(&self.panel.launcher, "aria-label", &[chat.as_str(), ", ", &unread_text].concat());
        if unread > before && !self.panel.is_open() {
            self.say(&unread_text);
        }
    }

    /// Says something to a screen reader.
    pub(super) fn say(&self, text: &str) {
        // The same words twice are no change: a space that cannot be heard makes them one.
        let same = self.voice.text_content().as_deref() == Some(text);
        self.voice.set_text_content(Some(&[text, if same { "\u{a0}" } else { "" }].concat()));
    }

    pub(super) fn set_connection(self: &Rc<Self>, connection: Connection) {
        let mention = match connection {
            Connection::Reconnecting if self.connection.get() == Connection::Connected => {
                Some(self.later(MENTIONED, Self::show_connection))
            }
            _ => None,
        };
        self.connection.set(connection);
        let at_once = mention.is_none();
        let before = self.panel.mention.replace(mention);
        drop(before);
        if at_once {
            self.show_connection();
        }
    }

    fn show_connection(self: &Rc<Self>) {
        let (name, notice) = match self.connection.get() {
            Connection::Starting => ("connecting", ""),
            Connection::Connected => ("connected", ""),
            Connection::Reconnecting => ("reconnecting", "offline"),
            Connection::Ended => ("ended", "endedNotice"),
            Connection::Failed => ("failed", "failedNotice"),
        };
        set(&self.panel.state, "data-is", name);
        write(&self.panel.state, &self.texts.get(name));
        let notice = if notice.is_empty() { String::new() } else { self.texts.get(notice) };
        write(&self.panel.notice, &notice);
        self.show_input_state();
    }
}
