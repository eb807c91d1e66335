//! `GET /conversation`, `GET /conversation/{id}`: what conversations there are, and who is there; as a page, or as a stream
//! of what changes.

use super::ConversationId;
use super::access::{Access, find};
use super::events::{streamed, wants_stream};
use super::news::{Item, Listener};
use super::query::Query;
use crate::app::AppState;
use crate::auth::Bearer;
use crate::error::Error;
use crate::store::Conversation;
use axum::extract::{RawQuery, State};
use axum::response::sse::Event;
use axum::response::{IntoResponse, Response};
use futures_util::{Stream, StreamExt, stream};
use http::HeaderMap;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::convert::Infallible;

/// A page of the site's conversations, the newest first; where `Accept` asks for a stream, what changes from now on.
pub async fn list(
    State(state): State<AppState>,
    Bearer(claims): Bearer,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Error> {
    claims.require_staff()?;
    if wants_stream(&headers) {
        // Good enough for one answer, not for a stream: it would end at once, and be asked for at once.
        if claims.expires <= Timestamp::now() {
            return Err(Error::unauthorized("the token is over; sign in again, or make one with `docent token`"));
        }
        return Ok(streamed(live(state.news.listen(&claims.site)), claims.expires));
    }
    let query = query.unwrap_or_default();
    let (before, rest) = before(&query)?;
    let limit = Query::parse(&rest)?.limit;
    let conversations = state.store.list(claims.site, before, limit).await?;
    let next = (conversations.len() == limit).then(|| conversations.last().map(|last| last.id.to_string())).flatten();
    let conversations: Vec<_> = conversations.iter().map(|conversation| told(&state, conversation)).collect();
    Ok(axum::Json(json!({"conversations": conversations, "next": next})).into_response())
}

/// `ready` first: whoever reads the lists after that misses nothing.
fn live(listener: Listener) -> impl Stream<Item = Result<Event, Infallible>> {
    let news = stream::unfold(listener, async |mut listener| Some((listener.next().await?, listener)));
    let news = news.map(|item| {
        Ok(match item {
            Item::Reload => Event::default().event("reload").data("{}"),
            Item::Agents(agents) => Event::default().event("agents").data(agents),
            Item::Conversation(update) => Event::default().event("conversation").data(update),
        })
    });
    stream::once(std::future::ready(Ok(Event::default().event("ready").data("{}")))).chain(news)
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
    Ok(axum::Json(told(&state, &conversation)))
}

/// What is told of one.
pub fn told(state: &AppState, conversation: &Conversation) -> Value {
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
