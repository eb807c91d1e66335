//! `/api/v2/{portal}/visitorsessions`: what a bot remembers until the chat session ends.
//!
//! A wrong portal is told in the body of a 200, as those who call it expect; a request that is no such call at all is
//! refused as everywhere.

use crate::app::AppState;
use crate::auth::Bearer;
use crate::config::{Config, SiteKey};
use crate::conversation::access::{Access, named};
use crate::conversation::body::JsonBody;
use crate::error::Error;
use axum::extract::{Path, RawQuery, State};
use serde_json::{Map, Value, json};

/// The code of a wrong portal.
const INVALID_PORTAL: u16 = 1005;

/// Remembers the body's members until the session ends.
pub async fn set(
    State(state): State<AppState>,
    Bearer(claims): Bearer,
    Path(portal): Path<String>,
    RawQuery(query): RawQuery,
    JsonBody(body): JsonBody,
) -> Result<axum::Json<Value>, Error> {
    claims.require_staff()?;
    let Value::Object(map) = body else {
        return Err(Error::malformed("(body)", "the body is an object: the keys and values to remember"));
    };
    if !is_portal(&state.config, &claims.site, &portal) {
        return Ok(axum::Json(invalid_portal()));
    }
    let access = about(&state, claims, query.as_deref()).await?;
    state.variables.set_session_data(access.claims.site, access.id, &map).await?;
    Ok(axum::Json(envelope(&portal, map)))
}

/// What is remembered under `key`; everything without one.
pub async fn read(
    State(state): State<AppState>,
    Bearer(claims): Bearer,
    Path(portal): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<axum::Json<Value>, Error> {
    claims.require_staff()?;
    if !is_portal(&state.config, &claims.site, &portal) {
        return Ok(axum::Json(invalid_portal()));
    }
    let access = about(&state, claims, query.as_deref()).await?;
    let key = parameter(query.as_deref(), "key");
    let data = state.variables.session_data(access.claims.site, access.id, key.as_deref()).await?;
    Ok(axum::Json(envelope(&portal, data)))
}

async fn about(state: &AppState, claims: crate::auth::Claims, query: Option<&str>) -> Result<Access, Error> {
    let name = parameter(query, "conversation")
        .ok_or_else(|| Error::malformed("conversation", "say whose session: `?conversation=ID`, or `latest`"))?;
    let access = named(state, claims, &name).await?;
    crate::conversation::access::find(state, &access).await?;
    Ok(access)
}

fn parameter(query: Option<&str>, name: &str) -> Option<String> {
    let mut pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

/// Whether this is how the site is called there.
pub fn is_portal(config: &Config, site: &SiteKey, portal: &str) -> bool {
    config.site(site).is_some_and(|site| site.portal == portal)
}

/// What success looks like.
pub fn envelope(portal: &str, data: Map<String, Value>) -> Value {
    json!({"url": format!("/api/v2/{portal}/visitorsessions"), "object": "session", "data": data})
}

/// What a wrong portal's name is answered.
pub fn invalid_portal() -> Value {
    json!({"error": {"code": INVALID_PORTAL, "message": "Invalid portal or wrong screenname"}})
}
