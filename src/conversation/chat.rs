//! Messages and typing, between the log and the visitor's interface.

use super::Conversation;
use crate::dom;
use crate::dom::value::Value;
use crate::ui::{Act, ChatMessage, Delivery};
use docent_protocol::event::{Event, EventId, Role};
use docent_protocol::json::Object;
use docent_protocol::param::member;

const READ: &str = "read";
/// A message not acknowledged after this long is shown as failed, in milliseconds. It is sent all the same when the
/// connection is back.
const LATE: i32 = 8_000;

impl Conversation {
    /// Does what the visitor did in the interface.
    pub fn act_for_visitor(&self, act: Act) {
        match act {
            Act::Send(text) => self.send(text),
            Act::Retry(key, text) => self.send_as(&key, &text),
            Act::Typing(is_typing) => self.cx.outbox.typing(is_typing),
            Act::Read => self.cx.memory.set(READ, &self.seen.get().to_string()),
            Act::Opened => self.cx.emit("open", &Object::new()),
            Act::Closed => self.cx.emit("close", &Object::new()),
            Act::Earlier => self.read_earlier(),
            Act::StopSharing => self.cx.stop_sharing(),
        }
    }

    fn send(&self, text: String) {
        if self.ended.get() {
            self.restart();
        }
        let key = crate::page::unique();
        self.send_as(&key, &text);
    }

    fn send_as(&self, key: &str, text: &str) {
        self.cx.ui.show_message(ChatMessage {
            key: key.to_owned(),
            role: Role::Visitor,
            author: None,
            text: text.to_owned(),
            when: None,
            delivery: Delivery::Sending,
            fresh: true,
            unread: false,
        });
        self.cx.outbox.message(&self.cx.memory, key, text);
        let me = self.me.clone();
        let late = key.to_owned();
        self.scope.spawn(async move {
            dom::sleep(LATE).await;
            if let Some(conversation) = me.upgrade()
                && conversation.cx.outbox.waiting(&late).is_some()
            {
                conversation.cx.ui.set_delivery(&late, Delivery::Failed);
            }
        });
    }

    /// What an earlier load of the page could not send is sent now.
    pub(super) fn send_unsent(&self) {
        for (key, text) in super::outbox::Outbox::unsent(&self.cx.memory) {
            if self.cx.outbox.waiting(&key).is_none() {
                self.send_as(&key, &text);
            }
        }
    }

    /// Shows a message of the log.
    pub(super) fn show_message(&self, event: &Event<Value>) {
        let Ok(text) = member::<String, _>(&event.data, "text") else { return };
        let key: Option<String> = member(&event.data, "id").unwrap_or_default();
        let own = event.role == Role::Visitor;
        // Only the visitor's own messages are known by a key: an agent's `id` names nothing here.
        let key = key.filter(|_| own).unwrap_or_else(|| event.event_id.to_string());
        let read = self.cx.memory.get(READ).and_then(|id| EventId::parse(&id)).unwrap_or(EventId::START);
        let fresh = event.event_id > self.head.get();
        self.cx.ui.show_message(ChatMessage {
            key,
            role: event.role,
            author: event.from_id.clone(),
            text: text.clone(),
            when: Some(event.when_posted.clone()),
            delivery: Delivery::Sent(Some(event.event_id)),
            fresh,
            unread: !own && event.event_id > read,
        });
        if fresh {
            let detail = Object::new().with("text", &text).with("from", &event.role.as_str());
            self.cx.emit("message", &detail.with("eventId", &event.event_id.to_string()));
        }
    }

    /// Shows that somebody types. The past's typing is over.
    pub(super) fn show_typing(&self, event: &Event<Value>) {
        if event.event_id > self.head.get() {
            let is_typing = member(&event.data, "isTyping").unwrap_or(false);
            self.cx.ui.set_typing(is_typing.then_some((event.role, event.from_id.clone())));
        }
    }
}
