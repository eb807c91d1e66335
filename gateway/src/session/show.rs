//! `GET /conversation/{id}/session`: where a session stands, as the visitor's page and the console show it.

use super::Sessions;
use super::state::Session;
use super::status::SessionStatus;
use crate::app::AppState;
use crate::conversation::access::{Access, find};
use crate::error::Error;
use crate::store::StoreError;
use axum::extract::State;
use docent_protocol::event::Role;
use jiff::Timestamp;
use serde_json::{Value, json};

/// Shows it.
pub async fn show(State(state): State<AppState>, access: Access) -> Result<axum::Json<Value>, Error> {
    find(&state, &access).await?;
    let sessions = state.sessions();
    let session = sessions.find(access.id).await?;
    let shown = match access.claims.role {
        Role::Visitor | Role::Gateway => sessions.for_visitor(&session).await?,
        Role::Agent | Role::Bot => sessions.for_staff(&session).await?,
    };
    Ok(axum::Json(shown))
}

impl Sessions {
    /// What the visitor's page shows: `status`, `name`, and, where there is one, `user` and `queuePosition`.
    pub async fn for_visitor(&self, session: &Session) -> Result<Value, StoreError> {
        let mut shown = session.status.wire();
        if let Some(user) = &session.details.user {
            shown["user"] = json!(user);
        }
        if let Some(position) = self.position(session).await? {
            shown["queuePosition"] = json!(position);
        }
        Ok(shown)
    }

    /// What agents see of it: the same, who it is offered to, how long it waits, and what the visitor told in forms.
    pub async fn for_staff(&self, session: &Session) -> Result<Value, StoreError> {
        let mut shown = self.summary(session);
        if let Some(position) = self.position(session).await? {
            shown["queuePosition"] = json!(position);
        }
        Ok(shown)
    }

    /// The same without its place in the queue.
    pub fn summary(&self, session: &Session) -> Value {
        let mut shown = session.status.wire();
        let details = &session.details;
        shown["chatSessionId"] = json!(session.number);
        shown["conversationId"] = json!(session.conversation.to_string());
        shown["chatbotIsActive"] = json!(details.chatbot_is_active);
        shown["user"] = json!(details.user);
        shown["transferTo"] = json!(details.transfer_to);
        shown["createdAt"] = json!(session.created_at.to_string());
        shown["version"] = json!(session.version);
        shown["forms"] = Value::Object(details.forms.clone());
        shown["customerName"] = details.properties.get("CustomerName").cloned().unwrap_or_default();
        if session.status == SessionStatus::InQueue {
            let since = session.queued_at.unwrap_or(session.created_at);
            shown["waitingSeconds"] = json!(Timestamp::now().duration_since(since).as_secs().max(0));
        }
        shown
    }

    /// A session's place in the queue, from 1. `None` where it is in none, or too far back to be told.
    pub async fn position(&self, session: &Session) -> Result<Option<usize>, StoreError> {
        if session.status != SessionStatus::InQueue || self.channel(&session.site).is_none() {
            return Ok(None);
        }
        let queue = self.queue(&session.site).await?;
        Ok(queue.iter().position(|waiting| waiting.number == session.number).map(|index| index + 1))
    }
}
