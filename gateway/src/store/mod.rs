//! The only door to durable state: every conversation's log.
//!
//! The suite of tests in `suite` runs on every implementation.

pub mod embedded;
pub mod faq;
pub mod outbox;
#[cfg(test)]
mod suite;
pub mod variables;

use self::faq::FaqStore;
use crate::config::SiteKey;
use crate::conversation::ConversationId;
use crate::session::state::{Act, Session, SessionError};
use crate::session::status::SessionStatus;
use async_trait::async_trait;
use axum::extract::ws::Utf8Bytes;
use docent_protocol::envelope::DataType;
use docent_protocol::event::{EventId, Role};
use jiff::Timestamp;
use std::sync::Arc;

pub use outbox::{Consumer, DeadLetter, OutboxStore, Pending, Watch};
pub use variables::{Owner, Put, UserId, Variable, VariableStore};

/// A store's refusal or fault.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum StoreError {
    /// There is no such conversation (on this site).
    #[error("there is no such conversation")]
    Unknown,
    /// The conversation has ended.
    #[error("the conversation has ended")]
    Ended,
    /// An answer to something that is no command or request of this conversation.
    #[error("the answered event is no command or request of this conversation")]
    NotAsked,
    /// The owner has as many variables as they may have.
    #[error("there are {0} keys, as many as there may be")]
    Full(usize),
    /// The chat session does not allow it.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// The store is closed.
    #[error("the store is closed")]
    Closed,
    /// The engine failed; nothing was stored.
    #[error("the store's engine failed: {0}")]
    Engine(String),
}

/// What is known of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversation {
    /// Its name.
    pub id: ConversationId,
    /// Whose page it began on.
    pub site: SiteKey,
    /// When it began.
    pub created_at: Timestamp,
    /// When its last event was stored.
    pub last_event_at: Option<Timestamp>,
    /// Its last event.
    pub head: EventId,
    /// Where its chat session stands.
    pub session: SessionStatus,
}

impl Conversation {
    /// Whether it takes no more events.
    pub fn ended(&self) -> bool {
        self.session.is_over()
    }
}

/// An event that is not stored yet.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The site the poster may post to; a conversation of another is [`StoreError::Unknown`].
    pub site: SiteKey,
    /// Who posts.
    pub role: Role,
    /// Their name.
    pub from: Option<String>,
    /// What `data` is.
    pub data_type: DataType,
    /// A JSON object's text, on one line.
    pub data: String,
    /// For an answer: what it answers. Only the first answer to an event is stored.
    pub answers: Option<EventId>,
    /// A repeated append of the same poster with the same key is not stored again.
    pub key: Option<String>,
    /// For a message: what it does to the chat session. Both are stored, or neither.
    pub act: Option<Box<Act>>,
}

impl Draft {
    /// A `session` event of the gateway's.
    pub fn session(site: SiteKey, data: String) -> Self {
        let (role, data_type) = (Role::Gateway, DataType::Session);
        Self { site, role, from: None, data_type, data, answers: None, key: None, act: None }
    }
}

/// An event as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its place in the log.
    pub id: EventId,
    /// What it carries.
    pub data_type: DataType,
    /// What it answers.
    pub answers: Option<EventId>,
    /// The event as the wire has it.
    pub json: Utf8Bytes,
}

/// What became of an append.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appended {
    /// The event: this one, or the one that was there before it (its key was used, its question answered).
    pub event_id: EventId,
    /// Whether it was stored now.
    pub fresh: bool,
}

/// A change of a chat session; it gets the time of the change. What it refuses is not stored.
pub type Edit = Box<dyn FnOnce(&mut Session, Timestamp) -> Result<(), SessionError> + Send>;

/// A session that begins together with its conversation.
pub struct Begin {
    /// Its channel; 0 for none.
    pub topic: i32,
    /// What happens to it first. Its status is Invalid before.
    pub edit: Edit,
}

/// What became of an edit.
#[derive(Clone, Debug, PartialEq)]
pub struct Edited {
    /// The session after it.
    pub session: Session,
    /// The `session` event that tells of it, where there was something to tell.
    pub event_id: Option<EventId>,
}

/// How a session is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionKey {
    /// By its conversation.
    Conversation(ConversationId),
    /// By its own number.
    Number(i64),
}

/// Which sessions to read.
#[derive(Clone, Debug)]
pub struct Sessions {
    /// Of this site.
    pub site: SiteKey,
    /// With one of these statuses.
    pub statuses: Vec<SessionStatus>,
    /// Where nothing was posted since.
    pub quiet_since: Option<Timestamp>,
    /// At most so many, the oldest first.
    pub limit: usize,
}

/// Which events to read.
#[derive(Clone, Debug)]
pub struct Range {
    /// Where from, and which way.
    pub from: From,
    /// Only these types; empty is all.
    pub types: Vec<DataType>,
    /// At most so many.
    pub limit: usize,
}

/// Where a page of events begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    /// The first ones after this.
    After(EventId),
    /// The last ones before this. They come in the log's order all the same.
    Before(EventId),
}

/// Called once per event that is durable, in each log's order, before its append is acknowledged.
pub type OnCommit = Arc<dyn Fn(ConversationId, &Arc<Event>) + Send + Sync>;

/// Durable state. What is acknowledged survives a SIGKILL and a power cut.
#[async_trait]
pub trait Store: VariableStore + FaqStore + OutboxStore + Send + Sync + 'static {
    /// Begins a conversation.
    async fn create(&self, id: ConversationId, site: SiteKey) -> Result<Conversation, StoreError>;

    /// Tells of a conversation.
    async fn find(&self, id: ConversationId) -> Result<Option<Conversation>, StoreError>;

    /// A site's conversations, the newest first, those begun before `before`.
    async fn list(
        &self,
        site: SiteKey,
        before: Option<ConversationId>,
        limit: usize,
    ) -> Result<Vec<Conversation>, StoreError>;

    /// Appends an event.
    async fn append(&self, id: ConversationId, draft: Draft) -> Result<Appended, StoreError>;

    /// Begins a conversation whose session is on a channel, with the `session` event that says so.
    async fn begin(&self, id: ConversationId, site: SiteKey, begin: Begin) -> Result<Edited, StoreError>;

    /// Changes a session, and tells of it with a `session` event, in one.
    async fn edit(&self, id: ConversationId, edit: Edit) -> Result<Edited, StoreError>;

    /// Tells of a session.
    async fn session(&self, key: SessionKey) -> Result<Option<Session>, StoreError>;

    /// Sessions, the oldest first.
    async fn sessions(&self, which: Sessions) -> Result<Vec<Session>, StoreError>;

    /// Reads events, in the log's order.
    async fn events(&self, id: ConversationId, range: Range) -> Result<Vec<Arc<Event>>, StoreError>;

    /// The answer to a command or request, where there is one.
    async fn answer(&self, id: ConversationId, asked: EventId) -> Result<Option<Arc<Event>>, StoreError>;

    /// Stores what is queued and closes. Later calls are [`StoreError::Closed`].
    async fn close(&self) -> Result<(), StoreError>;
}
