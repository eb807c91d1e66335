//! What agents do with sessions: the queue, picking up, transfers, presence.

use super::Sessions;
use super::state::{Act, Actor, Session};
use super::status::SessionStatus;
use super::transition::Trigger;
use crate::app::AppState;
use crate::auth::{Bearer, Claims};
use crate::config::SiteKey;
use crate::conversation::access::{Access, find};
use crate::conversation::body::JsonBody;
use crate::error::Error;
use crate::store::{self, StoreError};
use axum::extract::State;
use docent_protocol::event::Role;
use docent_protocol::param::member;
use serde_json::{Value, json};

/// Sessions that are told of at once.
const SHOWN: usize = 200;
/// Who is with somebody.
const ACTIVE: [SessionStatus; 3] = [SessionStatus::CustomerLast, SessionStatus::UserLast, SessionStatus::Finished];
/// What was left for later.
const REQUESTS: [SessionStatus; 1] = [SessionStatus::RequestPosted];

impl Sessions {
    /// Who waits for an agent on this site, the longest waiting first; at most 200. Who has a bot does not wait, and
    /// without a channel nobody does.
    pub async fn queue(&self, site: &SiteKey) -> Result<Vec<Session>, StoreError> {
        if self.channel(site).is_none() {
            return Ok(Vec::new());
        }
        let statuses = vec![SessionStatus::InQueue];
        let which = store::Sessions { site: site.clone(), statuses, quiet_since: None, limit: SHOWN };
        let mut waiting = self.0.store.sessions(which).await?;
        waiting.retain(|session| !session.details.chatbot_is_active);
        Ok(waiting)
    }

    /// Whether `GET /sessions` tells of it.
    pub fn is_listed(&self, session: &Session) -> bool {
        match session.status {
            SessionStatus::InQueue => !session.details.chatbot_is_active && self.channel(&session.site).is_some(),
            status => ACTIVE.contains(&status) || REQUESTS.contains(&status),
        }
    }
}

/// `GET /sessions`: who waits, and who has whom: `{"queue": […], "active": […], "requests": […]}`.
pub async fn sessions(State(state): State<AppState>, Bearer(claims): Bearer) -> Result<axum::Json<Value>, Error> {
    claims.require_staff()?;
    let sessions = state.sessions();
    let mut queue = Vec::new();
    for (index, session) in sessions.queue(&claims.site).await?.iter().enumerate() {
        let mut shown = sessions.summary(session);
        shown["queuePosition"] = json!(index + 1);
        queue.push(shown);
    }
    let list = async |statuses: &[SessionStatus]| {
        let (site, statuses) = (claims.site.clone(), statuses.to_vec());
        let found = state.store.sessions(store::Sessions { site, statuses, quiet_since: None, limit: SHOWN }).await?;
        Ok::<_, StoreError>(found.iter().map(|session| sessions.summary(session)).collect::<Vec<_>>())
    };
    let active = list(&ACTIVE).await?;
    let requests = list(&REQUESTS).await?;
    Ok(axum::Json(json!({"queue": queue, "active": active, "requests": requests})))
}

/// `POST /conversation/{id}/session/pickup`.
pub async fn pick_up(State(state): State<AppState>, access: Access) -> Result<axum::Json<Value>, Error> {
    happen(&state, access, Trigger::PickedUp, None).await
}

/// `POST /conversation/{id}/session/transfer` with `{"to": AGENT}`.
pub async fn transfer(
    State(state): State<AppState>,
    access: Access,
    JsonBody(body): JsonBody,
) -> Result<axum::Json<Value>, Error> {
    let to: String = member(&&body, "to")?;
    if to.trim().is_empty() || access.claims.sub.as_deref() == Some(to.as_str()) {
        return Err(Error::malformed("to", "`to` must be the name of another agent"));
    }
    happen(&state, access, Trigger::TransferOffered, Some(to)).await
}

/// `POST /conversation/{id}/session/accept`.
pub async fn accept(State(state): State<AppState>, access: Access) -> Result<axum::Json<Value>, Error> {
    happen(&state, access, Trigger::TransferAccepted, None).await
}

/// `POST /conversation/{id}/session/reject`: by whom it is offered to, or by who offered it.
pub async fn reject(State(state): State<AppState>, access: Access) -> Result<axum::Json<Value>, Error> {
    happen(&state, access, Trigger::TransferRejected, None).await
}

/// `POST /conversation/{id}/session/handoff`: from the bot to humans.
pub async fn hand_off(State(state): State<AppState>, access: Access) -> Result<axum::Json<Value>, Error> {
    happen(&state, access, Trigger::HandedOff, None).await
}

/// `POST /conversation/{id}/session/leave`: the visitor ends the chat.
pub async fn leave(State(state): State<AppState>, access: Access) -> Result<axum::Json<Value>, Error> {
    if access.claims.role != Role::Visitor {
        return Err(Error::forbidden("this is for visitors; agents and bots end a conversation at …/end"));
    }
    let site = find(&state, &access).await?.site;
    let sessions = state.sessions();
    let actor = Actor { role: Role::Visitor, name: None };
    let act = Act { trigger: Trigger::Ended, actor, rules: sessions.rules(&site), to: None, form: None };
    let session = sessions.act(access.id, act).await?;
    Ok(axum::Json(sessions.for_visitor(&session).await?))
}

async fn happen(
    state: &AppState,
    access: Access,
    trigger: Trigger,
    to: Option<String>,
) -> Result<axum::Json<Value>, Error> {
    access.claims.require_staff()?;
    if trigger != Trigger::HandedOff && access.claims.role != Role::Agent {
        return Err(Error::forbidden("only agents have sessions; a bot hands its own off"));
    }
    let site = find(state, &access).await?.site;
    let sessions = state.sessions();
    let actor = Actor { role: access.claims.role, name: access.claims.sub };
    let act = Act { trigger, actor, rules: sessions.rules(&site), to, form: None };
    let session = sessions.act(access.id, act).await?;
    Ok(axum::Json(sessions.for_staff(&session).await?))
}

/// `GET /presence`: who is available.
pub async fn presence(State(state): State<AppState>, Bearer(claims): Bearer) -> Result<axum::Json<Value>, Error> {
    claims.require_staff()?;
    Ok(axum::Json(told(&state, &claims)))
}

/// `PUT /presence` with `{"available": bool}`: the agent is there, for 90 seconds; or not.
pub async fn be_present(
    State(state): State<AppState>,
    Bearer(claims): Bearer,
    JsonBody(body): JsonBody,
) -> Result<axum::Json<Value>, Error> {
    let agent = claims.sub.as_ref().filter(|_| claims.role == Role::Agent);
    let agent = agent.ok_or_else(|| Error::forbidden("only agents are available; the token is none's"))?;
    state.presence.set(&claims.site, agent, member(&&body, "available")?);
    state.news.touch_agents();
    Ok(axum::Json(told(&state, &claims)))
}

fn told(state: &AppState, claims: &Claims) -> Value {
    let available = state.presence.available(&claims.site);
    let mine = claims.sub.as_ref().is_some_and(|me| available.contains(me));
    json!({"available": mine, "agents": available})
}
