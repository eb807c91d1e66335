//! The file's tables and settings.

use super::super::StoreError;
use super::{outbox, variables};
use docent_protocol::event::EventId;
use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use std::time::Duration;

/// The schema, step by step: a file of version N has had the first N of these. Steps are added at the end and never
/// changed.
const STEPS: [&str; 4] = [LOG, variables::TABLES, SESSIONS, outbox::TABLES];

/// An event's place is its conversation's number and its id in one integer: the log lies in the file as it is read.
const EVENT_BITS: u32 = 32;

const LOG: &str = "
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

/// A conversation without a row here has a session of its own all the same: the plain one.
const SESSIONS: &str = "
    CREATE TABLE session (
        number INTEGER PRIMARY KEY,
        topic INTEGER NOT NULL,
        version INTEGER NOT NULL,
        queued INTEGER,
        details TEXT NOT NULL
    );
    CREATE INDEX conversation_open ON conversation (site, session, number) WHERE session NOT IN (8, 9, 11);
    CREATE TABLE faq (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        topic INTEGER NOT NULL,
        language TEXT NOT NULL,
        question TEXT NOT NULL,
        answer TEXT NOT NULL
    );
    CREATE INDEX faq_topic ON faq (topic);
    CREATE VIRTUAL TABLE faq_english USING fts5 (
        question, answer, content = '', contentless_delete = 1, tokenize = 'porter unicode61 remove_diacritics 2'
    );
    CREATE VIRTUAL TABLE faq_other USING fts5 (
        question, answer, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 0'
    );
";

/// The connection that writes. Every commit is synced to disk.
pub(super) fn open_writer(path: &Path) -> Result<Connection, StoreError> {
    let mut connection = Connection::open(path)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA cache_size = -65536;",
    )?;
    migrate(&mut connection)?;
    Ok(connection)
}

/// Brings the file to the schema this code reads and writes: all of what is missing, or nothing.
fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let version: u32 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let newest = STEPS.len() as u32;
    let missing = STEPS.get(version as usize..).ok_or_else(|| {
        StoreError::Engine(format!("the file is of version {version}; this program knows {newest}, take a newer one"))
    })?;
    let step = connection.transaction()?;
    for tables in missing {
        step.execute_batch(tables)?;
    }
    step.pragma_update(None, "user_version", newest)?;
    step.commit()?;
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;

    const NEWEST: u32 = STEPS.len() as u32;

    fn version(path: &Path) -> u32 {
        let connection = Connection::open(path).expect("opens");
        connection.query_row("PRAGMA user_version", [], |row| row.get(0)).expect("a version")
    }

    #[test]
    fn a_file_of_any_earlier_version_gets_what_it_lacks() {
        let dir = tempfile::tempdir().expect("a directory");
        for had in 0..=STEPS.len() {
            let path = dir.path().join(format!("{had}.db"));
            let old = Connection::open(&path).expect("opens");
            for step in &STEPS[..had] {
                old.execute_batch(step).expect("made");
            }
            old.pragma_update(None, "user_version", had as u32).expect("set");
            drop(old);
            drop(open_writer(&path).expect("migrates"));
            assert_eq!(version(&path), NEWEST);
        }
    }

    #[test]
    fn a_file_of_a_later_version_is_left_alone() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("later.db");
        let later = Connection::open(&path).expect("opens");
        later.pragma_update(None, "user_version", NEWEST + 1).expect("set");
        drop(later);
        let refused = open_writer(&path).expect_err("refused");
        assert!(refused.to_string().contains("newer"), "{refused}");
        assert_eq!(version(&path), NEWEST + 1);
    }
}
