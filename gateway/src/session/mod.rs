//! Chat sessions: each conversation has one (contract section 4).
//!
//! [`transition`] is the table of what can happen and where it leads, [`state`] a session and what it becomes,
//! [`Sessions`] the way to them. Every change is stored together with the `session` event that tells of it.

pub mod agents_chat;
pub mod clock;
pub mod desk;
pub mod entity;
pub mod faq;
pub mod faq_edit;
pub mod form;
pub mod presence;
pub mod show;
pub mod state;
pub mod status;
pub mod transcript;
pub mod transition;

use self::state::{Act, Actor, Session};
use self::status::SessionStatus;
use self::transition::{Rules, Trigger};
use crate::app::AppState;
use crate::config::{Channel, SiteKey};
use crate::conversation::ConversationId;
use crate::store::{Appended, Begin, Draft, SessionKey, StoreError};
use axum::Router;
use axum::routing::{get, post, put};
use docent_protocol::envelope::DataType;
use docent_protocol::event::Role;
use jiff::Timestamp;
use serde_json::{Map, Value};
use std::sync::Arc;

/// The routes.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/conversation/{id}/session", get(show::show))
        .route("/conversation/{id}/session/form", post(form::submit))
        .route("/conversation/{id}/session/faq", post(faq::verdict))
        .route("/conversation/{id}/session/leave", post(desk::leave))
        .route("/conversation/{id}/session/pickup", post(desk::pick_up))
        .route("/conversation/{id}/session/transfer", post(desk::transfer))
        .route("/conversation/{id}/session/accept", post(desk::accept))
        .route("/conversation/{id}/session/reject", post(desk::reject))
        .route("/conversation/{id}/session/handoff", post(desk::hand_off))
        .route("/conversation/{id}/transcript", get(transcript::transcript))
        .route("/sessions", get(desk::sessions))
        .route("/presence", get(desk::presence).put(desk::be_present))
        .route("/faq", get(faq_edit::list).post(faq_edit::add))
        .route("/faq/{entry}", put(faq_edit::change).delete(faq_edit::remove))
        .merge(agents_chat::routes())
}

/// The way to the sessions. [`AppState::sessions`] makes it.
#[derive(Clone)]
pub struct Sessions(AppState);

impl AppState {
    /// The chat sessions.
    pub fn sessions(&self) -> Sessions {
        Sessions(self.clone())
    }
}

/// A chat message of a bot's, or of whoever an API says.
#[derive(Clone, Debug)]
pub struct ChatMessage {
    /// Who writes: visitor, agent or bot.
    pub role: Role,
    /// Their name.
    pub author: Option<String>,
    /// `text`, and whatever else stands in the event's `data`.
    pub data: Map<String, Value>,
}

impl Sessions {
    /// A conversation's session.
    pub async fn find(&self, id: ConversationId) -> Result<Session, StoreError> {
        self.0.store.session(SessionKey::Conversation(id)).await?.ok_or(StoreError::Unknown)
    }

    /// The session of this number (`ChatSessionId`).
    pub async fn find_number(&self, number: i64) -> Result<Option<Session>, StoreError> {
        self.0.store.session(SessionKey::Number(number)).await
    }

    /// Whether a bot has the session: its scripts run as long as this holds.
    pub async fn chatbot_is_active(&self, id: ConversationId) -> Result<bool, StoreError> {
        Ok(self.find(id).await?.details.chatbot_is_active)
    }

    /// Lets something happen to a session. What cannot happen is [`StoreError::Session`], and has changed nothing.
    pub async fn apply(&self, id: ConversationId, trigger: Trigger, actor: Actor) -> Result<Session, StoreError> {
        let site = self.find(id).await?.site;
        let act = Act { trigger, actor, rules: self.rules(&site), to: None, form: None };
        self.act(id, act).await
    }

    /// As [`apply`](Self::apply), with all that can be said of it.
    pub async fn act(&self, id: ConversationId, act: Act) -> Result<Session, StoreError> {
        let edit = Box::new(move |session: &mut Session, now| session.apply(&act, now));
        Ok(self.0.store.edit(id, edit).await?.session)
    }

    /// Hands a session from its bot to humans (`resetChat`).
    pub async fn hand_off(&self, id: ConversationId, actor: Actor) -> Result<Session, StoreError> {
        self.apply(id, Trigger::HandedOff, actor).await
    }

    /// Sets a session's status (`setChatStatus`).
    pub async fn set_status(
        &self,
        id: ConversationId,
        status: SessionStatus,
        actor: Actor,
    ) -> Result<Session, StoreError> {
        self.apply(id, Trigger::Set(status), actor).await
    }

    /// Adds a message to a conversation, and lets the session hear of it (`addChatMessage`): both, or neither.
    pub async fn add_message(&self, id: ConversationId, message: ChatMessage) -> Result<Appended, StoreError> {
        let site = self.find(id).await?.site;
        let ChatMessage { role, author, data } = message;
        let mut draft = Draft {
            site,
            role,
            from: author,
            data_type: DataType::Message,
            data: Value::Object(data).to_string(),
            answers: None,
            key: None,
            act: None,
        };
        self.heed(&mut draft);
        self.0.store.append(id, draft).await
    }

    /// The channel of a site.
    pub fn channel(&self, site: &SiteKey) -> Option<&Arc<Channel>> {
        self.0.config.site(site)?.channel.as_ref()
    }

    /// What decides where something leads on this site, now.
    pub fn rules(&self, site: &SiteKey) -> Rules {
        let Some(channel) = self.channel(site) else { return Rules::default() };
        let is_open = channel.hours.as_ref().is_none_or(|hours| hours.are_open(Timestamp::now()));
        Rules {
            channel: true,
            pre_chat: !channel.pre_chat.is_empty(),
            pre_chat_after_bot: channel.pre_chat_after_bot,
            faq: channel.faq.is_some(),
            offline_form: !channel.offline.is_empty(),
            post_chat: !channel.post_chat.is_empty(),
            staffed: is_open && self.0.presence.anybody(site),
        }
    }

    /// Has the session hear of a message that is going to be stored.
    pub fn heed(&self, draft: &mut Draft) {
        let trigger = match draft.role {
            _ if draft.data_type != DataType::Message => return,
            Role::Visitor => Trigger::VisitorMessage,
            Role::Agent => Trigger::AgentMessage,
            Role::Bot => Trigger::BotMessage,
            Role::Gateway => return,
        };
        let rules = self.rules(&draft.site);
        if rules.channel {
            let actor = Actor { role: draft.role, name: draft.from.clone() };
            draft.act = Some(Box::new(Act { trigger, actor, rules, to: None, form: None }));
        }
    }

    /// Begins a conversation. On a site with a channel the session's first `session` event has `"old": null`.
    pub async fn begin(&self, id: ConversationId, site: SiteKey) -> Result<SessionStatus, StoreError> {
        let Some(channel) = self.channel(&site).cloned() else {
            return Ok(self.0.store.create(id, site).await?.session);
        };
        let act =
            Act { trigger: Trigger::Created, actor: Actor::GATEWAY, rules: self.rules(&site), to: None, form: None };
        let place = i32::try_from(self.queue(&site).await?.len() + 1).unwrap_or(i32::MAX);
        let edit = Box::new(move |session: &mut Session, now| {
            session.details.chatbot_is_active = channel.bot.is_some();
            session.details.initial_queue_pos = place;
            session.apply(&act, now)
        });
        let topic = self.channel(&site).map_or(0, |channel| channel.id);
        Ok(self.0.store.begin(id, site, Begin { topic, edit }).await?.session.status)
    }
}
