//! `AddChatMessage`: a message to the visitor.

use super::answer::{self, Form};
use super::body::Body;
use super::caller::Caller;
use super::named;
use crate::app::AppState;
use crate::error::Error;
use crate::session::ChatMessage;
use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use serde_json::{Map, Value, json};

const LONGEST: usize = 4000;
const SPECIALS: [(&str, &str); 2] = [("SpecialType", "specialType"), ("SpecialParam", "specialParam")];

/// Adds it; answers with the message's number.
pub async fn add(
    State(state): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Error> {
    let form = Form::accepted(&headers)?;
    let body = body.members()?;
    let session = named(&state, &caller, &body).await?;
    let message = ChatMessage { role: caller.claims.role, author: author(&caller, &body)?, data: data(&body)? };
    let appended = state.sessions().add_message(session.conversation, message).await.map_err(super::refusal)?;
    let answered = json!({"ChatSessionId": session.number, "ChatMessageId": appended.event_id.get()});
    let version = state.sessions().find(session.conversation).await?.version;
    Ok(answer::marked(form.answer("ChatMessage", "Item", &answered), &caller, version))
}

fn author(caller: &Caller, body: &Map<String, Value>) -> Result<Option<String>, Error> {
    match body.get("Author") {
        None | Some(Value::Null) => Ok(caller.claims.sub.clone()),
        Some(Value::String(author)) if author.is_empty() => Ok(caller.claims.sub.clone()),
        Some(Value::String(author)) if author.chars().count() <= 254 => Ok(Some(author.clone())),
        Some(_) => Err(Error::malformed("Author", "`Author` must be text of at most 254 characters")),
    }
}

fn data(body: &Map<String, Value>) -> Result<Map<String, Value>, Error> {
    let text = body.get("Message").and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    let text = text.filter(|text| text.chars().count() <= LONGEST);
    let fault = || Error::malformed("Message", format!("`Message` must be text of 1 to {LONGEST} characters"));
    let mut data = Map::new();
    data.insert("text".to_owned(), text.ok_or_else(fault)?.into());
    match body.get("Type") {
        None | Some(Value::Null) => {}
        Some(kind) if *kind == 1 || kind == "1" || kind == "ToCustomer" => {}
        Some(_) => {
            let detail = "`Type` must be 1 (to the customer): only the customer's page speaks for the customer";
            return Err(Error::malformed("Type", detail));
        }
    }
    for (name, member) in SPECIALS {
        match body.get(name) {
            None | Some(Value::Null) => {}
            Some(value) if value.is_object() || value.is_array() => {
                return Err(Error::malformed(name, format!("`{name}` must be a number or text")));
            }
            Some(value) => {
                data.insert(member.to_owned(), value.clone());
            }
        }
    }
    Ok(data)
}
