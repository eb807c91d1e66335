//! `DeleteChatSessionEntity`: the session's status becomes Deleted; its log takes no more events.

use super::body::Body;
use super::caller::Caller;
use super::{act, named, refusal};
use crate::app::AppState;
use crate::error::Error;
use crate::session::status::SessionStatus;
use crate::session::transition::Trigger;
use axum::extract::State;
use http::StatusCode;

/// Deletes.
pub async fn delete(State(state): State<AppState>, caller: Caller, body: Body) -> Result<StatusCode, Error> {
    let session = named(&state, &caller, &body.members()?).await?;
    let act = act(&state, &caller, Trigger::Set(SessionStatus::Deleted));
    state.sessions().act(session.conversation, act).await.map_err(refusal)?;
    Ok(StatusCode::NO_CONTENT)
}
