//! The outbox: what bots and webhooks have yet to be told of. A row is written in the transaction of its event, so that
//! a crash between the two loses nothing; whoever is told may be told again, with the same id.

use super::{Event, StoreError};
use crate::config::SiteKey;
use crate::conversation::ConversationId;
use async_trait::async_trait;
use jiff::Timestamp;
use std::collections::HashMap;
use std::sync::Arc;

/// Events of one conversation that may wait for its bot. What comes on top is not told to it: a visitor who writes
/// faster than the script answers has its newest messages passed over.
pub const BOT_QUEUE: i64 = 256;
/// Dead letters one webhook keeps; the oldest go first.
pub const DEAD_LETTERS: i64 = 10_000;

/// Who is told: the bot of a site's channel, or a webhook by its name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Consumer {
    /// The bot: of sessions, and of what the visitor says.
    Bot,
    /// A webhook: of sessions, and of all that is said.
    Webhook(Arc<str>),
}

impl Consumer {
    /// The name in the store.
    pub fn name(&self) -> String {
        match self {
            Self::Bot => "bot".to_owned(),
            Self::Webhook(name) => format!("webhook:{name}"),
        }
    }
}

/// Tells a consumer that there is something for it.
pub type Wake = Box<dyn Fn(&Consumer, ConversationId) + Send + Sync>;

/// Who is told of which sites' events, and how they hear that there is something.
pub struct Watch {
    /// By site; sites that are not there cost nothing.
    pub sites: HashMap<SiteKey, Vec<Consumer>>,
    /// Called when a row is durable.
    pub wake: Wake,
}

/// An event somebody has yet to be told of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// The row: the same however often it is told.
    pub id: i64,
    /// The conversation.
    pub conversation: ConversationId,
    /// Its site.
    pub site: SiteKey,
    /// The event.
    pub event: Arc<Event>,
    /// How often it was tried in vain.
    pub attempts: u32,
    /// When the conversation's bot had last dealt with an event.
    pub last_run: Option<Timestamp>,
}

/// An event a webhook could not be told of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadLetter {
    /// The row.
    pub id: i64,
    /// The webhook.
    pub webhook: String,
    /// The conversation.
    pub conversation: ConversationId,
    /// The event.
    pub event: Arc<Event>,
    /// How often it was tried.
    pub attempts: u32,
    /// What went wrong the last time.
    pub why: String,
}

/// The part of [`Store`](super::Store) that keeps the outbox.
#[async_trait]
pub trait OutboxStore {
    /// Says who is to be told from now on. Only the first call counts.
    fn watch(&self, watch: Watch);

    /// The conversations that have something for this consumer.
    async fn waiting(&self, consumer: &Consumer) -> Result<Vec<ConversationId>, StoreError>;

    /// The first thing a conversation has for its bot.
    async fn next_for_bot(&self, conversation: ConversationId) -> Result<Option<Pending>, StoreError>;

    /// What a webhook is to be told now, the oldest first.
    async fn due(&self, webhook: &Consumer, now: Timestamp, limit: usize) -> Result<Vec<Pending>, StoreError>;

    /// When the webhook's next row is due.
    async fn next_due(&self, webhook: &Consumer) -> Result<Option<Timestamp>, StoreError>;

    /// They have been told. For the bot `ran` says when.
    async fn settle(&self, id: i64, ran: Option<Timestamp>) -> Result<(), StoreError>;

    /// They could not be told and are to be told then.
    async fn postpone(&self, id: i64, until: Timestamp) -> Result<(), StoreError>;

    /// They will not be told unless somebody [revives](Self::revive) it.
    async fn bury(&self, id: i64, why: String) -> Result<(), StoreError>;

    /// The dead letters of these webhooks, the oldest first.
    async fn dead_letters(&self, webhooks: Vec<Consumer>, limit: usize) -> Result<Vec<DeadLetter>, StoreError>;

    /// Makes dead letters of these webhooks due again: this one, or all; how many there were.
    async fn revive(&self, webhooks: Vec<Consumer>, id: Option<i64>, now: Timestamp) -> Result<usize, StoreError>;
}
