//! The outbox in the embedded store.

use super::super::outbox::{BOT_QUEUE, Consumer, DEAD_LETTERS, DeadLetter, OutboxStore, Pending, Watch};
use super::super::{Draft, StoreError};
use super::Embedded;
use super::reader::{count, event, number, timestamp};
use super::schema::log;
use super::writer::Writer;
use crate::config::SiteKey;
use crate::conversation::ConversationId;
use async_trait::async_trait;
use docent_protocol::envelope::DataType;
use docent_protocol::event::Role;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::Value;

pub(super) const TABLES: &str = "
    CREATE TABLE outbox (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        consumer TEXT NOT NULL,
        place INTEGER NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        due INTEGER NOT NULL,
        dead TEXT
    );
    CREATE INDEX outbox_place ON outbox (consumer, place);
    CREATE INDEX outbox_due ON outbox (consumer, due) WHERE dead IS NULL;
    CREATE TABLE bot_run (
        conversation INTEGER PRIMARY KEY,
        at INTEGER NOT NULL
    );
";

// The first four columns are an event's.
const ROWS: &str =
    "SELECT event.place, type, answers, json, outbox.id, conversation.id, site, attempts, dead, consumer, at
    FROM outbox JOIN event ON event.place = outbox.place JOIN conversation ON conversation.number = outbox.place >> 32
    LEFT JOIN bot_run ON bot_run.conversation = conversation.number ";

fn pending(row: &Row<'_>) -> rusqlite::Result<Pending> {
    Ok(Pending {
        event: event(row)?,
        id: row.get(4)?,
        conversation: ConversationId::from_bytes(row.get(5)?),
        site: SiteKey::new(row.get_ref(6)?.as_str()?),
        attempts: row.get(7)?,
        last_run: row.get::<_, Option<i64>>(10)?.map(timestamp),
    })
}

fn dead_letter(row: &Row<'_>) -> rusqlite::Result<DeadLetter> {
    let Pending { event, id, conversation, attempts, .. } = pending(row)?;
    let consumer: String = row.get(9)?;
    let webhook = consumer.strip_prefix("webhook:").unwrap_or(&consumer).to_owned();
    Ok(DeadLetter {
        id,
        webhook,
        conversation,
        event,
        attempts,
        why: row.get::<_, Option<String>>(8)?.unwrap_or_default(),
    })
}

fn next(connection: &Connection, conversation: ConversationId) -> Result<Option<Pending>, StoreError> {
    let Some(number) = number(connection, conversation)? else { return Ok(None) };
    let (first, end) = log(number);
    let sql = format!(
        "{ROWS} WHERE consumer = ?1 AND outbox.place >= ?2 AND outbox.place < ?3 ORDER BY outbox.place LIMIT 1"
    );
    let mut find = connection.prepare_cached(&sql)?;
    Ok(find.query_row(params![Consumer::Bot.name(), first, end], pending).optional()?)
}

/// What a `session` event tells of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    /// Nothing for others to know, as a place in the queue.
    None,
    /// Who has it.
    Holder,
    /// Where it stands, or that it began.
    Status,
}

impl Change {
    fn of(data: &str) -> Self {
        let change: Value = serde_json::from_str(data).unwrap_or_default();
        if change["old"]["status"] != change["new"]["status"] {
            return Self::Status;
        }
        let holders = ["user", "transferTo", "chatbotIsActive"];
        if holders.iter().any(|name| change.get(name).is_some()) { Self::Holder } else { Self::None }
    }
}

/// Names of consumers in a statement: from the configuration, and quoted all the same.
fn quoted(consumers: &[Consumer]) -> String {
    let names = consumers.iter().map(|consumer| format!("'{}'", consumer.name().replace('\'', "''")));
    names.collect::<Vec<_>>().join(",")
}

impl Writer {
    /// Notes who is to be told of an event that is being stored.
    pub(super) fn enqueue(&mut self, id: ConversationId, place: i64, draft: &Draft) -> Result<(), StoreError> {
        let watch = self.watch.clone();
        let Some(consumers) = watch.get().and_then(|watch| watch.sites.get(&draft.site)) else { return Ok(()) };
        let change = if draft.data_type == DataType::Session { Change::of(&draft.data) } else { Change::None };
        let told = |consumer: &Consumer| match (consumer, draft.data_type) {
            (Consumer::Bot, DataType::Session) => change == Change::Status,
            (Consumer::Webhook(_), DataType::Session) => change != Change::None,
            (Consumer::Bot, DataType::Message) => draft.role == Role::Visitor,
            (Consumer::Webhook(_), DataType::Message) => true,
            _ => false,
        };
        for consumer in consumers.iter().filter(|consumer| told(consumer)) {
            let name = consumer.name();
            if *consumer == Consumer::Bot && self.queued(&name, place)? >= BOT_QUEUE {
                tracing::warn!(conversation = %id, "the bot's queue is full; an event is not told to it");
                continue;
            }
            let insert = "INSERT INTO outbox (consumer, place, due) VALUES (?1, ?2, ?3)";
            self.sql(insert)?.execute(params![name, place, self.time().as_millisecond()])?;
            self.woken.push((consumer.clone(), id));
        }
        Ok(())
    }

    fn queued(&self, consumer: &str, place: i64) -> Result<i64, StoreError> {
        let (first, end) = log(place >> 32);
        let mut count = self.sql("SELECT count(*) FROM outbox WHERE consumer = ?1 AND place >= ?2 AND place < ?3")?;
        Ok(count.query_row(params![consumer, first, end], |row| row.get(0))?)
    }

    /// Wakes those for whom something has become durable.
    pub(super) fn wake(&mut self) {
        let watch = self.watch.clone();
        for (consumer, id) in self.woken.drain(..) {
            if let Some(watch) = watch.get() {
                (watch.wake)(&consumer, id);
            }
        }
    }

    fn settle(&self, id: i64, ran: Option<Timestamp>) -> Result<(), StoreError> {
        if let Some(ran) = ran {
            let note = "INSERT OR REPLACE INTO bot_run SELECT place >> 32, ?2 FROM outbox WHERE id = ?1";
            self.sql(note)?.execute(params![id, ran.as_millisecond()])?;
        }
        self.sql("DELETE FROM outbox WHERE id = ?1")?.execute([id])?;
        Ok(())
    }

    fn bury(&self, id: i64, why: &str) -> Result<(), StoreError> {
        self.sql("UPDATE outbox SET dead = ?2, attempts = attempts + 1 WHERE id = ?1")?.execute(params![id, why])?;
        self.sql(
            "DELETE FROM outbox WHERE dead IS NOT NULL AND consumer = (SELECT consumer FROM outbox WHERE id = ?1)
             AND id <= (SELECT id FROM outbox WHERE dead IS NOT NULL
                        AND consumer = (SELECT consumer FROM outbox WHERE id = ?1) ORDER BY id DESC LIMIT 1 OFFSET ?2)",
        )?
        .execute([id, DEAD_LETTERS])?;
        Ok(())
    }
}

#[async_trait]
impl OutboxStore for Embedded {
    fn watch(&self, watch: Watch) {
        // Whoever comes second changes nothing.
        let _ = self.watch.set(watch);
    }

    async fn waiting(&self, consumer: &Consumer) -> Result<Vec<ConversationId>, StoreError> {
        let name = consumer.name();
        let sql =
            "SELECT id FROM conversation WHERE number IN (SELECT DISTINCT place >> 32 FROM outbox WHERE consumer = ?1)";
        let read = move |connection: &Connection| {
            let mut statement = connection.prepare_cached(sql)?;
            let rows = statement.query_map([name], |row| Ok(ConversationId::from_bytes(row.get(0)?)))?;
            Ok(rows.collect::<Result<_, _>>()?)
        };
        self.readers.read(read).await
    }

    async fn next_for_bot(&self, conversation: ConversationId) -> Result<Option<Pending>, StoreError> {
        self.readers.read(move |connection| next(connection, conversation)).await
    }

    async fn due(&self, webhook: &Consumer, now: Timestamp, limit: usize) -> Result<Vec<Pending>, StoreError> {
        let name = webhook.name();
        let sql = format!("{ROWS} WHERE consumer = ?1 AND dead IS NULL AND due <= ?2 ORDER BY due, outbox.id LIMIT ?3");
        let read = move |connection: &Connection| {
            let mut statement = connection.prepare_cached(&sql)?;
            let rows = statement.query_map(params![name, now.as_millisecond(), count(limit)], pending)?;
            Ok(rows.collect::<Result<_, _>>()?)
        };
        self.readers.read(read).await
    }

    async fn next_due(&self, webhook: &Consumer) -> Result<Option<Timestamp>, StoreError> {
        let name = webhook.name();
        let sql = "SELECT min(due) FROM outbox WHERE consumer = ?1 AND dead IS NULL";
        let read = move |connection: &Connection| {
            let due: Option<i64> = connection.prepare_cached(sql)?.query_row([name], |row| row.get(0))?;
            Ok(due.map(timestamp))
        };
        self.readers.read(read).await
    }

    async fn settle(&self, id: i64, ran: Option<Timestamp>) -> Result<(), StoreError> {
        self.write(move |writer| writer.settle(id, ran)).await
    }

    async fn postpone(&self, id: i64, until: Timestamp) -> Result<(), StoreError> {
        let sql = "UPDATE outbox SET attempts = attempts + 1, due = ?2 WHERE id = ?1";
        self.write(move |writer| Ok(writer.sql(sql)?.execute([id, until.as_millisecond()]).map(drop)?)).await
    }

    async fn bury(&self, id: i64, why: String) -> Result<(), StoreError> {
        self.write(move |writer| writer.bury(id, &why)).await
    }

    async fn dead_letters(&self, webhooks: Vec<Consumer>, limit: usize) -> Result<Vec<DeadLetter>, StoreError> {
        let names = quoted(&webhooks);
        let sql = format!("{ROWS} WHERE dead IS NOT NULL AND consumer IN ({names}) ORDER BY outbox.id LIMIT ?1");
        let read = move |connection: &Connection| {
            let mut statement = connection.prepare(&sql)?;
            let rows = statement.query_map([count(limit)], dead_letter)?;
            Ok(rows.collect::<Result<_, _>>()?)
        };
        self.readers.read(read).await
    }

    async fn revive(&self, webhooks: Vec<Consumer>, id: Option<i64>, now: Timestamp) -> Result<usize, StoreError> {
        let sql = format!(
            "UPDATE outbox SET dead = NULL, attempts = 0, due = ?1
             WHERE dead IS NOT NULL AND consumer IN ({}) AND (?2 IS NULL OR id = ?2)",
            quoted(&webhooks)
        );
        self.write(move |writer| Ok(writer.connection.execute(&sql, params![now.as_millisecond(), id])?)).await
    }
}
