//! `POST /conversation/{id}/token`: a visitor's page renews its token.

use super::access::{Access, find};
use super::create::visitor_token;
use crate::app::AppState;
use crate::error::Error;
use axum::extract::State;
use docent_protocol::event::Role;
use serde_json::Value;

/// Makes a new token for the visitor who has a good one.
pub async fn renew(State(state): State<AppState>, access: Access) -> Result<axum::Json<Value>, Error> {
    if access.claims.role != Role::Visitor {
        return Err(Error::forbidden("this is for visitors; `docent token` makes the others' tokens"));
    }
    let conversation = find(&state, &access).await?;
    visitor_token(&state, conversation.site, conversation.id).map(axum::Json)
}
