//! Who is asking: tokens (JWT, HS256) and how a request carries one.

use crate::app::AppState;
use crate::config::{Config, SiteKey};
use crate::conversation::ConversationId;
use crate::error::Error;
use axum::extract::FromRequestParts;
use docent_protocol::event::Role;
use http::request::Parts;
use http::{HeaderMap, header};
use jiff::Timestamp;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

const ISSUER: &str = "docent";
/// How far two machines' clocks may lie apart, in seconds.
const LEEWAY: u64 = 5;
/// What stands before the token among a socket's subprotocols, where browsers cannot set a header.
const SUBPROTOCOL: &str = "bearer.";

/// What a token says.
#[derive(Clone, Debug, PartialEq, Eq)]
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

impl Claims {
    /// Refuses visitors.
    pub fn require_staff(&self) -> Result<(), Error> {
        match self.role {
            Role::Agent | Role::Bot => Ok(()),
            Role::Visitor | Role::Gateway => Err(Error::forbidden(
                "this is for agents and bots, and the token is a visitor's; `docent token --role agent` makes one",
            )),
        }
    }
}

/// The claims as the token holds them.
#[derive(Serialize, Deserialize)]
struct Wire {
    iss: String,
    role: String,
    site: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    conversation: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<String>,
    iat: i64,
    exp: i64,
}

impl Wire {
    fn of(claims: &Claims) -> Self {
        Self {
            iss: ISSUER.to_owned(),
            role: claims.role.as_str().to_owned(),
            site: claims.site.as_str().to_owned(),
            conversation: claims.conversation.map(|id| id.to_string()),
            sub: claims.sub.clone(),
            iat: Timestamp::now().as_second(),
            exp: claims.expires.as_second(),
        }
    }

    /// `None` where the claims contradict each other: a visitor has a conversation, agents and bots a name.
    fn claims(self) -> Option<Claims> {
        let role = Role::parse(&self.role)?;
        let conversation = match self.conversation {
            Some(id) => Some(ConversationId::parse(&id)?),
            None => None,
        };
        let fits = match role {
            Role::Visitor => conversation.is_some(),
            Role::Agent | Role::Bot => conversation.is_none() && self.sub.is_some(),
            Role::Gateway => false,
        };
        let expires = Timestamp::from_second(self.exp).ok()?;
        fits.then(|| Claims { role, site: SiteKey::new(&self.site), conversation, sub: self.sub, expires })
    }
}

/// Makes and checks tokens.
pub struct Keys {
    sign: EncodingKey,
    check: DecodingKey,
    validation: Validation,
}

impl Keys {
    /// From the configured secret.
    pub fn new(config: &Config) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.leeway = LEEWAY;
        validation.set_issuer(&[ISSUER]);
        validation.set_required_spec_claims(&["exp", "iss"]);
        Self {
            sign: EncodingKey::from_secret(config.secret.expose()),
            check: DecodingKey::from_secret(config.secret.expose()),
            validation,
        }
    }

    /// A token that says this.
    pub fn issue(&self, claims: &Claims) -> Result<String, Error> {
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &Wire::of(claims), &self.sign).map_err(Error::internal)
    }

    /// Whose a token is or was: one that is over counts. It opens nothing.
    pub fn recognise(&self, token: &str) -> Option<Claims> {
        let mut validation = self.validation.clone();
        validation.validate_exp = false;
        jsonwebtoken::decode::<Wire>(token, &self.check, &validation).ok()?.claims.claims()
    }

    /// Reads a token; refuses what is forged or over.
    pub fn verify(&self, token: &str) -> Result<Claims, Error> {
        let wire =
            jsonwebtoken::decode::<Wire>(token, &self.check, &self.validation).map_err(|error| refusal(&error))?;
        wire.claims
            .claims()
            .ok_or_else(|| Error::unauthorized("the token's claims do not fit together; make a new one"))
    }
}

fn refusal(error: &jsonwebtoken::errors::Error) -> Error {
    Error::unauthorized(match error.kind() {
        ErrorKind::ExpiredSignature => {
            "the token has expired; a visitor renews it in time at POST /conversation/{id}/token, \
             agents sign in again, and `docent token` makes agents and bots a new one"
        }
        ErrorKind::InvalidSignature => {
            "the token was signed with another secret; make it with this server's (`docent token --config …`)"
        }
        _ => "this is no token of ours; `docent token --role agent --sub NAME` makes one",
    })
}

/// A request with a good token: `Authorization: Bearer TOKEN`, or the subprotocol `bearer.TOKEN` of a socket. Counted
/// against the token's rate.
#[derive(Clone, Debug)]
pub struct Bearer(pub Claims);

impl FromRequestParts<AppState> for Bearer {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        let claims = state.keys.verify(token(&parts.headers)?)?;
        state.limits.check(&claims)?;
        Ok(Self(claims))
    }
}

/// The token a request carries. Never one from its address: addresses are logged and shared.
fn token(headers: &HeaderMap) -> Result<&str, Error> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        return value
            .to_str()
            .ok()
            .and_then(bearer)
            .ok_or_else(|| Error::unauthorized("the Authorization header must read `Bearer TOKEN`"));
    }
    let protocols = headers.get_all(header::SEC_WEBSOCKET_PROTOCOL).iter().filter_map(|value| value.to_str().ok());
    let mut offered = protocols.flat_map(|value| value.split(',')).map(str::trim);
    offered.find_map(|protocol| protocol.strip_prefix(SUBPROTOCOL)).ok_or_else(|| {
        Error::unauthorized(
            "send a token as `Authorization: Bearer TOKEN`, or as the subprotocol `bearer.TOKEN` of a socket; \
             `docent token --role agent --sub NAME` makes one",
        )
    })
}

fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty() && !token.contains(' ')).then_some(token)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Draft, Secret};
    use jiff::ToSpan;
    use proptest::prelude::*;

    fn keys(secret: &str) -> Keys {
        let site = "[[site]]\nkey = \"demo\"\norigins = [\"https://shop.example\"]\n";
        let secret = Secret::new(secret.repeat(32)).expect("long enough");
        Keys::new(&Draft::parse(site).expect("a configuration").with_secret(secret))
    }

    fn agent() -> Claims {
        Claims {
            role: Role::Agent,
            site: SiteKey::new("demo"),
            conversation: None,
            sub: Some("ada".to_owned()),
            expires: Timestamp::from_second(Timestamp::now().as_second() + 60).expect("a time"),
        }
    }

    fn told(result: Result<Claims, Error>) -> String {
        result.expect_err("refused").to_string()
    }

    #[test]
    fn a_token_says_what_it_was_given() {
        let visitor = Claims {
            role: Role::Visitor,
            conversation: Some(ConversationId::random().expect("random")),
            sub: None,
            ..agent()
        };
        for claims in [agent(), visitor] {
            let token = keys("a").issue(&claims).expect("issued");
            assert_eq!(keys("a").verify(&token).expect("verified"), claims);
        }
    }

    #[test]
    fn a_token_that_is_over_or_anothers_is_refused_with_the_cure() {
        let late = Claims { expires: Timestamp::now() - 1.hour(), ..agent() };
        let token = keys("a").issue(&late).expect("issued");
        assert!(told(keys("a").verify(&token)).contains("docent token"));
        let token = keys("b").issue(&agent()).expect("issued");
        assert!(told(keys("a").verify(&token)).contains("another secret"));
        assert!(told(keys("a").verify("x.y.z")).contains("docent token"));
    }

    #[test]
    fn claims_that_do_not_fit_together_are_refused() {
        for claims in [
            Claims { role: Role::Gateway, ..agent() },
            Claims { role: Role::Visitor, ..agent() },
            Claims { sub: None, ..agent() },
            Claims { conversation: Some(ConversationId::random().expect("random")), ..agent() },
        ] {
            let token = keys("a").issue(&claims).expect("issued");
            assert!(told(keys("a").verify(&token)).contains("do not fit"), "{claims:?}");
        }
    }

    #[test]
    fn an_unsigned_token_is_refused() {
        let token = keys("a").issue(&agent()).expect("issued");
        let claims = token.split('.').nth(1).expect("claims");
        // {"alg":"none","typ":"JWT"}
        assert!(keys("a").verify(&format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{claims}.")).is_err());
    }

    #[test]
    fn a_token_is_found_where_it_may_stand() {
        let headers = |name, value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(name, value.parse().expect("a value"));
            headers
        };
        assert_eq!(token(&headers(header::AUTHORIZATION, "Bearer abc")).ok(), Some("abc"));
        assert_eq!(token(&headers(header::AUTHORIZATION, "bearer  abc ")).ok(), Some("abc"));
        assert_eq!(token(&headers(header::SEC_WEBSOCKET_PROTOCOL, "docent.v1, bearer.a.b.c")).ok(), Some("a.b.c"));
        for wrong in ["Basic abc", "Bearer", "Bearer ", "Bearer a b", "abc"] {
            assert!(token(&headers(header::AUTHORIZATION, wrong)).is_err(), "{wrong}");
        }
        assert!(token(&headers(header::SEC_WEBSOCKET_PROTOCOL, "docent.v1")).is_err());
        assert!(token(&HeaderMap::new()).is_err());
    }

    #[test]
    fn visitors_are_no_staff() {
        assert!(agent().require_staff().is_ok());
        let error = Claims { role: Role::Visitor, ..agent() }.require_staff().expect_err("refused");
        assert_eq!(error.status(), 403);
        assert!(error.to_string().contains("docent token --role agent"));
    }

    proptest! {
        #[test]
        fn no_header_panics(authorization in "\\PC{0,40}", damaged in "[a-zA-Z0-9_.-]{0,80}") {
            let _ = bearer(&authorization);
            prop_assert!(keys("a").verify(&damaged).is_err());
        }
    }
}
