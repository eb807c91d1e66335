//! The one thread that writes. Whatever has queued up while a commit was being synced goes into the next one, so
//! the price of a sync is shared.

use super::super::{Appended, Consumer, Conversation, Draft, Event, OnCommit, StoreError, Watch};
use super::checkpoint::Checkpointer;
use super::reader::timestamp;
use super::schema::{event_at, log, place};
use crate::config::SiteKey;
use crate::conversation::ConversationId;
use crate::session::status::SessionStatus;
use crate::telemetry::metrics;
use axum::extract::ws::Utf8Bytes;
use docent_protocol::envelope::DataType;
use docent_protocol::event::{EventId, Role};
use docent_protocol::json::ToJson;
use jiff::Timestamp;
use rusqlite::{CachedStatement, Connection, OptionalExtension, params};
use std::collections::HashMap;
use std::fmt::Write;
use std::sync::{Arc, OnceLock};
use tokio::sync::{mpsc, oneshot};

/// Jobs in one commit.
const GROUP: usize = 512;
/// Conversations whose state the writer remembers; past it all are forgotten and read again as needed.
const REMEMBERED: usize = 100_000;

type Reply<T> = oneshot::Sender<Result<T, StoreError>>;

/// Tells of what was written: that it is durable, or why nothing was stored.
type Tell = Box<dyn FnOnce(Result<(), StoreError>) + Send>;

/// Writes inside the group's transaction, unless the group has failed already. What it refuses it refuses before it has
/// written anything. The result is the engine's: a fault spoils the group.
pub(super) type Writing = Box<dyn FnOnce(&mut Writer, Result<(), StoreError>) -> (Result<(), StoreError>, Tell) + Send>;

/// The job that writes this and replies when it is durable.
pub(super) fn write<T: Send + 'static>(
    reply: Reply<T>,
    write: impl FnOnce(&mut Writer) -> Result<T, StoreError> + Send + 'static,
) -> Job {
    Job::Write(Box::new(move |writer, mut group| {
        let outcome = group.clone().and_then(|()| write(writer));
        note(&mut group, &outcome);
        let tell = move |durable: Result<(), StoreError>| drop(reply.send(durable.and(outcome)));
        (group, Box::new(tell))
    }))
}

/// What the writer is asked to do.
pub(super) enum Job {
    /// Append an event.
    Append { id: ConversationId, draft: Draft, reply: Reply<Appended> },
    /// Write something else.
    Write(Writing),
    /// Stop after what is queued.
    Close { reply: Reply<()> },
}

/// A reply that is held back until its work is durable.
enum Done {
    Appended(Reply<Appended>, Result<Appended, StoreError>),
    Written(Tell),
}

impl Done {
    fn tell(self) {
        // An asker who has gone away misses nothing: the event is in the log.
        match self {
            Self::Appended(reply, result) => drop(reply.send(result)),
            Self::Written(tell) => tell(Ok(())),
        }
    }

    fn fail(self, error: StoreError) {
        match self {
            Self::Appended(reply, _) => drop(reply.send(Err(error))),
            Self::Written(tell) => tell(Err(error)),
        }
    }
}

/// What the writer remembers of a conversation.
pub(super) struct Log {
    pub(super) number: i64,
    site: SiteKey,
    head: u64,
    pub(super) session: SessionStatus,
}

pub(super) struct Writer {
    pub(super) connection: Connection,
    checkpointer: Checkpointer,
    logs: HashMap<ConversationId, Log>,
    on_commit: OnCommit,
    /// Milliseconds since 1970 at the beginning of the group.
    now: i64,
    /// `now` as the wire has it.
    when: String,
    done: Vec<Done>,
    committed: Vec<(ConversationId, Arc<Event>)>,
    pub(super) watch: Arc<OnceLock<Watch>>,
    /// Who is to hear that there is something in the outbox.
    pub(super) woken: Vec<(Consumer, ConversationId)>,
}

impl Writer {
    /// Starts the thread. It ends when asked to or when nobody can ask any more.
    pub(super) fn spawn(
        connection: Connection,
        queue: mpsc::Receiver<Job>,
        on_commit: OnCommit,
        watch: Arc<OnceLock<Watch>>,
    ) -> Result<(), StoreError> {
        connection.set_prepared_statement_cache_capacity(64);
        let (logs, done, committed, woken) = (HashMap::new(), Vec::new(), Vec::new(), Vec::new());
        let checkpointer = Checkpointer::spawn(&connection)?;
        let (now, when) = (0, String::new());
        let writer = Self { connection, checkpointer, logs, on_commit, now, when, done, committed, watch, woken };
        let thread = std::thread::Builder::new().name("store-writer".to_owned());
        thread.spawn(move || writer.run(queue)).map_err(|error| StoreError::Engine(error.to_string()))?;
        Ok(())
    }

    fn run(mut self, mut queue: mpsc::Receiver<Job>) {
        let mut group = Vec::with_capacity(GROUP);
        let mut closing = None;
        while queue.blocking_recv_many(&mut group, GROUP) > 0 {
            self.commit(&mut group, queue.len(), &mut closing);
            self.checkpointer.finish(&self.connection);
            if closing.is_some() {
                queue.close();
            }
        }
        drop(self.checkpointer);
        let closed = self.connection.close().map_err(|(_, error)| error.into());
        if let Some(reply) = closing {
            drop::<Result<_, _>>(Reply::<()>::send(reply, closed));
        }
    }

    fn commit(&mut self, group: &mut Vec<Job>, queued: usize, closing: &mut Option<Reply<()>>) {
        let now = Timestamp::now().as_millisecond();
        if now != self.now {
            self.now = now;
            self.when = format!("{:.3}", timestamp(now));
        }
        if self.logs.len() > REMEMBERED {
            self.logs.clear();
        }
        let mut result = self.execute("BEGIN IMMEDIATE");
        for job in group.drain(..) {
            match job {
                Job::Close { reply } => *closing = Some(reply),
                Job::Append { id, draft, reply } => {
                    let outcome = result.clone().and_then(|()| self.append(id, &draft));
                    note(&mut result, &outcome);
                    self.done.push(Done::Appended(reply, outcome));
                }
                Job::Write(write) => {
                    let (outcome, tell) = write(self, result);
                    result = outcome;
                    self.done.push(Done::Written(tell));
                }
            }
        }
        match result.and_then(|()| self.execute("COMMIT")) {
            Ok(()) => {
                metrics::committed(self.done.len(), queued);
                for (id, event) in self.committed.drain(..) {
                    (self.on_commit)(id, &event);
                }
                self.done.drain(..).for_each(Done::tell);
                self.wake();
            }
            Err(error) => self.roll_back(&error),
        }
    }

    /// Nothing of the group is stored, and everybody in it is told so.
    fn roll_back(&mut self, error: &StoreError) {
        if let Err(error) = self.execute("ROLLBACK") {
            tracing::warn!(%error, "the store could not roll back");
        }
        self.logs.clear();
        self.committed.clear();
        self.woken.clear();
        for done in self.done.drain(..) {
            done.fail(error.clone());
        }
    }

    fn execute(&self, sql: &str) -> Result<(), StoreError> {
        self.sql(sql)?.execute([])?;
        Ok(())
    }

    pub(super) fn sql(&self, sql: &str) -> rusqlite::Result<CachedStatement<'_>> {
        self.connection.prepare_cached(sql)
    }

    pub(super) fn create(&mut self, id: ConversationId, site: SiteKey) -> Result<Conversation, StoreError> {
        let session = SessionStatus::InQueue;
        let insert = "INSERT INTO conversation (id, site, created, session) VALUES (?1, ?2, ?3, ?4)";
        let values = params![id.to_bytes(), site.as_str(), self.now, session.number()];
        let number = self.sql(insert)?.insert(values)?;
        self.logs.insert(id, Log { number, site: site.clone(), head: 0, session });
        let created_at = timestamp(self.now);
        Ok(Conversation { id, site, created_at, last_event_at: None, head: EventId::START, session })
    }

    fn append(&mut self, id: ConversationId, draft: &Draft) -> Result<Appended, StoreError> {
        let log = self.log(id)?;
        if log.site != draft.site {
            return Err(StoreError::Unknown);
        }
        let (number, session) = (log.number, log.session);
        let key = draft.key.as_ref().map(|key| scoped(draft, key));
        if let Some(event_id) = self.stored_before(number, draft, key.as_deref())? {
            return Ok(Appended { event_id, fresh: false });
        }
        if session.is_over() {
            return Err(StoreError::Ended);
        }
        let mut change = None;
        if let Some(act) = &draft.act {
            let before = self.session(id)?;
            let mut after = before.clone();
            after.apply(act, self.time())?;
            change = Some((before, after));
        }
        let (event_id, place) = self.store(id, draft)?;
        if let Some(key) = key {
            self.sql("INSERT INTO idempotency (conversation, key, event) VALUES (?1, ?2, ?3)")?
                .execute(params![number, key, place])?;
        }
        if let Some((before, after)) = change {
            self.keep(Some(&before), before.status, after)?;
        }
        Ok(Appended { event_id, fresh: true })
    }

    /// The time of the group.
    pub(super) fn time(&self) -> Timestamp {
        timestamp(self.now)
    }

    /// Remembers a conversation's new status.
    pub(super) fn set_status(&mut self, id: ConversationId, status: SessionStatus) -> Result<(), StoreError> {
        self.log(id)?;
        if let Some(log) = self.logs.get_mut(&id) {
            log.session = status;
        }
        Ok(())
    }

    /// Puts an event at the end of its log.
    pub(super) fn store(&mut self, id: ConversationId, draft: &Draft) -> Result<(EventId, i64), StoreError> {
        let log = self.log(id)?;
        let number = log.number;
        // A full log is over too.
        let event_id = EventId::new(log.head + 1).ok_or(StoreError::Ended)?;
        let place = place(number, event_id).ok_or(StoreError::Ended)?;
        let event = self.insert(id, number, place, event_id, draft)?;
        self.enqueue(id, place, draft)?;
        if let Some(log) = self.logs.get_mut(&id) {
            log.head += 1;
        }
        self.committed.push((id, event));
        Ok((event_id, place))
    }

    pub(super) fn log(&mut self, id: ConversationId) -> Result<&Log, StoreError> {
        if !self.logs.contains_key(&id) {
            let log = self.read_log(id)?.ok_or(StoreError::Unknown)?;
            self.logs.insert(id, log);
        }
        self.logs.get(&id).ok_or(StoreError::Unknown)
    }

    fn read_log(&self, id: ConversationId) -> Result<Option<Log>, StoreError> {
        let mut find = self.sql("SELECT number, site, session FROM conversation WHERE id = ?1")?;
        let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, SiteKey::new(row.get_ref(1)?.as_str()?), row.get(2)?));
        let Some((number, site, session)) = find.query_row([id.to_bytes()], row).optional()? else {
            return Ok(None);
        };
        let (first, end) = log(number);
        let head: Option<i64> = self
            .sql("SELECT max(place) FROM event WHERE place >= ?1 AND place < ?2")?
            .query_row([first, end], |row| row.get(0))?;
        let session = SessionStatus::from_number(session).unwrap_or(SessionStatus::Closed);
        Ok(Some(Log { number, site, head: head.map_or(0, |place| event_at(place).get()), session }))
    }

    /// The event this draft repeats: the same key, or an answer to what is answered already.
    fn stored_before(&self, number: i64, draft: &Draft, key: Option<&str>) -> Result<Option<EventId>, StoreError> {
        if let Some(key) = key {
            let mut find = self.sql("SELECT event FROM idempotency WHERE conversation = ?1 AND key = ?2")?;
            let stored: Option<i64> = find.query_row(params![number, key], |row| row.get(0)).optional()?;
            if stored.is_some() {
                return Ok(stored.map(event_at));
            }
        }
        let Some(asked) = draft.answers else { return Ok(None) };
        let asked = place(number, asked).ok_or(StoreError::NotAsked)?;
        let is_asked =
            |row: &rusqlite::Row<'_>| Ok(DataType::parse(row.get_ref(0)?.as_str()?).is_some_and(DataType::is_asked));
        let known = self.sql("SELECT type FROM event WHERE place = ?1")?.query_row([asked], is_asked).optional()?;
        if known != Some(true) {
            return Err(StoreError::NotAsked);
        }
        let mut find = self.sql("SELECT event FROM answer WHERE asked = ?1")?;
        let stored: Option<i64> = find.query_row([asked], |row| row.get(0)).optional()?;
        Ok(stored.map(event_at))
    }

    fn insert(
        &self,
        id: ConversationId,
        number: i64,
        at: i64,
        event_id: EventId,
        draft: &Draft,
    ) -> Result<Arc<Event>, StoreError> {
        let json = render(id, event_id, &self.when, draft);
        let asked = draft.answers.and_then(|asked| place(number, asked));
        let insert = "INSERT INTO event (place, posted, type, answers, json) VALUES (?1, ?2, ?3, ?4, ?5)";
        self.sql(insert)?.execute(params![at, self.now, draft.data_type.as_str(), asked, json])?;
        if let Some(asked) = asked {
            self.sql("INSERT INTO answer (asked, event) VALUES (?1, ?2)")?.execute([asked, at])?;
        }
        let json = Utf8Bytes::from(json);
        Ok(Arc::new(Event { id: event_id, data_type: draft.data_type, answers: draft.answers, json }))
    }
}

/// A fault of the engine spoils the group; a refusal only concerns its asker.
fn note<T>(group: &mut Result<(), StoreError>, outcome: &Result<T, StoreError>) {
    if let Err(error @ StoreError::Engine(_)) = outcome {
        *group = Err(error.clone());
    }
}

/// Keys are the poster's own: nobody can use up another's.
fn scoped(draft: &Draft, key: &str) -> String {
    format!("{}/{}/{key}", draft.role.as_str(), draft.from.as_deref().unwrap_or_default())
}

/// The event as the wire has it.
fn render(id: ConversationId, event_id: EventId, when: &str, draft: &Draft) -> String {
    let mut json = String::with_capacity(draft.data.len() + 256);
    // Writing to a String cannot fail.
    let _ = write!(json, r#"{{"eventId":"{event_id}","conversationId":"{id}","whenPosted":"{when}","from":"#);
    from(&mut json, draft.role, draft.from.as_deref());
    let _ = write!(json, r#","dataType":"{}","data":{}}}"#, draft.data_type.as_str(), draft.data);
    json
}

fn from(json: &mut String, role: Role, id: Option<&str>) {
    json.push_str("{\"role\":\"");
    json.push_str(role.as_str());
    json.push('"');
    if let Some(id) = id {
        json.push_str(",\"id\":");
        id.write(json);
    }
    json.push('}');
}
