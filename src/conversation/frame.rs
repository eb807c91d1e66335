//! What comes down the socket (ARCHITECTURE.md, "The wire").

use super::Conversation;
use super::outbox::Sent;
use crate::config::Policy;
use crate::dom;
use crate::dom::value::Value;
use crate::page::info;
use crate::ui::{Connection, Delivery};
use docent_protocol::envelope::DataType;
use docent_protocol::event::{Event, EventId, Role};
use docent_protocol::json::Object;
use docent_protocol::param::member;
use docent_protocol::registry::CoBrowseState;
use docent_protocol::source::Source;

/// A refused frame is sent again after this long, where the gateway says so, in milliseconds.
const AGAIN: i32 = 2_000;

impl Conversation {
    /// Takes a frame. What is none is passed over: the gateway may know more kinds than this runtime.
    pub(super) fn frame(&self, text: &str) {
        let Some(frame) = Value::parse(text) else { return };
        if let Some(hello) = frame.field("hello") {
            self.hello(&hello);
        } else if let Some(reference) = frame.field("ack") {
            self.acknowledged(&reference, &frame);
        } else if let Some(problem) = frame.field("error") {
            self.refused(&problem, &frame);
        } else if frame.field("watchers").is_some() {
            self.cx.mirror.watched(&self.cx, frame);
        } else if let Ok(event) = Event::read(&frame) {
            self.deliver(event);
        }
    }

    fn hello(&self, hello: &Value) {
        let head = member::<String, _>(hello, "head").ok().and_then(|head| EventId::parse(&head));
        let head = head.unwrap_or(EventId::START);
        // A log shorter than what was seen is another log: the gateway lost its store.
        if head < self.seen.get() {
            self.seen.set(EventId::START);
        }
        self.head.set(head);
        self.greeted.set(true);
        if let Some(site) = hello.field("site") {
            self.cx.set_policy(Policy::read(&site));
        }
        self.screens.greet(&self.cx, hello);
        self.set_ended(member(hello, "ended").unwrap_or(false));
        let socket = self.link.borrow().as_ref().map(|link| link.socket.clone());
        if let Some(socket) = socket {
            socket.send(Object::new().with("resume", &self.seen.get().to_string()).end().as_str());
            self.cx.mirror.connect(&self.cx, Some(socket.clone()));
            self.cx.outbox.attach(socket);
        }
        if !self.ended.get() {
            self.set_connection(Connection::Connected);
        }
        self.read_history();
        self.act();
    }

    pub(super) fn set_ended(&self, ended: bool) {
        self.ended.set(ended);
        if ended {
            self.asks.clear();
            // Consent is the conversation's: it ends with it.
            self.cx.set_co_browse(CoBrowseState::Disabled);
            self.set_connection(Connection::Ended);
        }
    }

    fn acknowledged(&self, reference: &Value, frame: &Value) {
        let Some(sent) = reference.as_text().and_then(|text| self.cx.outbox.acknowledged(&self.cx.memory, &text))
        else {
            return;
        };
        match sent {
            Sent::Answer(event) => self.settled(event),
            Sent::Message(key) => {
                let event = member::<String, _>(frame, "eventId").ok().and_then(|id| EventId::parse(&id));
                self.cx.ui.set_delivery(&key, Delivery::Sent(event));
            }
            Sent::Fact => {}
        }
    }

    fn refused(&self, problem: &Value, frame: &Value) {
        let Ok(reference) = member::<String, _>(frame, "ref") else { return };
        let status: i32 = member(problem, "status").unwrap_or(0);
        let Some(sent) = self.cx.outbox.waiting(&reference) else { return };
        if status == 429 || status >= 500 {
            let me = self.me.clone();
            self.scope.spawn(async move {
                dom::sleep(AGAIN).await;
                if let Some(conversation) = me.upgrade() {
                    conversation.cx.outbox.again(&reference);
                }
            });
            return;
        }
        self.cx.outbox.acknowledged(&self.cx.memory, &reference);
        match sent {
            Sent::Answer(event) => self.answer_refused(event),
            Sent::Message(key) => self.cx.ui.set_delivery(&key, Delivery::Failed),
            Sent::Fact => {}
        }
        if member::<String, _>(problem, "type").is_ok_and(|kind| kind.ends_with(":ended")) {
            self.set_ended(true);
        }
    }

    /// Takes an event of the log. They come in order; one already seen is passed over, and so is one that came between
    /// the hello and the replay: the replay brings it again, in its place.
    fn deliver(&self, event: Event<Value>) {
        let (seen, head) = (self.seen.get(), self.head.get());
        if event.event_id <= seen || (seen < head && event.event_id > head) {
            return;
        }
        self.seen.set(event.event_id);
        match event.data_type {
            DataType::Message => {
                self.show_message(&event);
                self.screens.message(&event.data);
            }
            DataType::Typing if event.role != Role::Visitor => self.show_typing(&event),
            data_type if data_type.is_asked() => self.asks.add(event),
            data_type if data_type.is_answer() => {
                let answered = member::<String, _>(&event.data, "eventId").ok().and_then(|id| EventId::parse(&id));
                if let Some(answered) = answered {
                    self.settled(answered);
                }
            }
            DataType::Session => self.session_changed(&event),
            _ => {}
        }
        self.act();
    }

    fn session_changed(&self, event: &Event<Value>) {
        const OVER: [i32; 3] = [8, 9, 11];
        let status = event.data.field("new").and_then(|new| member::<i32, _>(&new, "status").ok());
        // Where the session stood at the log's end the hello has told.
        if event.event_id > self.head.get() {
            self.screens.change(&event.data);
        }
        if status.is_some_and(|status| OVER.contains(&status)) {
            self.set_ended(true);
        }
        info::publish(&self.cx);
    }
}
