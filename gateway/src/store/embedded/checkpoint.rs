//! Moves what the write-ahead log holds into the database, beside the writer.
//!
//! A checkpoint syncs thousands of pages: done inside a commit, everybody in that commit waits for it. Here another
//! connection does the bulk. Only when all of the log is moved can it begin anew from its start, which a log that is
//! written to all the time never is: so the writer, told to, moves the few pages that came in the meantime itself.

use super::super::StoreError;
use rusqlite::Connection;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

/// How often the log is looked at.
const PERIOD: Duration = Duration::from_millis(250);
/// Pages of log, 4 KiB each, from which on it should begin anew.
const LONG: i64 = 4000;

/// The thread. It ends, and its connection closes, when this is dropped.
pub(super) struct Checkpointer {
    finish: Arc<AtomicBool>,
    thread: Option<std::thread::JoinHandle<()>>,
    stop: Option<Sender<()>>,
}

impl Checkpointer {
    /// Takes over from the writer's own checkpoints.
    pub(super) fn spawn(writer: &Connection) -> Result<Self, StoreError> {
        let path = writer.path().unwrap_or_default().to_owned();
        let connection = Connection::open(path)?;
        writer.pragma_update(None, "wal_autocheckpoint", 0)?;
        let finish = Arc::new(AtomicBool::new(false));
        let (stop, stopped) = channel();
        let due = finish.clone();
        let thread = std::thread::Builder::new().name("store-checkpoint".to_owned());
        let thread = thread.spawn(move || run(&connection, &stopped, &due));
        let thread = thread.map_err(|error| StoreError::Engine(error.to_string()))?;
        Ok(Self { finish, thread: Some(thread), stop: Some(stop) })
    }

    /// To be called by the writer between commits.
    pub(super) fn finish(&self, writer: &Connection) {
        if self.finish.swap(false, Ordering::Relaxed) {
            checkpoint(writer);
        }
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        drop(self.stop.take());
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the store's checkpoint thread failed");
        }
    }
}

fn run(connection: &Connection, stopped: &Receiver<()>, finish: &AtomicBool) {
    while stopped.recv_timeout(PERIOD) == Err(RecvTimeoutError::Timeout) {
        if checkpoint(connection) > LONG {
            finish.store(true, Ordering::Relaxed);
        }
    }
}

/// Moves what can be moved without anybody waiting. The pages the log has.
fn checkpoint(connection: &Connection) -> i64 {
    let pages = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| row.get(1));
    pages.unwrap_or_else(|error| {
        tracing::warn!(%error, "a checkpoint of the store failed; it is tried again");
        0
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::embedded::schema;

    #[test]
    fn the_log_of_a_busy_writer_stays_short() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("docent.db");
        let writer = schema::open_writer(&path).expect("opens");
        let checkpointer = Checkpointer::spawn(&writer).expect("spawns");
        writer.execute_batch("CREATE TABLE filler (bytes BLOB)").expect("made");
        let log = || std::fs::metadata(path.with_extension("db-wal")).expect("a log").len();
        let begin = std::time::Instant::now();
        let mut written = 0;
        while begin.elapsed() < Duration::from_secs(3) || written < 200 {
            writer.execute("INSERT INTO filler VALUES (zeroblob(400000))", []).expect("written");
            checkpointer.finish(&writer);
            written += 1;
            std::thread::sleep(Duration::from_millis(10));
        }
        assert!(log() < written * 400_000 / 2, "{} bytes of log after {written} writes", log());
    }
}
