//! The entity as it stands: what was saved, and what has happened since.

use super::{Given, Kind, PROPERTIES};
use crate::session::state::Session;
use crate::store::{From, Range, Store, StoreError};
use docent_protocol::envelope::DataType;
use docent_protocol::event::EventId;
use jiff::Timestamp;
use serde_json::{Value, json};

/// What the log tells of a session.
#[derive(Clone, Debug, Default)]
pub struct Said {
    first: Option<String>,
    last: Option<String>,
    idle: Option<Timestamp>,
    /// The last message's event; 0 where nobody has said anything.
    pub last_id: u64,
}

/// Reads what the log tells.
pub async fn said(store: &dyn Store, session: &Session) -> Result<Said, StoreError> {
    let read = async |from| {
        let range = Range { from, types: vec![DataType::Message], limit: 1 };
        let events = store.events(session.conversation, range).await?;
        Ok::<_, StoreError>(events.into_iter().next())
    };
    let first = read(From::After(EventId::START)).await?;
    let Some(first) = first else { return Ok(Said::default()) };
    let last = match EventId::new(9_999_999_999_999_999) {
        Some(end) => read(From::Before(end)).await?,
        None => None,
    };
    let parsed = |json: &str| serde_json::from_str::<Value>(json).unwrap_or_default();
    let text = |event: &Value| event["data"]["text"].as_str().map(|text| text.chars().take(4000).collect::<String>());
    let last_id = last.as_ref().map_or(0, |last| last.id.get());
    let (first, last) = (parsed(&first.json), last.map(|last| parsed(&last.json)).unwrap_or_default());
    let idle = last["whenPosted"].as_str().and_then(|when| when.parse().ok());
    Ok(Said { first: text(&first), last: text(&last), idle, last_id })
}

/// Every property, with dates in UTC.
pub fn view(session: &Session, said: &Said) -> Given {
    let mut entity = Given::new();
    for (name, kind) in PROPERTIES {
        let value = live(session, said, name).unwrap_or_else(|| saved(session, name, kind));
        entity.insert(name.to_owned(), value);
    }
    entity
}

/// What is saved under this name; else what is there before anybody saves anything.
fn saved(session: &Session, name: &str, kind: Kind) -> Value {
    session.details.properties.get(name).cloned().unwrap_or_else(|| match (name, kind) {
        ("Flags", _) => json!("None"),
        (_, Kind::Integer) => json!(0),
        (_, Kind::Boolean) => json!(false),
        (_, Kind::Text(_)) => json!(""),
        _ => Value::Null,
    })
}

/// What the session's own state or its log says under this name.
fn live(session: &Session, said: &Said, name: &str) -> Option<Value> {
    let details = &session.details;
    let is_saved = details.properties.contains_key(name);
    // What was said after it was saved.
    let newer = !is_saved || details.pins.get(name).is_some_and(|pin| *pin < said.last_id);
    let date = |date: Option<Timestamp>| date.map_or(Value::Null, |date| date.to_string().into());
    match name {
        "ChatSessionId" => Some(session.number.into()),
        "TopicId" => Some(session.topic.into()),
        "Status" => Some(session.status.name().into()),
        "ChatbotIsActive" => Some(details.chatbot_is_active.into()),
        "User" => Some(associate(session, name, details.user.as_deref())),
        "TransferTo" => Some(associate(session, name, details.transfer_to.as_deref())),
        "WhenRequested" if !is_saved => Some(date(Some(session.created_at))),
        "WhenStarted" if !is_saved => Some(date(details.started_at)),
        "WhenEnded" if !is_saved => Some(date(details.ended_at)),
        "InitialQueuePos" if !is_saved => Some(details.initial_queue_pos.into()),
        "SessionKey" if !is_saved => Some(session.conversation.to_string().into()),
        "FirstMessage" if !is_saved => Some(said.first.clone().unwrap_or_default().into()),
        "LastMessage" if newer => Some(said.last.clone().unwrap_or_default().into()),
        "WhenIdle" | "WhenFetched" if newer => Some(date(said.idle.or(Some(session.created_at)))),
        _ => None,
    }
}

/// The saved reference, where it is the one who has the session; else one with their name.
fn associate(session: &Session, property: &str, name: Option<&str>) -> Value {
    let Some(name) = name else { return Value::Null };
    let saved =
        session.details.properties.get(property).filter(|saved| super::save::named(saved).as_deref() == Some(name));
    saved.cloned().unwrap_or_else(|| json!({"Name": name}))
}
