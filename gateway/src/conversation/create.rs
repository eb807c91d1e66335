//! `POST /conversation`: a visitor's page begins a conversation.

use super::ConversationId;
use super::body::JsonBody;
use crate::app::AppState;
use crate::auth::Claims;
use crate::config::{Site, SiteKey};
use crate::error::Error;
use crate::store::UserId;
use axum::extract::State;
use docent_protocol::event::Role;
use docent_protocol::param::member;
use http::{HeaderMap, StatusCode, header};
use jiff::Timestamp;
use serde_json::{Value, json};

/// Begins a conversation on the site whose key the body names.
pub async fn create(
    State(state): State<AppState>,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> Result<(StatusCode, axum::Json<Value>), Error> {
    let key = SiteKey::new(&member::<String, _>(&&body, "siteKey")?);
    let site = state.config.site(&key).ok_or_else(|| {
        Error::not_found("no site has this `siteKey`; compare `data-site-key` with the gateway's configuration")
    })?;
    check_origin(site, &headers)?;
    let id = ConversationId::random().map_err(Error::internal)?;
    // First: the bot is called as soon as the session begins.
    if let Some(user) = returning(&state, &key, &headers).await? {
        state.store.set_user(id, user).await?;
    }
    let status = state.sessions().begin(id, key.clone()).await?;
    state.rooms.heard(&key, id);
    state.news.touch(id);
    let mut body = visitor_token(&state, key, id)?;
    body["conversationId"] = json!(id.to_string());
    body["session"] = status.wire();
    Ok((StatusCode::CREATED, axum::Json(body)))
}

/// Who begins: the token of an earlier conversation says so, though it be over.
async fn returning(state: &AppState, site: &SiteKey, headers: &HeaderMap) -> Result<Option<UserId>, Error> {
    let earlier = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    let claims = earlier.and_then(|token| state.keys.recognise(token)).filter(|claims| claims.site == *site);
    match claims.and_then(|claims| claims.conversation) {
        Some(conversation) => Ok(Some(state.store.user(conversation).await?)),
        None => Ok(None),
    }
}

/// Refuses pages of other sites.
pub fn check_origin(site: &Site, headers: &HeaderMap) -> Result<(), Error> {
    let origin = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok());
    let Some(origin) = origin else {
        return Err(Error::forbidden("this is for pages of the site: the request must have an `Origin`"));
    };
    if site.allows_origin(origin) {
        return Ok(());
    }
    let key = &site.key;
    Err(Error::forbidden(format!("add `{origin}` to the origins of the site `{key}` in the gateway's configuration")))
}

/// `{"visitorToken", "expiresIn"}`.
pub fn visitor_token(state: &AppState, site: SiteKey, id: ConversationId) -> Result<Value, Error> {
    let ttl = state.config.token_ttl;
    let expires = Timestamp::now() + ttl;
    let claims = Claims { role: Role::Visitor, site, conversation: Some(id), sub: None, expires };
    Ok(json!({"visitorToken": state.keys.issue(&claims)?, "expiresIn": ttl.as_secs()}))
}
