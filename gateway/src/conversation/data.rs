//! `POST /conversation/{id}/Data`: what agents, bots and visitors say.

use super::access::Access;
use super::body::JsonBody;
use super::query::Query;
use super::room::{Listener, Ready};
use crate::app::AppState;
use crate::auth::Claims;
use crate::error::Error;
use crate::store::{Appended, Draft, Event};
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use docent_protocol::envelope::Envelope;
use docent_protocol::event::{EventId, Role};
use http::{HeaderMap, StatusCode, header};
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::time::timeout;

const KEY: &str = "Idempotency-Key";
const KEY_LENGTH: usize = 255;

/// Takes one body; waits for the visitor's answer where asked to.
pub async fn post(
    State(state): State<AppState>,
    access: Access,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> Result<Response, Error> {
    let query = Query::parse(&query.unwrap_or_default())?;
    let key = headers.get(KEY).map(|key| key.to_str().unwrap_or_default());
    let draft = draft(&access.claims, &body, key)?;
    let waits = !query.wait.is_zero() && draft.data_type.is_asked();
    // Listening begins before the event can be answered.
    let listener = waits.then(|| state.rooms.join(access.id, EventId::START, false));
    let appended = append(&state, &access, draft).await?;
    let Some(listener) = listener else {
        return Ok(accepted(json!({"eventId": appended.event_id.to_string()})));
    };
    match timeout(query.wait, answer(&state, listener, appended)).await {
        Ok(Ok(Some(event))) => {
            Ok(([(header::CONTENT_TYPE, "application/json")], event.json.to_string()).into_response())
        }
        Ok(Err(error)) => Err(error),
        Ok(Ok(None)) | Err(_) => Ok(accepted(json!({"eventId": appended.event_id.to_string(), "status": "pending"}))),
    }
}

fn accepted(body: Value) -> Response {
    (StatusCode::ACCEPTED, axum::Json(body)).into_response()
}

/// Checks a body (or a frame's) and makes it an event to be.
pub fn draft(claims: &Claims, body: &Value, key: Option<&str>) -> Result<Draft, Error> {
    let key = key.map(checked_key).transpose()?;
    let envelope = Envelope::read(&body)?;
    if !envelope.data_type.may_be_sent_by(claims.role) {
        let (role, data_type) = (claims.role.as_str(), envelope.data_type.as_str());
        return Err(Error::forbidden(format!("a token of role {role} may not post {data_type}")));
    }
    Ok(Draft {
        site: claims.site.clone(),
        role: claims.role,
        from: claims.sub.clone(),
        data_type: envelope.data_type,
        data: envelope.data.to_string(),
        answers: envelope.answers,
        key,
        act: None,
    })
}

fn checked_key(key: &str) -> Result<String, Error> {
    let good = (1..=KEY_LENGTH).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
    let fault = || Error::malformed(KEY, format!("`{KEY}` must be 1 to {KEY_LENGTH} printable ASCII characters"));
    good.then(|| key.to_owned()).ok_or_else(fault)
}

/// What a visitor writes where there is a FAQ that may answer it.
fn question(draft: &Draft) -> Option<String> {
    let asks = draft.role == Role::Visitor && draft.act.as_ref().is_some_and(|act| act.rules.faq);
    let data: Value = serde_json::from_str(&draft.data).ok().filter(|_| asks)?;
    data["text"].as_str().map(str::to_owned)
}

/// Makes an event durable.
pub async fn append(state: &AppState, access: &Access, mut draft: Draft) -> Result<Appended, Error> {
    state.sessions().heed(&mut draft);
    let question = question(&draft);
    let appended = state.store.append(access.id, draft).await?;
    if let Some(question) = question.filter(|_| appended.fresh) {
        let (sessions, id) = (state.sessions(), access.id);
        tokio::spawn(async move {
            if let Err(error) = sessions.look_up(id, question).await {
                tracing::warn!(%error, "a question could not be looked up");
            }
        });
    }
    if access.claims.role == Role::Visitor {
        state.rooms.heard(&access.claims.site, access.id);
    }
    Ok(appended)
}

/// The answer to an event. `None` where the gateway stops before there is one.
pub async fn answer(state: &AppState, mut listener: Listener, asked: Appended) -> Result<Option<Arc<Event>>, Error> {
    let id = asked.event_id;
    if !asked.fresh
        && let Some(event) = state.store.answer(listener.conversation(), id).await?
    {
        return Ok(Some(event));
    }
    listener.seek(id, id);
    while listener.ready().await == Ready::Events {
        let events = listener.take(&*state.store).await?;
        if let Some(event) = events.into_iter().find(|event| event.answers == Some(id)) {
            return Ok(Some(event));
        }
    }
    Ok(None)
}
