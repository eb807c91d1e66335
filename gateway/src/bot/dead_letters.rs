//! What webhooks could not be told of: to be looked at, and to be sent again.

use crate::app::AppState;
use crate::auth::{Bearer, Claims};
use crate::conversation::body::JsonBody;
use crate::error::Error;
use crate::store::{Consumer, DeadLetter};
use axum::extract::State;
use docent_protocol::event::Role;
use jiff::Timestamp;
use serde_json::{Value, json};

/// Dead letters that are listed at once.
const PAGE: usize = 200;

fn webhooks(state: &AppState, claims: &Claims) -> Result<Vec<Consumer>, Error> {
    if claims.role != Role::Agent {
        return Err(Error::forbidden("this is for agents; `docent token --role agent` makes a token"));
    }
    let own = state.config.webhooks.iter().filter(|webhook| webhook.site == claims.site);
    Ok(own.map(|webhook| Consumer::Webhook(webhook.name.clone())).collect())
}

/// `GET /webhooks/dead-letters`: those of the token's site.
pub async fn list(State(state): State<AppState>, Bearer(claims): Bearer) -> Result<axum::Json<Value>, Error> {
    let letters = state.store.dead_letters(webhooks(&state, &claims)?, PAGE).await?;
    let letters: Vec<_> = letters.iter().map(told).collect();
    Ok(axum::Json(json!({"deadLetters": letters})))
}

fn told(letter: &DeadLetter) -> Value {
    json!({
        "id": letter.id,
        "webhook": letter.webhook,
        "conversationId": letter.conversation.to_string(),
        "eventId": letter.event.id.to_string(),
        "attempts": letter.attempts,
        "why": letter.why,
    })
}

/// `POST /webhooks/dead-letters/replay`: this one (`{"id"}`), or all.
pub async fn replay(
    State(state): State<AppState>,
    Bearer(claims): Bearer,
    JsonBody(body): JsonBody,
) -> Result<axum::Json<Value>, Error> {
    let webhooks = webhooks(&state, &claims)?;
    let id = match body.get("id") {
        None | Some(Value::Null) if body.is_object() => None,
        Some(id) => Some(id.as_i64().ok_or_else(|| Error::malformed("id", "`id` is a dead letter's number"))?),
        None => return Err(Error::malformed("(body)", "the body is an object; `{}` replays all")),
    };
    let replayed = state.store.revive(webhooks.clone(), id, Timestamp::now()).await?;
    if id.is_some() && replayed == 0 {
        return Err(Error::not_found("there is no such dead letter"));
    }
    for webhook in &state.config.webhooks {
        state.webhooks.wake(&webhook.name);
    }
    Ok(axum::Json(json!({"replayed": replayed})))
}
