//! `GetChatSessionEntity`: a session's properties.

use super::answer::{self, Form};
use super::body::Body;
use super::caller::Caller;
use super::named;
use crate::app::AppState;
use crate::error::Error;
use crate::session::entity::view::{said, view};
use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;

/// Answers with them.
pub async fn get(
    State(state): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Error> {
    let form = Form::accepted(&headers)?;
    let session = named(&state, &caller, &body.members()?).await?;
    let said = said(&*state.store, &session).await?;
    let entity = answer::entity(&caller, &view(&session, &said));
    Ok(answer::marked(form.answer("ChatSessionEntity", "Item", &entity), &caller, session.version))
}
