//! `GET /conversation`, `GET /conversation/{id}`: what conversations there are, and who is there.

use super::ConversationId;
use super::access::{Access, find};
use super::query::Query;
use crate::app::AppState;
use crate::auth::Bearer;
use crate::error::Error;
use crate::store::Conversation;
use axum::extract::{RawQuery, State};
use serde_json::{Value, json};

/// A page of the site's conversations, the newest first.
pub async fn list(
    State(state): State<AppState>,
    Bearer(claims): Bearer,
    RawQuery(query): RawQuery,
) -> Result<axum::Json<Value>, Error> {
    claims.require_staff()?;
    let query = query.unwrap_or_default();
    let (before, rest) = before(&query)?;
    let limit = Query::parse(&rest)?.limit;
    let conversations = state.store.list(claims.site, before, limit).await?;
    let next = (conversations.len() == limit).then(|| conversations.last().map(|last| last.id.to_string())).flatten();
    let conversations: Vec<_> = conversations.iter().map(|conversation| tell(&state, conversation)).collect();
    Ok(axum::Json(json!({"conversations": conversations, "next": next})))
}

/// Takes `before`, which is a conversation here, out of a query.
fn before(query: &str) -> Result<(Option<ConversationId>, String), Error> {
    let mut before = None;
    let mut rest = form_urlencoded::Serializer::new(String::new());
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if name == "before" {
            let id = ConversationId::parse(&value);
            before = Some(id.ok_or_else(|| Error::malformed("before", "`before` must be a conversation's id"))?);
        } else {
            rest.append_pair(&name, &value);
        }
    }
    Ok((before, rest.finish()))
}

/// One conversation. A visitor may ask for their own.
pub async fn one(State(state): State<AppState>, access: Access) -> Result<axum::Json<Value>, Error> {
    let conversation = find(&state, &access).await?;
    Ok(axum::Json(tell(&state, &conversation)))
}

fn tell(state: &AppState, conversation: &Conversation) -> Value {
    json!({
        "conversationId": conversation.id.to_string(),
        "site": conversation.site.as_str(),
        "createdAt": conversation.created_at,
        "lastEventAt": conversation.last_event_at,
        "head": conversation.head.to_string(),
        "connected": state.rooms.connected(conversation.id),
        "ended": conversation.ended(),
        "session": conversation.session.wire(),
    })
}
