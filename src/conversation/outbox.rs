//! What goes to the gateway, kept until the gateway has acknowledged it.
//!
//! Answers stand in the [journal](super::journal) too and outlive the page. Messages outlive it as `m:KEY`. Facts
//! told unasked do not, and of those at most [`MOST`] wait: the oldest gives way.

use super::memory::Memory;
use super::socket::Socket;
use crate::dom::shim;
use docent_protocol::event::EventId;
use docent_protocol::json::{Json, Object};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// How many facts wait at most.
pub const MOST: usize = 64;

/// What a reference of ours stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    /// The answer to this event.
    Answer(EventId),
    /// The visitor's message with this key.
    Message(String),
    /// Something told unasked.
    Fact,
}

#[derive(Debug)]
struct Item {
    reference: String,
    sent: Sent,
    frame: Json,
}

/// The way out.
#[derive(Debug, Default)]
pub struct Outbox {
    instance: String,
    link: RefCell<Option<Rc<Socket>>>,
    items: RefCell<Vec<Item>>,
    count: Cell<u32>,
    /// Set while the page is being left: an answer goes by every way there is.
    leaving: Cell<bool>,
    /// The data endpoint and the token, for the leaving.
    address: RefCell<(String, String)>,
}

impl Outbox {
    /// An outbox whose references are this load's own.
    pub fn new(instance: &str) -> Self {
        Self { instance: instance.to_owned(), ..Self::default() }
    }

    /// Where a POST would go, should the page be left.
    pub fn set_address(&self, data_url: String, token: String) {
        *self.address.borrow_mut() = (data_url, token);
    }

    /// The page is being left (or came back).
    pub fn set_leaving(&self, leaving: bool) {
        self.leaving.set(leaving);
    }

    /// The socket is ready: everything unacknowledged goes out again, in order.
    pub fn attach(&self, link: Rc<Socket>) {
        for item in self.items.borrow().iter() {
            link.send(item.frame.as_str());
        }
        *self.link.borrow_mut() = Some(link);
    }

    /// The socket is gone.
    pub fn detach(&self) {
        let gone = self.link.take();
        drop(gone);
    }

    /// Sends an answer, until it is acknowledged.
    pub fn answer(&self, event: EventId, body: &Json) {
        if self.leaving.get() {
            let (url, token) = &*self.address.borrow();
            shim::farewell(url, token, body.as_str());
        }
        let reference = ["x:", &event.to_string()].concat();
        // The body is an object: the frame is the same with a `ref` before its end.
        let mut frame = body.as_str().strip_suffix('}').unwrap_or_default().to_owned();
        for part in [",\"ref\":\"", &reference, "\"}"] {
            frame.push_str(part);
        }
        self.post(Item { reference, sent: Sent::Answer(event), frame: Json::trusted(frame) });
    }

    /// Sends the visitor's message, until it is acknowledged, over reloads. `key` makes it one message however often
    /// it is sent.
    pub fn message(&self, memory: &Memory, key: &str, text: &str) {
        memory.set(&["m:", key].concat(), text);
        let data = Object::new().with("text", &text).with("id", &key);
        let frame = Object::new().with("dataType", &"message").with("data", &data).with("key", &key).with("ref", &key);
        let sent = Sent::Message(key.to_owned());
        self.post(Item { reference: key.to_owned(), sent, frame: frame.end() });
    }

    /// The messages of an earlier load that were never acknowledged: key and text.
    pub fn unsent(memory: &Memory) -> Vec<(String, String)> {
        let unsent = |name: &String| Some((name.get(2..)?.to_owned(), memory.get(name)?));
        memory.names("m:").iter().filter_map(unsent).collect()
    }

    /// Tells something unasked.
    pub fn tell(&self, data_type: &str, data: &Json) {
        self.count.set(self.count.get().wrapping_add(1));
        let reference = [&self.instance, ".", &self.count.get().to_string()].concat();
        let frame = Object::new().with("dataType", &data_type).with("data", data);
        let frame = frame.with("key", &reference).with("ref", &reference).end();
        let facts = self.items.borrow().iter().filter(|item| item.sent == Sent::Fact).count();
        if facts >= MOST {
            let mut items = self.items.borrow_mut();
            if let Some(oldest) = items.iter().position(|item| item.sent == Sent::Fact) {
                items.remove(oldest);
            }
        }
        self.post(Item { reference, sent: Sent::Fact, frame });
    }

    /// Says that the visitor types, or stopped. Not kept: late it would be untrue.
    pub fn typing(&self, is_typing: bool) {
        let data = Object::new().with("isTyping", &is_typing);
        let frame = Object::new().with("dataType", &"typing").with("data", &data).end();
        if let Some(link) = &*self.link.borrow() {
            link.send(frame.as_str());
        }
    }

    /// The gateway has what this reference stands for.
    pub fn acknowledged(&self, memory: &Memory, reference: &str) -> Option<Sent> {
        let item = {
            let mut items = self.items.borrow_mut();
            let at = items.iter().position(|item| item.reference == reference)?;
            items.remove(at)
        };
        if let Sent::Message(key) = &item.sent {
            memory.remove(&["m:", key].concat());
        }
        Some(item.sent)
    }

    /// Sends again what the gateway had no room for.
    pub fn again(&self, reference: &str) {
        let items = self.items.borrow();
        let item = items.iter().find(|item| item.reference == reference);
        if let (Some(item), Some(link)) = (item, &*self.link.borrow()) {
            link.send(item.frame.as_str());
        }
    }

    /// What this reference stands for, while it waits.
    pub fn waiting(&self, reference: &str) -> Option<Sent> {
        self.items.borrow().iter().find(|item| item.reference == reference).map(|item| item.sent.clone())
    }

    /// Nothing waits any more: the conversation is another one.
    pub fn clear(&self) {
        self.items.borrow_mut().clear();
    }

    fn post(&self, item: Item) {
        if let Some(link) = &*self.link.borrow() {
            link.send(item.frame.as_str());
        }
        let mut items = self.items.borrow_mut();
        items.retain(|other| other.reference != item.reference);
        items.push(item);
    }
}
