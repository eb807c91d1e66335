//! Messages from before this page was loaded.

use super::credentials::Credentials;
use super::{Conversation, http};
use crate::dom::value::Value;
use docent_protocol::event::{Event, EventId};
use docent_protocol::source::Source;

/// How many messages are read at once.
const PAGE: &str = "50";

impl Conversation {
    /// Shows the last messages, once a page.
    pub(super) fn read_history(&self) {
        if self.history_read.replace(true) {
            return;
        }
        self.send_unsent();
        let end = EventId::new(self.head.get().get() + 1).unwrap_or(self.head.get());
        self.read_before(end);
    }

    /// Shows messages before those that are shown.
    pub(super) fn read_earlier(&self) {
        if let Some(first) = self.cx.ui.first_message() {
            self.read_before(first);
        }
    }

    fn read_before(&self, before: EventId) {
        let Some(credentials) = Credentials::recall(&self.cx.memory) else { return };
        let base = self.cx.host.base();
        let before = before.to_string();
        let url = [
            &base,
            "/conversation/",
            &credentials.conversation,
            "/events?dataType=message&limit=",
            PAGE,
            "&before=",
            &before,
        ];
        let url = url.concat();
        let me = self.me.clone();
        self.scope.spawn(async move {
            let reply = http::request("GET", &url, &credentials.token, "").await;
            let Some(conversation) = me.upgrade() else { return };
            let events = reply.value().and_then(|page| page.field("events")).and_then(|events: Value| events.items());
            let Some(events) = events.filter(|_| reply.status == 200) else {
                conversation.history_read.set(false);
                return;
            };
            conversation.cx.ui.set_more(events.len().to_string() == PAGE);
            for event in events.iter().filter_map(|event| Event::read(event).ok()) {
                conversation.show_message(&event);
            }
        });
    }
}
