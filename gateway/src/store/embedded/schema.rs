//! The file's tables and settings.

use super::super::StoreError;
use docent_protocol::event::EventId;
use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use std::time::Duration;

/// The schema this code reads and writes.
const VERSION: i64 = 1;

/// An event's place is its conversation's number and its id in one integer: the log lies in the file as it is read.
const EVENT_BITS: u32 = 32;

const TABLES: &str = "
    CREATE TABLE conversation (
        number INTEGER PRIMARY KEY,
        id BLOB NOT NULL UNIQUE,
        site TEXT NOT NULL,
        created INTEGER NOT NULL,
        session INTEGER NOT NULL
    );
    CREATE INDEX conversation_site ON conversation (site, number);
    CREATE TABLE event (
        place INTEGER PRIMARY KEY,
        posted INTEGER NOT NULL,
        type TEXT NOT NULL,
        answers INTEGER,
        json TEXT NOT NULL
    );
    CREATE TABLE answer (
        asked INTEGER PRIMARY KEY,
        event INTEGER NOT NULL
    );
    CREATE TABLE idempotency (
        conversation INTEGER NOT NULL,
        key TEXT NOT NULL,
        event INTEGER NOT NULL,
        PRIMARY KEY (conversation, key)
    ) WITHOUT ROWID;
";

/// The connection that writes. Every commit is synced to disk.
pub(super) fn open_writer(path: &Path) -> Result<Connection, StoreError> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA cache_size = -65536;
         PRAGMA wal_autocheckpoint = 16000;",
    )?;
    let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    match version {
        VERSION => {}
        0 => connection.execute_batch(&format!("BEGIN; {TABLES} PRAGMA user_version = {VERSION}; COMMIT;"))?,
        other => {
            return Err(StoreError::Engine(format!("the file is of version {other}; this program knows {VERSION}")));
        }
    }
    Ok(connection)
}

/// A connection that reads.
pub(super) fn open_reader(path: &Path) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.execute_batch("PRAGMA cache_size = -4096;")?;
    Ok(connection)
}

/// The place of an event. `None` past what one log can hold (4,294,967,295 events).
pub(super) fn place(conversation: i64, event: EventId) -> Option<i64> {
    let event = u32::try_from(event.get()).ok()?;
    conversation.checked_mul(1 << EVENT_BITS)?.checked_add(i64::from(event))
}

/// The event at a place.
pub(super) fn event_at(place: i64) -> EventId {
    EventId::new((place & ((1 << EVENT_BITS) - 1)).unsigned_abs()).unwrap_or(EventId::START)
}

/// The places of a conversation's whole log: from the first, to before the last.
pub(super) fn log(conversation: i64) -> (i64, i64) {
    let first = conversation << EVENT_BITS;
    (first, first + (1 << EVENT_BITS))
}
