//! `POST /conversation/{id}/end`: an agent or bot ends a conversation.

use super::access::{Access, find};
use crate::app::AppState;
use crate::error::Error;
use crate::session::state::{Act, Actor};
use crate::session::transition::Trigger;
use axum::extract::State;
use http::StatusCode;
use serde_json::{Value, json};

/// Ends the conversation with a `session` event. Where its channel has a form after the chat, that is shown first; else
/// nothing can be posted to it after.
pub async fn end(State(state): State<AppState>, access: Access) -> Result<(StatusCode, axum::Json<Value>), Error> {
    access.claims.require_staff()?;
    let conversation = find(&state, &access).await?;
    let rules = state.sessions().rules(&conversation.site);
    let actor = Actor { role: access.claims.role, name: access.claims.sub };
    let act = Act { trigger: Trigger::Ended, actor, rules, to: None, form: None };
    let edited = state.store.edit(access.id, Box::new(move |session, now| session.apply(&act, now))).await?;
    let event_id = edited.event_id.map(|event_id| event_id.to_string());
    Ok((StatusCode::ACCEPTED, axum::Json(json!({"eventId": event_id}))))
}
