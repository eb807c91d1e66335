//! The visitor's interface: one `<docent-widget>` with an open shadow root. Dropping the last [`Ui`] removes it.

mod composer;
pub mod highlight;
mod indicator;
mod link;
mod message;
mod messages;
mod panel;
mod prompt;
mod root;
mod template;
pub mod texts;
mod widget;

use crate::error::StartError;
use docent_protocol::event::{EventId, Role};
use highlight::Highlight;
use std::future::Future;
use std::rc::Rc;
use texts::Texts;
use wasm_bindgen::JsValue;
use web_sys::Document;
use widget::{Parts, find};

/// What the visitor did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Wrote a message.
    Send(String),
    /// Sends a failed message again: its key and text.
    Retry(String, String),
    /// Began to type, types on, or stopped.
    Typing(bool),
    /// Has seen every message.
    Read,
    /// Opened the panel.
    Opened,
    /// Closed the panel.
    Closed,
    /// Wants to see older messages.
    Earlier,
    /// Ends sharing.
    StopSharing,
}

/// How the conversation is connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connection {
    /// Connecting for the first time.
    Starting,
    /// Connected.
    Connected,
    /// The connection was lost.
    Reconnecting,
    /// The conversation has ended; a message begins another.
    Ended,
    /// There is no conversation to be had.
    Failed,
}

/// How far a message has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// On its way.
    Sending,
    /// In the log, as this event.
    Sent(Option<EventId>),
    /// Not sent.
    Failed,
}

/// A message to be shown.
#[derive(Clone, Debug)]
pub struct ChatMessage {
    /// What it is known by: a message with a key that is shown replaces it.
    pub key: String,
    /// Who wrote it.
    pub role: Role,
    /// The writer's name.
    pub author: Option<String>,
    /// Plain text.
    pub text: String,
    /// When, RFC 3339. `None` is now.
    pub when: Option<String>,
    /// How far it has come.
    pub delivery: Delivery,
    /// Written just now, not part of the past.
    pub fresh: bool,
    /// The visitor has not seen it.
    pub unread: bool,
}

/// What the visitor is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// May the page be seen?
    CoBrowse,
    /// Go to this address?
    Navigate {
        /// The destination, absolute.
        url: String,
    },
}

/// The visitor's interface.
#[derive(Clone)]
pub struct Ui(Rc<Parts>);

impl Ui {
    /// Puts the widget into the page. `act` hears what the visitor does.
    ///
    /// # Errors
    /// [`StartError::NoWidget`] where the browser cannot build it.
    pub fn mount(document: &Document, texts: Texts, act: Rc<dyn Fn(Act)>) -> Result<Self, StartError> {
        Parts::mount(document, texts, act).map(Self)
    }

    /// Asks the visitor. One question is shown at a time; dropping the future takes the question back.
    pub fn ask(&self, question: Question) -> impl Future<Output = bool> + use<> {
        self.0.ask(question)
    }

    /// The highlight.
    pub fn highlight(&self) -> &Highlight {
        &self.0.highlight
    }

    /// Turns the chat input off or on.
    pub fn disable_input(&self, off: bool) {
        self.0.disable_input(off);
    }

    /// Where the widget's parts are.
    pub fn root(&self) -> JsValue {
        self.0.root.shadow.clone().into()
    }

    /// Shows that the page is shared, or no more.
    pub fn share(&self, on: bool) {
        self.0.share(on);
    }

    /// Shows how the conversation is connected.
    pub fn set_connection(&self, connection: Connection) {
        self.0.set_connection(connection);
    }

    /// Shows a message, or replaces the one with its key. Messages stand in the order of their events; those without
    /// one stand last.
    pub fn show_message(&self, message: ChatMessage) {
        self.0.show_message(message);
    }

    /// Shows how far a message has come.
    pub fn set_delivery(&self, key: &str, delivery: Delivery) {
        self.0.set_delivery(key, delivery);
    }

    /// The first message shown that is in the log.
    pub fn first_message(&self) -> Option<EventId> {
        self.0.messages.first()
    }

    /// Whether there are older messages to ask for ([`Act::Earlier`]).
    pub fn set_more(&self, more: bool) {
        self.0.set_more(more);
    }

    /// Shows no messages.
    pub fn clear_messages(&self) {
        self.0.clear_messages();
    }

    /// Shows who types: the role and the name. `None` is nobody. Unless told again it goes after 6 seconds.
    pub fn set_typing(&self, who: Option<(Role, Option<String>)>) {
        self.0.set_typing(who);
    }

    /// Opens the panel. The focus stays where it is.
    pub fn open(&self) {
        self.0.open();
    }

    /// Closes the panel.
    pub fn close(&self) {
        self.0.close();
    }

    /// Whether the panel is open.
    pub fn is_open(&self) -> bool {
        self.0.panel.is_open()
    }
}
