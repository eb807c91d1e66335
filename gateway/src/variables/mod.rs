//! What bots remember: five scopes of variables, and data that lasts as long as a chat session (contract section 5).

pub mod rest;
pub mod scope;
pub mod ttl;
pub mod user;
pub mod visitorsession;

pub use scope::Scope;
pub use ttl::Ttl;

use crate::app::AppState;
use crate::config::{Config, SiteKey};
use crate::conversation::ConversationId;
use crate::store::{Owner, Put, Store, StoreError, Variable};
use axum::Router;
use axum::routing::get;
use jiff::Timestamp;
use serde_json::{Map, Value};
use std::sync::Arc;
use std::time::Duration;

/// The longest key, in bytes.
pub const KEY_BYTES: usize = 128;
/// The longest value, in bytes of JSON.
pub const VALUE_BYTES: usize = 64 * 1024;
/// So many keys one owner may have.
pub const KEYS: usize = 256;
/// How often what has expired is removed. Nobody reads it even before that.
const SWEEP_EVERY: Duration = Duration::from_secs(60);
/// How much is removed at once, so that nobody waits long behind it.
const SWEPT_AT_ONCE: usize = 1000;

/// What time it is.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Why a variable was not read or written.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Refusal {
    /// A key that reaches inside a value.
    #[error(
        "`{0}` reaches inside a value, and get, put and delete take the key of a whole one: use `{root}`, or in a bot's \
         script `delete context.session.SCOPE.{0}`",
        root = .0.split('.').next().unwrap_or_default()
    )]
    Dotted(String),
    /// A key that is none.
    #[error("a key is text of 1 to {KEY_BYTES} bytes without control characters")]
    Key,
    /// There is nothing to store.
    #[error("there is no value; give one that is JSON, or delete the key")]
    NoValue,
    /// The value is too long.
    #[error("the value of `{0}` has more than {VALUE_BYTES} bytes of JSON; store less")]
    Value(String),
    /// There are too many keys.
    #[error("this scope has {0} keys, as many as it may have; delete some")]
    Full(usize),
    /// No number of minutes.
    #[error("a ttl is a number of minutes, or text that holds one, above 0 and at most {max}", max = Ttl::MAX_MINUTES)]
    Ttl,
    /// Nobody writes this scope.
    #[error("UserContext is read-only: the system and the page's setClaims fill it")]
    ReadOnly,
    /// The store refused or failed.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Full(keys) => Self::Full(keys),
            error => Self::Store(error),
        }
    }
}

impl Refusal {
    /// What of `{key, value, ttl}` is wrong.
    pub fn field(&self) -> &'static str {
        match self {
            Self::Dotted(_) | Self::Key | Self::Full(_) => "key",
            Self::Value(_) | Self::NoValue => "value",
            Self::Ttl => "ttl",
            Self::ReadOnly | Self::Store(_) => "scope",
        }
    }
}

/// The variables of all sites.
pub struct Variables {
    store: Arc<dyn Store>,
    config: Arc<Config>,
    clock: Clock,
}

impl Variables {
    /// Over a store; `clock` says when a value expires.
    pub fn new(store: Arc<dyn Store>, config: Arc<Config>, clock: Clock) -> Self {
        Self { store, config, clock }
    }

    /// The value of a root key; `None` where there is none or it has expired.
    pub async fn get(&self, owner: Owner, key: &str) -> Result<Option<Variable>, Refusal> {
        let key = root_key(key)?;
        Ok(self.store.variable(owner, key, (self.clock)()).await?)
    }

    /// Everything an owner has, as one object.
    pub async fn all(&self, owner: Owner) -> Result<Map<String, Value>, Refusal> {
        let variables = self.store.variables(owner, (self.clock)()).await?;
        let parsed = |variable: Variable| (variable.key, serde_json::from_str(&variable.value).unwrap_or_default());
        Ok(variables.into_iter().map(parsed).collect())
    }

    /// Stores a value under a root key; without a `ttl` for as long as the site says.
    pub async fn put(&self, owner: Owner, key: &str, value: &Value, ttl: Option<Ttl>) -> Result<Variable, Refusal> {
        if owner.scope == Scope::User {
            return Err(Refusal::ReadOnly);
        }
        let key = root_key(key)?;
        let value = short(&key, value)?;
        let now = (self.clock)();
        let expires = ttl.unwrap_or_else(|| self.default_ttl(&owner.site)).after(now);
        let entries = vec![(key.clone(), value.clone())];
        self.store.put_variables(Put { owner, entries, expires, limit: KEYS, during: None }, now).await?;
        Ok(Variable { key, value, expires })
    }

    /// Removes a root key; whether it was there.
    pub async fn delete(&self, owner: Owner, key: &str) -> Result<bool, Refusal> {
        if owner.scope == Scope::User {
            return Err(Refusal::ReadOnly);
        }
        let key = root_key(key)?;
        Ok(self.store.delete_variable(owner, key, (self.clock)()).await?)
    }

    /// Removes what is at `path` inside a root key's value; whether it was there.
    pub async fn delete_inside(&self, owner: Owner, key: &str, path: Vec<String>) -> Result<bool, Refusal> {
        if owner.scope == Scope::User {
            return Err(Refusal::ReadOnly);
        }
        Ok(self.store.delete_inside(owner, key.to_owned(), path, (self.clock)()).await?)
    }

    /// Remembers a map until the conversation's session ends.
    pub async fn set_session_data(
        &self,
        site: SiteKey,
        id: ConversationId,
        map: &Map<String, Value>,
    ) -> Result<(), Refusal> {
        let entries = map.iter().map(|(key, value)| {
            if !is_key(key) {
                return Err(Refusal::Key);
            }
            Ok((key.clone(), short(key, value)?))
        });
        let entries = entries.collect::<Result<_, _>>()?;
        let owner = Scope::session_data(site, id);
        let put = Put { owner, entries, expires: Timestamp::MAX, limit: KEYS, during: Some(id) };
        Ok(self.store.put_variables(put, (self.clock)()).await?)
    }

    /// What is remembered under this key until the session ends; everything without a key.
    pub async fn session_data(
        &self,
        site: SiteKey,
        id: ConversationId,
        key: Option<&str>,
    ) -> Result<Map<String, Value>, Refusal> {
        let mut all = self.all(Scope::session_data(site, id)).await?;
        if let Some(key) = key {
            all.retain(|name, _| name == key);
        }
        Ok(all)
    }

    fn default_ttl(&self, site: &SiteKey) -> Ttl {
        self.config.site(site).map_or(Ttl::default(), |site| Ttl::of(site.variable_ttl))
    }

    async fn sweep(&self) -> Result<usize, StoreError> {
        let mut swept = 0;
        loop {
            let removed = self.store.sweep_variables((self.clock)(), SWEPT_AT_ONCE).await?;
            swept += removed;
            if removed < SWEPT_AT_ONCE {
                return Ok(swept);
            }
        }
    }

    /// Removes what has expired, again and again. It ends when it is dropped or the store is closed.
    pub async fn keep_swept(&self) {
        loop {
            tokio::time::sleep(SWEEP_EVERY).await;
            match self.sweep().await {
                Ok(swept) => tracing::debug!(swept, "expired variables removed"),
                Err(StoreError::Closed) => return,
                Err(error) => tracing::warn!(%error, "expired variables could not be removed; they stay unread"),
            }
        }
    }
}

fn is_key(key: &str) -> bool {
    (1..=KEY_BYTES).contains(&key.len()) && !key.chars().any(char::is_control)
}

fn root_key(key: &str) -> Result<String, Refusal> {
    if !is_key(key) {
        return Err(Refusal::Key);
    }
    if key.contains('.') {
        return Err(Refusal::Dotted(key.to_owned()));
    }
    Ok(key.to_owned())
}

fn short(key: &str, value: &Value) -> Result<String, Refusal> {
    let text = value.to_string();
    if text.len() > VALUE_BYTES { Err(Refusal::Value(key.to_owned())) } else { Ok(text) }
}

/// The routes.
pub fn routes() -> Router<AppState> {
    use rest::{read, remove, write};
    use visitorsession as session;
    Router::new()
        .route("/conversation/{id}/variables/{scope}/{key}", get(read).put(write).delete(remove))
        .route("/api/v2/{portal}/visitorsessions", get(session::read).post(session::set).put(session::set))
}

#[cfg(test)]
mod tests;
