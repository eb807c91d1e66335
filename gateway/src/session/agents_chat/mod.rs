//! `POST /api/v1/Agents/Chat/…`: chat sessions for integrations (contract section 4), one file an endpoint.

pub mod add_chat_message;
pub mod answer;
pub mod body;
pub mod caller;
pub mod culture;
pub mod default_entity;
pub mod delete_entity;
pub mod get_chat_messages;
pub mod get_entity;
pub mod reset_session;
pub mod save_entity;
pub mod sign_in;
pub mod xml;

use self::caller::Caller;
use super::state::{Act, Actor, Session, SessionError};
use super::transition::Trigger;
use crate::app::AppState;
use crate::error::Error;
use crate::store::StoreError;
use axum::Router;
use axum::routing::post;
use serde_json::{Map, Value};

/// The routes.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/v1/Agents/Chat/SaveChatSessionEntity", post(save_entity::save))
        .route("/api/v1/Agents/Chat/CreateDefaultChatSessionEntity", post(default_entity::create))
        .route("/api/v1/Agents/Chat/GetChatSessionEntity", post(get_entity::get))
        .route("/api/v1/Agents/Chat/DeleteChatSessionEntity", post(delete_entity::delete))
        .route("/api/v1/Agents/Chat/ResetChatSession", post(reset_session::reset))
        .route("/api/v1/Agents/Chat/AddChatMessage", post(add_chat_message::add))
        .route("/api/v1/Agents/Chat/GetChatMessages", post(get_chat_messages::get))
        .route("/api/v1/SignIn", post(sign_in::sign_in))
}

/// The session a body names, if it is of the caller's site.
async fn named(state: &AppState, caller: &Caller, body: &Map<String, Value>) -> Result<Session, Error> {
    let id = ["ChatSessionId", "ChatSessionEntityId", "chatSessionId", "chatSessionEntityId"]
        .iter()
        .find_map(|name| body.get(*name));
    let number = match id {
        Some(Value::String(text)) => text.trim().parse().ok(),
        Some(value) => value.as_i64(),
        None => None,
    };
    let fault = || Error::malformed("ChatSessionId", "`ChatSessionId` must be a session's number");
    numbered(state, caller, number.ok_or_else(fault)?).await
}

async fn numbered(state: &AppState, caller: &Caller, number: i64) -> Result<Session, Error> {
    let found = state.sessions().find_number(number).await?;
    let unknown = || Error::not_found(format!("this site has no chat session {number}"));
    found.filter(|session| session.site == caller.claims.site).ok_or_else(unknown)
}

fn act(state: &AppState, caller: &Caller, trigger: Trigger) -> Act {
    let actor = Actor { role: caller.claims.role, name: caller.claims.sub.clone() };
    Act { trigger, actor, rules: state.sessions().rules(&caller.claims.site), to: None, form: None }
}

/// A session that is over can take what it cannot take as any other in its state: a conflict.
fn refusal(error: StoreError) -> Error {
    match error {
        StoreError::Session(SessionError::Over) => Error::Conflict("the chat session is over".to_owned()),
        other => other.into(),
    }
}
