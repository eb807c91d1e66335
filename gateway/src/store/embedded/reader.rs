//! The connections that read.

use super::super::{Conversation, Event, From, Range, SessionStatus, StoreError};
use super::schema::{event_at, log, open_reader, place};
use crate::config::SiteKey;
use crate::conversation::ConversationId;
use axum::extract::ws::Utf8Bytes;
use docent_protocol::envelope::DataType;
use docent_protocol::event::EventId;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;

/// Reads that run at once; further ones wait.
const READERS: usize = 4;

/// A few connections, each used by one read at a time.
pub(super) struct Readers {
    free: Semaphore,
    idle: Arc<Mutex<Vec<Connection>>>,
}

impl Readers {
    pub(super) fn open(path: &Path) -> Result<Self, StoreError> {
        let idle = (0..READERS).map(|_| open_reader(path)).collect::<Result<_, _>>()?;
        Ok(Self { free: Semaphore::new(READERS), idle: Arc::new(Mutex::new(idle)) })
    }

    pub(super) async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let _permit = self.free.acquire().await.map_err(|_| StoreError::Closed)?;
        let idle = self.idle.clone();
        let reading = tokio::task::spawn_blocking(move || {
            let connection = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let connection = connection.ok_or(StoreError::Closed)?;
            let result = read(&connection);
            idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
            result
        });
        reading.await.map_err(|error| StoreError::Engine(error.to_string()))?
    }
}

const CONVERSATION: &str = "SELECT number, id, site, created, session,
    (SELECT place FROM event WHERE place >= number << 32 AND place < (number + 1) << 32 ORDER BY place DESC LIMIT 1),
    (SELECT posted FROM event WHERE place >= number << 32 AND place < (number + 1) << 32 ORDER BY place DESC LIMIT 1)
    FROM conversation ";

fn conversation(row: &Row<'_>) -> rusqlite::Result<Conversation> {
    Ok(Conversation {
        id: ConversationId::from_bytes(row.get(1)?),
        site: SiteKey::new(row.get_ref(2)?.as_str()?),
        created_at: timestamp(row.get(3)?),
        session: SessionStatus::from_number(row.get(4)?).unwrap_or(SessionStatus::Closed),
        head: row.get::<_, Option<i64>>(5)?.map_or(EventId::START, event_at),
        last_event_at: row.get::<_, Option<i64>>(6)?.map(timestamp),
    })
}

/// From milliseconds since 1970.
pub(super) fn timestamp(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(millis).unwrap_or_default()
}

pub(super) fn find(connection: &Connection, id: ConversationId) -> Result<Option<Conversation>, StoreError> {
    let mut statement = connection.prepare_cached(&format!("{CONVERSATION} WHERE id = ?1"))?;
    Ok(statement.query_row([id.to_bytes()], conversation).optional()?)
}

pub(super) fn list(
    connection: &Connection,
    site: &SiteKey,
    before: Option<ConversationId>,
    limit: usize,
) -> Result<Vec<Conversation>, StoreError> {
    let before = match before {
        Some(id) => number(connection, id)?.unwrap_or(i64::MAX),
        None => i64::MAX,
    };
    let sql = format!("{CONVERSATION} WHERE site = ?1 AND number < ?2 ORDER BY number DESC LIMIT ?3");
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(params![site.as_str(), before, count(limit)], conversation)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn number(connection: &Connection, id: ConversationId) -> Result<Option<i64>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT number FROM conversation WHERE id = ?1")?;
    Ok(statement.query_row([id.to_bytes()], |row| row.get(0)).optional()?)
}

pub(super) fn count(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

pub(super) fn events(
    connection: &Connection,
    id: ConversationId,
    range: &Range,
) -> Result<Vec<Arc<Event>>, StoreError> {
    let number = number(connection, id)?.ok_or(StoreError::Unknown)?;
    let (first, end) = log(number);
    let (low, high, order) = match range.from {
        From::After(id) => (place(number, id).map_or(end, |place| place + 1), end, "ASC"),
        From::Before(id) => (first, place(number, id).unwrap_or(end), "DESC"),
    };
    // Names of types are words of ours: nothing from outside gets into the statement.
    let types: Vec<_> = range.types.iter().map(|data_type| format!("'{}'", data_type.as_str())).collect();
    let only = if types.is_empty() { String::new() } else { format!("AND type IN ({})", types.join(",")) };
    let sql = format!(
        "SELECT place, type, answers, json FROM event WHERE place >= ?1 AND place < ?2 {only} ORDER BY place {order} LIMIT ?3"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([low, high, count(range.limit)], event)?;
    let mut events = rows.collect::<Result<Vec<_>, _>>()?;
    if order == "DESC" {
        events.reverse();
    }
    Ok(events)
}

pub(super) fn event(row: &Row<'_>) -> rusqlite::Result<Arc<Event>> {
    Ok(Arc::new(Event {
        id: event_at(row.get(0)?),
        data_type: DataType::parse(row.get_ref(1)?.as_str()?).ok_or(rusqlite::Error::InvalidQuery)?,
        answers: row.get::<_, Option<i64>>(2)?.map(event_at),
        json: Utf8Bytes::from(row.get::<_, String>(3)?),
    }))
}

pub(super) fn answer(
    connection: &Connection,
    id: ConversationId,
    asked: EventId,
) -> Result<Option<Arc<Event>>, StoreError> {
    let Some(asked) = number(connection, id)?.and_then(|number| place(number, asked)) else {
        return Ok(None);
    };
    let sql = "SELECT place, type, answers, json FROM answer JOIN event ON place = event WHERE asked = ?1";
    Ok(connection.prepare_cached(sql)?.query_row([asked], event).optional()?)
}
