//! `POST /api/v1/SignIn`: for browsers, which then need no `Authorization` but cookies and `X-XSRF-TOKEN`.

use super::caller::{Caller, cookies};
use crate::app::AppState;
use crate::auth::Claims;
use crate::error::Error;
use axum::extract::State;
use axum::response::{AppendHeaders, IntoResponse, Response};
use http::{StatusCode, header};
use jiff::Timestamp;

/// Sets the cookies.
pub async fn sign_in(State(state): State<AppState>, caller: Caller) -> Result<Response, Error> {
    let ends = Timestamp::now() + state.config.issued_token_ttl;
    let claims = Claims { expires: ends.min(caller.claims.expires), ..caller.claims };
    let is_secure = state.config.public_url.as_deref().is_some_and(|url| url.starts_with("https:"));
    let [token, proof] = cookies(&state.keys.issue(&claims)?, is_secure);
    let headers = AppendHeaders([(header::SET_COOKIE, token), (header::SET_COOKIE, proof)]);
    Ok((StatusCode::NO_CONTENT, headers).into_response())
}
