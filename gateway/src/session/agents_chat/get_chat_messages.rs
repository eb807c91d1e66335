//! `GetChatMessages`: what was said in a session, oldest first; a page of at most 1000.

use super::answer::{self, Form};
use super::body::Body;
use super::caller::Caller;
use super::named;
use crate::app::AppState;
use crate::error::Error;
use crate::store::{Event, From, Range};
use axum::extract::State;
use axum::response::Response;
use docent_protocol::envelope::DataType;
use docent_protocol::event::EventId;
use http::HeaderMap;
use serde_json::{Map, Value, json};

const PAGE: usize = 1000;

/// Answers with those after `LastMessageId`.
pub async fn get(
    State(state): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Error> {
    let form = Form::accepted(&headers)?;
    let body = body.members()?;
    let session = named(&state, &caller, &body).await?;
    let range = Range { from: From::After(after(&body)?), types: vec![DataType::Message], limit: PAGE };
    let events = state.store.events(session.conversation, range).await?;
    let messages = events.iter().map(|event| message(&caller, session.number, event)).collect();
    let response = form.answer("ChatMessages", "ChatMessage", &Value::Array(messages));
    Ok(answer::marked(response, &caller, session.version))
}

fn after(body: &Map<String, Value>) -> Result<EventId, Error> {
    let number = match body.get("LastMessageId") {
        None | Some(Value::Null) => return Ok(EventId::START),
        Some(Value::String(text)) => text.trim().parse().ok(),
        Some(value) => value.as_u64(),
    };
    let fault = || Error::malformed("LastMessageId", "`LastMessageId` must be a message's number");
    number.and_then(EventId::new).ok_or_else(fault)
}

fn message(caller: &Caller, session: i64, event: &Event) -> Value {
    let read: Value = serde_json::from_str(&event.json).unwrap_or_default();
    let data = &read["data"];
    let is_customers = read["from"]["role"] == "visitor";
    json!({
        "ChatMessageId": event.id.get(),
        "ChatSessionId": session,
        "Type": if is_customers { "FromCustomer" } else { "ToCustomer" },
        "Author": read["from"]["id"].as_str().unwrap_or_default(),
        "Message": data["text"],
        "SpecialType": data.get("specialType").cloned().unwrap_or(json!(0)),
        "SpecialParam": data.get("specialParam").cloned().unwrap_or(json!("")),
        "WhenPosted": answer::dated(caller, &read["whenPosted"]),
    })
}
