//! `ResetChatSession`: the session goes to humans: in the queue, or to the offline form.

use super::answer::{self, Form};
use super::body::Body;
use super::caller::Caller;
use super::{act, named, refusal};
use crate::app::AppState;
use crate::error::Error;
use crate::session::entity::view::{said, view};
use crate::session::transition::Trigger;
use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;

/// Hands it off; answers with the entity.
pub async fn reset(
    State(state): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Error> {
    let form = Form::accepted(&headers)?;
    let session = named(&state, &caller, &body.members()?).await?;
    let act = act(&state, &caller, Trigger::HandedOff);
    let session = state.sessions().act(session.conversation, act).await.map_err(refusal)?;
    let said = said(&*state.store, &session).await?;
    let entity = answer::entity(&caller, &view(&session, &said));
    Ok(answer::marked(form.answer("ChatSessionEntity", "Item", &entity), &caller, session.version))
}
