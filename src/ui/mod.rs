//! The visitor's interface: one `<docent-widget>` with an open shadow root. Dropping the last [`Ui`] removes it.

pub mod highlight;
pub mod texts;

use crate::error::StartError;
use docent_protocol::event::{EventId, Role};
use highlight::Highlight;
use std::future::Future;
use std::rc::Rc;
use texts::Texts;
use web_sys::Document;

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

struct Parts {
    highlight: Highlight,
}

impl Ui {
    /// Puts the widget into the page. `act` hears what the visitor does.
    ///
    /// # Errors
    /// [`StartError::NoWidget`] where the browser cannot build it.
    pub fn mount(document: &Document, _texts: Texts, _act: Rc<dyn Fn(Act)>) -> Result<Self, StartError> {
        let host = document.create_element("docent-widget").map_err(|_| StartError::NoWidget("elements"))?;
        let options = web_sys::ShadowRootInit::new(web_sys::ShadowRootMode::Open);
        let root = host.attach_shadow(&options).map_err(|_| StartError::NoWidget("shadow roots"))?;
        let highlight = Highlight::mount(document, &root);
        Ok(Self(Rc::new(Parts { highlight })))
    }

    /// Asks the visitor. Dropping the future takes the question back.
    pub fn ask(&self, _question: Question) -> impl Future<Output = bool> + use<> {
        std::future::ready(false)
    }

    /// The highlight.
    pub fn highlight(&self) -> &Highlight {
        &self.0.highlight
    }

    /// Turns the chat input off or on.
    pub fn disable_input(&self, _off: bool) {}

    /// Shows that the page is shared, or no more.
    pub fn share(&self, _on: bool) {}

    /// Shows how the conversation is connected.
    pub fn set_connection(&self, _connection: Connection) {}

    /// Shows a message, or replaces the one with its key.
    pub fn show_message(&self, _message: ChatMessage) {}

    /// Shows how far a message has come.
    pub fn set_delivery(&self, _key: &str, _delivery: Delivery) {}

    /// The first message shown that is in the log.
    pub fn first_message(&self) -> Option<EventId> {
        None
    }

    /// Whether there are older messages.
    pub fn set_more(&self, _more: bool) {}

    /// Shows no messages.
    pub fn clear_messages(&self) {}

    /// Shows who types: the role and the name. `None` is nobody.
    pub fn set_typing(&self, _who: Option<(Role, Option<String>)>) {}

    /// Opens the panel.
    pub fn open(&self) {}

    /// Closes the panel.
    pub fn close(&self) {}

    /// Whether the panel is open.
    pub fn is_open(&self) -> bool {
        false
    }
}
