//! `POST /conversation/{id}/end`: an agent or bot ends a conversation.

use super::access::{Access, find};
use super::create::session;
use crate::app::AppState;
use crate::error::Error;
use crate::store::{Draft, SessionStatus};
use axum::extract::State;
use docent_protocol::envelope::DataType;
use docent_protocol::event::Role;
use http::StatusCode;
use serde_json::{Value, json};

/// Ends the conversation with a `session` event; nothing can be posted to it after.
pub async fn end(State(state): State<AppState>, access: Access) -> Result<(StatusCode, axum::Json<Value>), Error> {
    access.claims.require_staff()?;
    let conversation = find(&state, &access).await?;
    let change = json!({"old": session(conversation.session), "new": session(SessionStatus::Closed)});
    let draft = Draft {
        site: conversation.site,
        role: Role::Gateway,
        from: None,
        data_type: DataType::Session,
        data: change.to_string(),
        answers: None,
        key: None,
    };
    let appended = state.store.end(access.id, draft).await?;
    Ok((StatusCode::ACCEPTED, axum::Json(json!({"eventId": appended.event_id.to_string()}))))
}
