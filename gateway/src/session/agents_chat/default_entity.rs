//! `CreateDefaultChatSessionEntity`: an entity as it is before anybody saves it. Nothing is stored.

use super::answer::{self, Form};
use super::caller::Caller;
use crate::conversation::ConversationId;
use crate::error::Error;
use crate::session::entity::Given;
use crate::session::entity::view::{Said, view};
use crate::session::state::Session;
use axum::response::Response;
use http::HeaderMap;
use jiff::Timestamp;

/// Answers with it.
pub async fn create(caller: Caller, headers: HeaderMap) -> Result<Response, Error> {
    let form = Form::accepted(&headers)?;
    let entity = answer::entity(&caller, &entity(&caller)?);
    Ok(answer::marked(form.answer("ChatSessionEntity", "Item", &entity), &caller, 0))
}

/// The entity.
pub(super) fn entity(caller: &Caller) -> Result<Given, Error> {
    let id = ConversationId::random().map_err(Error::internal)?;
    let mut entity = view(&Session::plain(0, id, caller.claims.site.clone(), Timestamp::now()), &Said::default());
    // It gets a key of its own when it is saved.
    entity.insert("SessionKey".to_owned(), "".into());
    Ok(entity)
}
