//! `/conversation/{id}/variables/{scope}/{key}`: variables for bots that live elsewhere, and for agents.

use super::{Refusal, Scope, Ttl, root_key, user};
use crate::app::AppState;
use crate::conversation::access::{Access, find};
use crate::conversation::body::JsonBody;
use crate::error::Error;
use crate::store::{Owner, StoreError, UserId, Variable};
use axum::extract::{Path, State};
use docent_protocol::event::Role;
use http::StatusCode;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

/// What the path names beside the conversation.
#[derive(Debug, Deserialize)]
pub struct Named {
    scope: String,
    key: String,
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::ReadOnly => Self::forbidden(refusal.to_string()),
            Refusal::Store(error) => error.into(),
            refusal => Self::malformed(refusal.field(), refusal.to_string()),
        }
    }
}

/// GET.
pub async fn read(
    State(state): State<AppState>,
    access: Access,
    Path(named): Path<Named>,
) -> Result<axum::Json<Value>, Error> {
    let (owner, user) = owner(&state, &access, &named.scope).await?;
    let none = || Error::not_found(format!("{} holds nothing under `{}`", named.scope, named.key));
    if owner.scope == Scope::User {
        let key = root_key(&named.key)?;
        let value = user::context(&*state.store, access.id, user).await?.remove(&key).ok_or_else(none)?;
        return Ok(axum::Json(json!({"key": key, "value": value, "expiresAt": null})));
    }
    let variable = state.variables.get(owner, &named.key).await?;
    variable.map(|variable| axum::Json(told(&variable))).ok_or_else(none)
}

/// PUT `{"value": …, "ttl"?: minutes}`.
pub async fn write(
    State(state): State<AppState>,
    access: Access,
    Path(named): Path<Named>,
    JsonBody(body): JsonBody,
) -> Result<axum::Json<Value>, Error> {
    let (owner, _) = owner(&state, &access, &named.scope).await?;
    let value = body.get("value").ok_or(Refusal::NoValue)?;
    let ttl = Ttl::read(body.get("ttl"))?;
    Ok(axum::Json(told(&state.variables.put(owner, &named.key, value, ttl).await?)))
}

/// DELETE; nothing to delete is as good.
pub async fn remove(
    State(state): State<AppState>,
    access: Access,
    Path(named): Path<Named>,
) -> Result<StatusCode, Error> {
    let (owner, _) = owner(&state, &access, &named.scope).await?;
    state.variables.delete(owner, &named.key).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn told(variable: &Variable) -> Value {
    let value: Value = serde_json::from_str(&variable.value).unwrap_or_default();
    let expires = (variable.expires < Timestamp::MAX).then(|| format!("{:.3}", variable.expires));
    json!({"key": variable.key, "value": value, "expiresAt": expires})
}

/// Whose variables are meant. A bot's token opens that bot's; an agent is no bot.
async fn owner(state: &AppState, access: &Access, scope: &str) -> Result<(Owner, UserId), Error> {
    access.claims.require_staff()?;
    let names = Scope::NAMED.map(Scope::as_str).join(", ");
    let scope = Scope::parse(scope).ok_or_else(|| Error::not_found(format!("the scopes are {names}")))?;
    if scope.is_bots() && access.claims.role != Role::Bot {
        let detail = format!("{} is one bot's; use its token (`docent token --role bot --sub NAME`)", scope.as_str());
        return Err(Error::forbidden(detail));
    }
    let conversation = find(state, access).await?;
    let user = state.store.user(access.id).await?;
    let bot = access.claims.sub.as_deref().ok_or(StoreError::Unknown)?;
    Ok((scope.owner(conversation.site, bot, user), user))
}
