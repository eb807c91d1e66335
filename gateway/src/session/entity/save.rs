//! Saving an entity: what differs from what it holds is changed, and nothing else.

use super::{Given, view};
use crate::session::state::{Act, Session, SessionError};
use crate::session::status::SessionStatus;
use crate::session::transition::Trigger;
use jiff::Timestamp;
use serde_json::Value;

/// What newer messages win over.
const LATEST: [&str; 3] = ["LastMessage", "WhenIdle", "WhenFetched"];

/// Saves properties that were [checked](super::check). A changed `Status` happens to the session as
/// [`Trigger::Set`]; `act` says who does it and where.
pub fn save(
    session: &mut Session,
    given: &Given,
    said: &view::Said,
    act: &Act,
    now: Timestamp,
) -> Result<(), SessionError> {
    let before = view::view(session, said);
    for (name, value) in given {
        if before.get(name) != Some(value) {
            set(session, name, value, said);
        }
    }
    let status = given.get("Status").and_then(Value::as_str).and_then(SessionStatus::parse);
    if let Some(status) = status.filter(|status| *status != session.status) {
        let dates = ["WhenStarted", "WhenEnded"].map(|name| session.details.properties.get(name).cloned());
        session.apply(&Act { trigger: Trigger::Set(status), ..act.clone() }, now)?;
        // Dates that are saved together with the status are its dates.
        for (name, date) in ["WhenStarted", "WhenEnded"].into_iter().zip(dates) {
            if let Some(date) = date.filter(|date| given.get(name) == Some(date)) {
                session.details.properties.insert(name.to_owned(), date);
            }
        }
    }
    Ok(())
}

fn set(session: &mut Session, name: &str, value: &Value, said: &view::Said) {
    let details = &mut session.details;
    match name {
        "ChatSessionId" | "Status" => return,
        "TopicId" => {
            session.topic = value.as_i64().and_then(|topic| i32::try_from(topic).ok()).unwrap_or_default();
            return;
        }
        "ChatbotIsActive" => {
            let active = value == true;
            details.handed_off = !active && (details.handed_off || details.chatbot_is_active);
            details.chatbot_is_active = active;
            return;
        }
        "User" => details.user = named(value),
        "TransferTo" => details.transfer_to = named(value),
        _ if LATEST.contains(&name) => {
            details.pins.insert(name.to_owned(), said.last_id);
        }
        _ => {}
    }
    details.properties.insert(name.to_owned(), value.clone());
}

/// Whom a reference means: its name, or its id where it has none.
pub(super) fn named(reference: &Value) -> Option<String> {
    let name = reference.get("Name").and_then(Value::as_str).filter(|name| !name.is_empty());
    name.map(str::to_owned).or_else(|| Some(format!("#{}", reference.get("AssociateId")?.as_i64()?)))
}
