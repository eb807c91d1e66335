//! Who is asking.

use crate::app::AppState;
use crate::config::{Config, SiteKey};
use crate::conversation::ConversationId;
use crate::error::Error;
use axum::extract::FromRequestParts;
use docent_protocol::event::Role;
use http::request::Parts;
use jiff::Timestamp;

/// What a token says.
#[derive(Clone, Debug)]
pub struct Claims {
    /// Whose it is.
    pub role: Role,
    /// The site it is good for.
    pub site: SiteKey,
    /// The one conversation a visitor's token is good for.
    pub conversation: Option<ConversationId>,
    /// The name of an agent or bot.
    pub sub: Option<String>,
    /// When it ends.
    pub expires: Timestamp,
}

/// Makes and checks tokens.
pub struct Keys {}

impl Keys {
    /// From the configured secret.
    pub fn new(_config: &Config) -> Self {
        Self {}
    }

    /// A token that says this.
    pub fn issue(&self, _claims: &Claims) -> Result<String, Error> {
        Err(Error::unauthorized("no tokens yet"))
    }

    /// Reads a token; refuses what is forged or over.
    pub fn verify(&self, _token: &str) -> Result<Claims, Error> {
        Err(Error::unauthorized("no tokens yet"))
    }
}

/// A request with a good token: `Authorization: Bearer TOKEN`, or the subprotocol `bearer.TOKEN` of a socket.
#[derive(Clone, Debug)]
pub struct Bearer(pub Claims);

impl FromRequestParts<AppState> for Bearer {
    type Rejection = Error;

    async fn from_request_parts(_parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        state.keys.verify("").map(Self)
    }
}
