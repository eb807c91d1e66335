//! Chat sessions in the file.

use super::super::{Begin, Draft, Edit, Edited, SessionKey, Sessions, StoreError};
use super::reader::{count, timestamp};
use super::writer::Writer;
use crate::config::SiteKey;
use crate::conversation::ConversationId;
use crate::session::state::{Details, Session, told};
use crate::session::status::SessionStatus;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

const SESSION: &str = "SELECT conversation.number, id, site, created, session, topic, version, queued, details
    FROM conversation LEFT JOIN session ON session.number = conversation.number ";

fn session(row: &Row<'_>) -> rusqlite::Result<(Session, Option<String>)> {
    let site = SiteKey::new(row.get_ref(2)?.as_str()?);
    let mut session =
        Session::plain(row.get(0)?, ConversationId::from_bytes(row.get(1)?), site, timestamp(row.get(3)?));
    session.status = SessionStatus::from_number(row.get(4)?).unwrap_or(SessionStatus::Closed);
    let details = row.get::<_, Option<String>>(8)?;
    if details.is_some() {
        session.topic = row.get(5)?;
        session.version = row.get::<_, i64>(6)?.unsigned_abs();
        session.queued_at = row.get::<_, Option<i64>>(7)?.map(timestamp);
    }
    Ok((session, details))
}

fn with_details((mut session, details): (Session, Option<String>)) -> Result<Session, StoreError> {
    if let Some(details) = details {
        session.details = serde_json::from_str::<Details>(&details)
            .map_err(|error| StoreError::Engine(format!("session {}: {error}", session.number)))?;
    }
    Ok(session)
}

pub(super) fn find(connection: &Connection, key: SessionKey) -> Result<Option<Session>, StoreError> {
    let found = match key {
        SessionKey::Conversation(id) => connection
            .prepare_cached(&format!("{SESSION} WHERE id = ?1"))?
            .query_row([id.to_bytes()], session)
            .optional()?,
        SessionKey::Number(number) => connection
            .prepare_cached(&format!("{SESSION} WHERE conversation.number = ?1"))?
            .query_row([number], session)
            .optional()?,
    };
    found.map(with_details).transpose()
}

pub(super) fn list(connection: &Connection, which: &Sessions) -> Result<Vec<Session>, StoreError> {
    // Numbers of ours: nothing from outside gets into the statement.
    let statuses: Vec<_> = which.statuses.iter().map(|status| status.number().to_string()).collect();
    let open = if which.statuses.iter().any(|status| status.is_over()) { "" } else { "AND session NOT IN (8, 9, 11)" };
    let quiet = "coalesce((SELECT posted FROM event WHERE place >= conversation.number << 32
        AND place < (conversation.number + 1) << 32 ORDER BY place DESC LIMIT 1), created) <= ?3";
    let sql = format!(
        "{SESSION} WHERE site = ?1 AND session IN ({}) {open} AND {quiet} ORDER BY queued, conversation.number LIMIT ?2",
        statuses.join(",")
    );
    let quiet_since = which.quiet_since.unwrap_or(Timestamp::MAX).as_millisecond();
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(params![which.site.as_str(), count(which.limit), quiet_since], session)?;
    rows.map(|row| with_details(row?)).collect()
}

/// Writes a session; its status where that is another than `before`.
fn write(connection: &Connection, session: &Session, before: SessionStatus) -> Result<(), StoreError> {
    // Strings, numbers and maps of them always serialise.
    let details = serde_json::to_string(&session.details).unwrap_or_default();
    let version = i64::try_from(session.version).unwrap_or(i64::MAX);
    let queued = session.queued_at.map(Timestamp::as_millisecond);
    connection
        .prepare_cached(
            "INSERT INTO session (number, topic, version, queued, details) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (number) DO UPDATE SET topic = ?2, version = ?3, queued = ?4, details = ?5",
        )?
        .execute(params![session.number, session.topic, version, queued, details])?;
    if session.status != before {
        connection
            .prepare_cached("UPDATE conversation SET session = ?2 WHERE number = ?1")?
            .execute(params![session.number, session.status.number()])?;
    }
    Ok(())
}

impl Writer {
    pub(super) fn begin(&mut self, id: ConversationId, site: SiteKey, begin: Begin) -> Result<Edited, StoreError> {
        let mut session = Session::plain(0, id, site.clone(), self.time());
        (session.topic, session.status, session.queued_at) = (begin.topic, SessionStatus::Invalid, None);
        // What is refused has not begun.
        (begin.edit)(&mut session, self.time())?;
        let conversation = self.create(id, site)?;
        session.number = self.log(id)?.number;
        self.keep(None, conversation.session, session)
    }

    pub(super) fn edit(&mut self, id: ConversationId, edit: Edit) -> Result<Edited, StoreError> {
        let before = self.session(id)?;
        let mut after = before.clone();
        edit(&mut after, self.time())?;
        self.keep(Some(&before), before.status, after)
    }

    pub(super) fn session(&mut self, id: ConversationId) -> Result<Session, StoreError> {
        find(&self.connection, SessionKey::Conversation(id))?.ok_or(StoreError::Unknown)
    }

    /// Stores a changed session, and the event that tells of the change.
    pub(super) fn keep(
        &mut self,
        before: Option<&Session>,
        stored: SessionStatus,
        mut after: Session,
    ) -> Result<Edited, StoreError> {
        if before == Some(&after) {
            return Ok(Edited { session: after, event_id: None });
        }
        after.version += 1;
        write(&self.connection, &after, stored)?;
        self.set_status(after.conversation, after.status)?;
        if after.status.is_over() && !stored.is_over() {
            self.forget_session_data(&after.site, after.conversation)?;
        }
        let event_id = match told(before, &after) {
            Some(told) => {
                let draft = Draft::session(after.site.clone(), told.to_string());
                Some(self.store(after.conversation, &draft)?.0)
            }
            None => None,
        };
        Ok(Edited { session: after, event_id })
    }
}
