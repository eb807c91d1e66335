//! Which conversation a request is about, and whether its token may have to do with it.

use super::ConversationId;
use super::room::Listener;
use crate::app::AppState;
use crate::auth::{Bearer, Claims};
use crate::config::SiteKey;
use crate::error::Error;
use crate::store::Conversation;
use axum::extract::{FromRequestParts, RawPathParams};
use docent_protocol::event::Role;
use http::request::Parts;

/// What stands for the conversation whose visitor was last heard of.
const LATEST: &str = "latest";

/// The conversation in the path, and the token that asks for it. A visitor's token is checked to be this
/// conversation's; that an agent's or bot's site is the conversation's is for [`find`] or the store to check.
#[derive(Clone, Debug)]
pub struct Access {
    /// The conversation.
    pub id: ConversationId,
    /// Who asks.
    pub claims: Claims,
}

impl FromRequestParts<AppState> for Access {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        let Bearer(claims) = Bearer::from_request_parts(parts, state).await?;
        let path = RawPathParams::from_request_parts(parts, state).await.map_err(|_| unknown())?;
        let name = path.iter().find(|(name, _)| *name == "id").map(|(_, value)| value.to_owned());
        named(state, claims, &name.ok_or_else(unknown)?).await
    }
}

/// What this token has to do with the conversation of this name.
pub async fn named(state: &AppState, claims: Claims, name: &str) -> Result<Access, Error> {
    let id = resolve(state, &claims, name).await?;
    Ok(Access { id, claims })
}

async fn resolve(state: &AppState, claims: &Claims, name: &str) -> Result<ConversationId, Error> {
    if name == LATEST && claims.role != Role::Visitor {
        return latest(state, &claims.site).await;
    }
    let id = ConversationId::parse(name).ok_or_else(unknown)?;
    match claims.role {
        Role::Visitor if claims.conversation != Some(id) => {
            Err(Error::forbidden("this token is good for another conversation"))
        }
        _ => Ok(id),
    }
}

async fn latest(state: &AppState, site: &SiteKey) -> Result<ConversationId, Error> {
    if let Some(id) = state.rooms.latest(site) {
        return Ok(id);
    }
    let newest = state.store.list(site.clone(), None, 1).await?;
    newest.first().map(|conversation| conversation.id).ok_or_else(|| {
        Error::not_found(format!("the site `{site}` has no conversation yet; open one of its pages with the widget"))
    })
}

fn unknown() -> Error {
    Error::not_found("there is no such conversation")
}

/// The conversation, if it is of the token's site.
pub async fn find(state: &AppState, access: &Access) -> Result<Conversation, Error> {
    let found = state.store.find(access.id).await?;
    found.filter(|conversation| conversation.site == access.claims.site).ok_or_else(unknown)
}

/// The same, for somebody who begins to listen to it; they stand at its head.
pub async fn known(state: &AppState, access: &Access, listener: &mut Listener) -> Result<Conversation, Error> {
    let found = listener.conversation_known(&*state.store).await?;
    found.filter(|conversation| conversation.site == access.claims.site).ok_or_else(unknown)
}
