//! The FAQ: a visitor's first question is looked up, and the visitor says whether the answer helped.

use super::Sessions;
use super::state::{Act, Actor};
use super::status::SessionStatus;
use super::transition::Trigger;
use crate::app::AppState;
use crate::conversation::ConversationId;
use crate::conversation::access::{Access, find};
use crate::conversation::body::JsonBody;
use crate::error::Error;
use crate::store::{Draft, StoreError};
use axum::extract::State;
use docent_protocol::envelope::DataType;
use docent_protocol::event::Role;
use docent_protocol::param::member;
use serde_json::{Value, json};

/// `POST /conversation/{id}/session/faq` with `{"helped": bool}`: the visitor's verdict on an answer.
pub async fn verdict(
    State(state): State<AppState>,
    access: Access,
    JsonBody(body): JsonBody,
) -> Result<axum::Json<Value>, Error> {
    if access.claims.role != Role::Visitor {
        return Err(Error::forbidden("only the visitor can say whether an answer helped"));
    }
    let conversation = find(&state, &access).await?;
    let trigger = if member(&&body, "helped")? { Trigger::FaqHelped } else { Trigger::FaqNotHelped };
    let sessions = state.sessions();
    let rules = sessions.rules(&conversation.site);
    let actor = Actor { role: Role::Visitor, name: None };
    let session = sessions.act(access.id, Act { trigger, actor, rules, to: None, form: None }).await?;
    Ok(axum::Json(sessions.for_visitor(&session).await?))
}

impl Sessions {
    /// Looks a visitor's question up, where the session is in the FAQ: the answer is a message with `faq`, which asks
    /// whether it helped; without an answer the session leaves the FAQ.
    pub async fn look_up(&self, id: ConversationId, question: String) -> Result<(), StoreError> {
        let session = self.find(id).await?;
        let Some(channel) = self.channel(&session.site).filter(|_| session.status == SessionStatus::Faq) else {
            return Ok(());
        };
        let threshold = channel.faq.as_ref().map_or(1.0, |faq| faq.threshold);
        let hits = self.0.store.search_faq(channel.id, question, 1).await?;
        let Some(hit) = hits.into_iter().next().filter(|hit| hit.score >= threshold) else {
            return match self.apply(id, Trigger::FaqUnanswered, Actor::GATEWAY).await {
                // A bot or an agent was quicker.
                Ok(_) | Err(StoreError::Session(_)) => Ok(()),
                Err(error) => Err(error),
            };
        };
        let data = json!({"text": hit.entry.answer, "faq": {"id": hit.entry.id, "question": hit.entry.question}});
        let draft = Draft {
            site: session.site.clone(),
            role: Role::Bot,
            from: Some(channel.bot.clone().unwrap_or_else(|| channel.name.clone())),
            data_type: DataType::Message,
            data: data.to_string(),
            answers: None,
            key: None,
            act: None,
        };
        self.0.store.append(id, draft).await.map(drop)
    }
}
