//! The store of a single gateway: one SQLite file in WAL mode, written by one thread, read by a few.

mod checkpoint;
mod faq;
mod outbox;
mod reader;
mod schema;
mod session;
mod variables;
mod writer;

use self::reader::Readers;
use self::writer::{Job, Writer, write};
use super::{
    Appended, Begin, Conversation, Draft, Edit, Edited, Event, OnCommit, Range, SessionKey, Sessions, Store,
    StoreError, Watch,
};
use crate::config::SiteKey;
use crate::conversation::ConversationId;
use crate::session::state::Session;
use async_trait::async_trait;
use docent_protocol::event::EventId;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use tokio::sync::{mpsc, oneshot};

/// Appends that may wait for the writer; further callers wait for a place.
const QUEUE: usize = 4096;

/// See the module.
pub struct Embedded {
    jobs: mpsc::Sender<Job>,
    readers: Readers,
    watch: Arc<OnceLock<Watch>>,
}

impl Embedded {
    /// Opens the store in this directory, making what is missing.
    pub fn open(dir: &Path, on_commit: OnCommit) -> Result<Self, StoreError> {
        std::fs::create_dir_all(dir).map_err(|error| StoreError::Engine(error.to_string()))?;
        let path = dir.join("docent.db");
        let connection = schema::open_writer(&path)?;
        let readers = Readers::open(&path)?;
        let (jobs, queue) = mpsc::channel(QUEUE);
        let watch = Arc::new(OnceLock::new());
        Writer::spawn(connection, queue, on_commit, watch.clone())?;
        Ok(Self { jobs, readers, watch })
    }

    async fn ask<T>(&self, job: impl FnOnce(oneshot::Sender<Result<T, StoreError>>) -> Job) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.jobs.send(job(reply)).await.map_err(|_| StoreError::Closed)?;
        answer.await.map_err(|_| StoreError::Closed)?
    }

    async fn write<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Writer) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.ask(|reply| write(reply, job)).await
    }
}

#[async_trait]
impl Store for Embedded {
    async fn create(&self, id: ConversationId, site: SiteKey) -> Result<Conversation, StoreError> {
        self.ask(|reply| write(reply, move |writer| writer.create(id, site))).await
    }

    async fn find(&self, id: ConversationId) -> Result<Option<Conversation>, StoreError> {
        self.readers.read(move |connection| reader::find(connection, id)).await
    }

    async fn list(
        &self,
        site: SiteKey,
        before: Option<ConversationId>,
        limit: usize,
    ) -> Result<Vec<Conversation>, StoreError> {
        self.readers.read(move |connection| reader::list(connection, &site, before, limit)).await
    }

    async fn append(&self, id: ConversationId, draft: Draft) -> Result<Appended, StoreError> {
        self.ask(|reply| Job::Append { id, draft, reply }).await
    }

    async fn begin(&self, id: ConversationId, site: SiteKey, begin: Begin) -> Result<Edited, StoreError> {
        self.ask(|reply| write(reply, move |writer| writer.begin(id, site, begin))).await
    }

    async fn edit(&self, id: ConversationId, edit: Edit) -> Result<Edited, StoreError> {
        self.ask(|reply| write(reply, move |writer| writer.edit(id, edit))).await
    }

    async fn session(&self, key: SessionKey) -> Result<Option<Session>, StoreError> {
        self.readers.read(move |connection| session::find(connection, key)).await
    }

    async fn sessions(&self, which: Sessions) -> Result<Vec<Session>, StoreError> {
        self.readers.read(move |connection| session::list(connection, &which)).await
    }

    async fn events(&self, id: ConversationId, range: Range) -> Result<Vec<Arc<Event>>, StoreError> {
        self.readers.read(move |connection| reader::events(connection, id, &range)).await
    }

    async fn answer(&self, id: ConversationId, asked: EventId) -> Result<Option<Arc<Event>>, StoreError> {
        self.readers.read(move |connection| reader::answer(connection, id, asked)).await
    }

    async fn close(&self) -> Result<(), StoreError> {
        self.ask(|reply| Job::Close { reply }).await
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Engine(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::suite;

    fn open(dir: &Path, on_commit: OnCommit) -> Arc<dyn Store> {
        Arc::new(Embedded::open(dir, on_commit).expect("opens"))
    }

    suite::contract!(open);
}
