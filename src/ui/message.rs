//! One message.

use super::link::{Piece, pieces};
use super::template::{build, set, write};
use super::{ChatMessage, Delivery, Parts};
use crate::dom::shim;
use docent_protocol::event::{EventId, Role};
use web_sys::Element;

const ROW: &str = "\
div.row
 div.day
 div.face aria-hidden=true
 div.name
 div.bubble dir=auto
 div.meta";

const RETRY: &str = "button.retry type=button data-do=retry @retry";

pub(super) struct Row {
    pub(super) key: String,
    pub(super) event: Option<EventId>,
    pub(super) text: String,
    pub(super) unread: bool,
    pub(super) node: Element,
    role: Role,
    name: String,
    when: String,
    day: String,
    delivery: Delivery,
    fresh: bool,
    /// As it looks: what has not changed is not drawn again.
    class: String,
}

impl Drop for Row {
    fn drop(&mut self) {
        self.node.remove();
    }
}

impl Row {
    /// The row of a message: a new one, or the one that shows it already.
    pub(super) fn show(parts: &Parts, known: Option<Self>, message: ChatMessage) -> Option<Self> {
        let mut row = match known {
            Some(row) => row,
            None => Self::new(parts, &message)?,
        };
        if row.text != message.text {
            row.text = message.text;
            row.part(".bubble", |bubble| fill(parts, bubble, &row.text));
        }
        if let Some(when) = message.when {
            row.when = when;
        }
        row.day = shim::moment(&row.when, parts.texts.lang(), true);
        row.unread = message.unread;
        row.set_delivery(parts, message.delivery);
        Some(row)
    }

    fn new(parts: &Parts, message: &ChatMessage) -> Option<Self> {
        let node = build(&parts.document, &parts.texts, &parts.store, ROW)?;
        set(&node, "data-key", &message.key);
        let name = message.author.clone().unwrap_or_else(|| parts.name_of(message.role));
        let row = Self {
            key: message.key.clone(),
            event: None,
            text: String::new(),
            unread: false,
            node,
            role: message.role,
            name,
            when: shim::now(),
            day: String::new(),
            delivery: message.delivery,
            fresh: message.fresh,
            class: String::new(),
        };
        row.part(".name", |name| write(name, &row.name));
        let initial: String = row.name.chars().take(1).collect();
        row.part(".face", |face| write(face, &initial));
        Some(row)
    }

    /// Shows how far it has come, or when it came.
    pub(super) fn set_delivery(&mut self, parts: &Parts, delivery: Delivery) {
        self.delivery = delivery;
        let text = match delivery {
            Delivery::Sending => parts.texts.get("sending"),
            Delivery::Sent(event) => {
                self.event = event.or(self.event);
                shim::moment(&self.when, parts.texts.lang(), false)
            }
            Delivery::Failed => parts.texts.get("notSent"),
        };
        self.part(".meta", |meta| {
            write(meta, &text);
            if delivery == Delivery::Failed {
                // Without its button the message is still there to be copied.
                let _ = build(&parts.document, &parts.texts, meta, RETRY);
            }
        });
    }

    /// Shows it as what comes after `before`: under the same name, under the same day.
    pub(super) fn follow(&mut self, before: Option<&mut Self>) {
        let same_day = before.as_ref().is_some_and(|before| before.day == self.day);
        let joined = same_day
            && before.is_some_and(|before| {
                before.role == self.role && before.name == self.name && before.ten_minutes() == self.ten_minutes()
            });
        let mut class = ["row ", self.role.as_str()].concat();
        let states = [
            (joined, " joined"),
            (self.fresh, " fresh"),
            (self.delivery == Delivery::Sending, " sending"),
            (self.delivery == Delivery::Failed, " failed"),
        ];
        states.iter().filter(|(on, _)| *on).for_each(|(_, name)| class.push_str(name));
        if class != self.class {
            set(&self.node, "class", &class);
            self.class = class;
        }
        self.part(".day", |day| write(day, if same_day { "" } else { &self.day }));
    }

    /// RFC 3339 up to the tens of its minutes.
    fn ten_minutes(&self) -> Option<&str> {
        self.when.get(..15)
    }

    fn part(&self, selector: &str, act: impl FnOnce(&Element)) {
        if let Ok(Some(part)) = self.node.query_selector(selector) {
            act(&part);
        }
    }
}

/// Shows plain text, its addresses as links.
fn fill(parts: &Parts, bubble: &Element, text: &str) {
    bubble.set_text_content(None);
    for piece in pieces(text) {
        let added = match piece {
            Piece::Text(text) => bubble.append_with_str_1(text),
            Piece::Link(address) => parts.document.create_element("a").and_then(|link| {
                set(&link, "href", address);
                set(&link, "target", "_blank");
                set(&link, "rel", "noopener noreferrer nofollow");
                link.set_text_content(Some(address));
                bubble.append_with_node_1(&link)
            }),
        };
        // A piece the browser does not take is left out.
        let _ = added;
    }
}
