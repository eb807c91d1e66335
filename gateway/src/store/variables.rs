//! Variables in the store: JSON values under keys, each owned by one scope of one site, bot or user, until they expire.
//!
//! The store knows no clock: every call says what time it is.

use super::StoreError;
use crate::config::SiteKey;
use crate::conversation::ConversationId;
use crate::variables::Scope;
use async_trait::async_trait;
use jiff::Timestamp;
use std::fmt;

/// A visitor over all their conversations: the name of their first one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UserId(pub ConversationId);

impl fmt::Display for UserId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

/// Whose variables: what differs in one member shares nothing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Owner {
    /// The tenant.
    pub site: SiteKey,
    /// Which scope.
    pub scope: Scope,
    /// The bot, in scopes that are one bot's; else empty.
    pub bot: String,
    /// The user (or the conversation), in scopes that are one's; else empty.
    pub user: String,
}

/// A value as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Its key.
    pub key: String,
    /// JSON text.
    pub value: String,
    /// From then on it is gone.
    pub expires: Timestamp,
}

/// Values to store together: all or none.
#[derive(Clone, Debug)]
pub struct Put {
    /// Whose.
    pub owner: Owner,
    /// Keys and JSON texts.
    pub entries: Vec<(String, String)>,
    /// From then on they are gone.
    pub expires: Timestamp,
    /// So many keys the owner may have.
    pub limit: usize,
    /// Where it is some conversation's: refused with [`StoreError::Ended`] once that has ended.
    pub during: Option<ConversationId>,
}

/// The part of [`Store`](super::Store) that keeps variables.
#[async_trait]
pub trait VariableStore {
    /// The value of a key, unless it has expired.
    async fn variable(&self, owner: Owner, key: String, now: Timestamp) -> Result<Option<Variable>, StoreError>;

    /// Everything an owner has that has not expired, by key.
    async fn variables(&self, owner: Owner, now: Timestamp) -> Result<Vec<Variable>, StoreError>;

    /// Stores values in place of what was there. [`StoreError::Full`] where the owner would have too many keys.
    async fn put_variables(&self, put: Put, now: Timestamp) -> Result<(), StoreError>;

    /// Removes a key; whether it was there.
    async fn delete_variable(&self, owner: Owner, key: String, now: Timestamp) -> Result<bool, StoreError>;

    /// Removes the member at this path inside a key's value, whose expiry stays; whether it was there.
    async fn delete_inside(
        &self,
        owner: Owner,
        key: String,
        path: Vec<String>,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Removes up to `limit` values that have expired; how many.
    async fn sweep_variables(&self, now: Timestamp, limit: usize) -> Result<usize, StoreError>;

    /// Says whose conversation this is; without it, it is its own user's.
    async fn set_user(&self, conversation: ConversationId, user: UserId) -> Result<(), StoreError>;

    /// Whose conversation this is.
    async fn user(&self, conversation: ConversationId) -> Result<UserId, StoreError>;
}
