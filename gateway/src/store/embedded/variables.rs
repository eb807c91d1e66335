//! Variables in the embedded store.

use super::super::StoreError;
use super::super::variables::{Owner, Put, UserId, Variable, VariableStore};
use super::Embedded;
use super::reader::timestamp;
use super::writer::Writer;
use crate::config::SiteKey;
use crate::conversation::ConversationId;
use crate::variables::Scope;
use async_trait::async_trait;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::Value;

pub(super) const TABLES: &str = "
    CREATE TABLE variable (
        site TEXT NOT NULL,
        scope TEXT NOT NULL,
        bot TEXT NOT NULL,
        user TEXT NOT NULL,
        key TEXT NOT NULL,
        value TEXT NOT NULL,
        expires INTEGER NOT NULL,
        PRIMARY KEY (site, scope, bot, user, key)
    ) WITHOUT ROWID;
    CREATE INDEX variable_expires ON variable (expires);
    CREATE TABLE conversation_user (
        conversation BLOB PRIMARY KEY,
        user BLOB NOT NULL
    ) WITHOUT ROWID;
";

const OWNED: &str = "site = ?1 AND scope = ?2 AND bot = ?3 AND user = ?4";

fn variable(row: &Row<'_>) -> rusqlite::Result<Variable> {
    Ok(Variable { key: row.get(0)?, value: row.get(1)?, expires: timestamp(row.get(2)?) })
}

fn find(connection: &Connection, owner: &Owner, key: &str, now: Timestamp) -> Result<Option<Variable>, StoreError> {
    let sql = format!("SELECT key, value, expires FROM variable WHERE {OWNED} AND key = ?5 AND expires > ?6");
    let Owner { site, scope, bot, user } = owner;
    let values = params![site.as_str(), scope.as_str(), bot, user, key, now.as_millisecond()];
    Ok(connection.prepare_cached(&sql)?.query_row(values, variable).optional()?)
}

fn all(connection: &Connection, owner: &Owner, now: Timestamp) -> Result<Vec<Variable>, StoreError> {
    let sql = format!("SELECT key, value, expires FROM variable WHERE {OWNED} AND expires > ?5 ORDER BY key");
    let Owner { site, scope, bot, user } = owner;
    let mut statement = connection.prepare_cached(&sql)?;
    let rows =
        statement.query_map(params![site.as_str(), scope.as_str(), bot, user, now.as_millisecond()], variable)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn user(connection: &Connection, conversation: ConversationId) -> Result<UserId, StoreError> {
    let mut find = connection.prepare_cached("SELECT user FROM conversation_user WHERE conversation = ?1")?;
    let user = find.query_row([conversation.to_bytes()], |row| row.get(0)).optional()?;
    Ok(UserId(user.map_or(conversation, ConversationId::from_bytes)))
}

impl Writer {
    fn put(&mut self, put: &Put, now: Timestamp) -> Result<(), StoreError> {
        if let Some(conversation) = put.during
            && self.log(conversation)?.session.is_over()
        {
            return Err(StoreError::Ended);
        }
        let Owner { site, scope, bot, user } = &put.owner;
        let now = now.as_millisecond();
        let mut fresh = 0;
        for (key, _) in &put.entries {
            let sql = format!("SELECT 1 FROM variable WHERE {OWNED} AND key = ?5 AND expires > ?6");
            let there = params![site.as_str(), scope.as_str(), bot, user, key, now];
            fresh += usize::from(!self.sql(&sql)?.exists(there)?);
        }
        if fresh > 0 {
            let sql = format!("SELECT count(*) FROM variable WHERE {OWNED} AND expires > ?5");
            let mut count = self.sql(&sql)?;
            let had: i64 = count.query_row(params![site.as_str(), scope.as_str(), bot, user, now], |row| row.get(0))?;
            if usize::try_from(had).unwrap_or(usize::MAX).saturating_add(fresh) > put.limit {
                return Err(StoreError::Full(put.limit));
            }
        }
        let mut insert = self.sql("INSERT OR REPLACE INTO variable VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?;
        for (key, value) in &put.entries {
            let expires = put.expires.as_millisecond();
            insert.execute(params![site.as_str(), scope.as_str(), bot, user, key, value, expires])?;
        }
        Ok(())
    }

    fn delete(&self, owner: &Owner, key: &str, now: Timestamp) -> Result<bool, StoreError> {
        let there = find(&self.connection, owner, key, now)?.is_some();
        let Owner { site, scope, bot, user } = owner;
        let sql = format!("DELETE FROM variable WHERE {OWNED} AND key = ?5");
        self.sql(&sql)?.execute(params![site.as_str(), scope.as_str(), bot, user, key])?;
        Ok(there)
    }

    fn delete_inside(&self, owner: &Owner, key: &str, path: &[String], now: Timestamp) -> Result<bool, StoreError> {
        let Some(found) = find(&self.connection, owner, key, now)? else { return Ok(false) };
        let mut value = serde_json::from_str(&found.value).map_err(|error| StoreError::Engine(error.to_string()))?;
        if !remove(&mut value, path) {
            return Ok(false);
        }
        let Owner { site, scope, bot, user } = owner;
        let sql = format!("UPDATE variable SET value = ?6 WHERE {OWNED} AND key = ?5");
        self.sql(&sql)?.execute(params![site.as_str(), scope.as_str(), bot, user, key, value.to_string()])?;
        Ok(true)
    }

    /// What was remembered until the session's end is gone with it.
    pub(super) fn forget_session_data(&self, site: &SiteKey, conversation: ConversationId) -> Result<(), StoreError> {
        let Owner { site, scope, bot, user } = Scope::session_data(site.clone(), conversation);
        let sql = format!("DELETE FROM variable WHERE {OWNED}");
        self.sql(&sql)?.execute(params![site.as_str(), scope.as_str(), bot, user])?;
        Ok(())
    }

    fn sweep(&self, now: Timestamp, limit: usize) -> Result<usize, StoreError> {
        let sql = "DELETE FROM variable WHERE (site, scope, bot, user, key) IN
            (SELECT site, scope, bot, user, key FROM variable WHERE expires <= ?1 LIMIT ?2)";
        Ok(self.sql(sql)?.execute(params![now.as_millisecond(), i64::try_from(limit).unwrap_or(i64::MAX)])?)
    }
}

/// Removes what is at this path; an empty path is nowhere.
fn remove(value: &mut Value, path: &[String]) -> bool {
    match (path, value) {
        ([last], Value::Object(members)) => members.shift_remove(last).is_some(),
        ([last], Value::Array(list)) => match last.parse::<usize>().ok().and_then(|n| list.get_mut(n)) {
            // As in JavaScript: the others keep their places.
            Some(element) => !std::mem::take(element).is_null(),
            None => false,
        },
        ([first, rest @ ..], Value::Object(members)) => members.get_mut(first).is_some_and(|inner| remove(inner, rest)),
        ([first, rest @ ..], Value::Array(list)) => {
            first.parse::<usize>().ok().and_then(|n| list.get_mut(n)).is_some_and(|inner| remove(inner, rest))
        }
        _ => false,
    }
}

#[async_trait]
impl VariableStore for Embedded {
    async fn variable(&self, owner: Owner, key: String, now: Timestamp) -> Result<Option<Variable>, StoreError> {
        self.readers.read(move |connection| find(connection, &owner, &key, now)).await
    }

    async fn variables(&self, owner: Owner, now: Timestamp) -> Result<Vec<Variable>, StoreError> {
        self.readers.read(move |connection| all(connection, &owner, now)).await
    }

    async fn put_variables(&self, put: Put, now: Timestamp) -> Result<(), StoreError> {
        self.write(move |writer| writer.put(&put, now)).await
    }

    async fn delete_variable(&self, owner: Owner, key: String, now: Timestamp) -> Result<bool, StoreError> {
        self.write(move |writer| writer.delete(&owner, &key, now)).await
    }

    async fn delete_inside(
        &self,
        owner: Owner,
        key: String,
        path: Vec<String>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.write(move |writer| writer.delete_inside(&owner, &key, &path, now)).await
    }

    async fn sweep_variables(&self, now: Timestamp, limit: usize) -> Result<usize, StoreError> {
        self.write(move |writer| writer.sweep(now, limit)).await
    }

    async fn set_user(&self, conversation: ConversationId, user: UserId) -> Result<(), StoreError> {
        self.write(move |writer| {
            let mut insert = writer.sql("INSERT OR REPLACE INTO conversation_user VALUES (?1, ?2)")?;
            insert.execute([conversation.to_bytes(), user.0.to_bytes()])?;
            Ok(())
        })
        .await
    }

    async fn user(&self, conversation: ConversationId) -> Result<UserId, StoreError> {
        self.readers.read(move |connection| user(connection, conversation)).await
    }
}
