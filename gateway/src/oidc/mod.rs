//! Agents who sign in at an identity provider (OpenID Connect).
//!
//! Their console gets an ID token from the provider (authorization code with PKCE) and trades it here for tokens of ours:
//! one for each site their roles make them an agent of. From there on nothing tells them from agents with tokens of
//! `docent token`.

mod id_token;
mod provider;
mod refusal;

pub use self::refusal::Refusal;

use self::provider::Provider;
use crate::app::AppState;
use crate::auth::Claims;
use crate::config::{Config, Oidc, SiteKey};
use crate::conversation::body::JsonBody;
use crate::error::Error;
use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use docent_protocol::event::Role;
use docent_protocol::param::member;
use http::header;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::sync::Arc;

/// The longest name of an agent, in characters.
const LONGEST_NAME: usize = 100;

/// The configured provider, if there is one.
pub struct SignIn(Option<Provider>);

/// Somebody the provider vouches for, and where they are an agent.
#[derive(Debug, PartialEq, Eq)]
pub struct Agent {
    /// Their name.
    pub name: String,
    /// Their sites, in the configuration's order; at least one.
    pub sites: Vec<SiteKey>,
}

impl SignIn {
    /// As configured.
    pub fn new(config: &Config) -> Self {
        Self(config.oidc.clone().map(Provider::new))
    }

    /// The source that the console's policy must allow: where it fetches tokens. `None` as long as the provider was not
    /// reached.
    pub fn token_source(&self) -> Option<Arc<str>> {
        self.0.as_ref()?.token_source()
    }

    /// Gets to know the provider, and tries until that has worked.
    pub async fn prepare(&self) {
        if let Some(provider) = &self.0 {
            provider.prepare().await;
        }
    }

    fn provider(&self) -> Result<&Provider, Refusal> {
        self.0.as_ref().ok_or(Refusal::NotConfigured)
    }

    /// Who an ID token says its bearer is.
    async fn agent(&self, token: &str) -> Result<Agent, Refusal> {
        let provider = self.provider()?;
        let claims = id_token::verify(provider, token).await?;
        agent(provider.config(), &claims)
    }
}

/// What a token's claims make of its bearer: an agent of the sites their roles name, and no more.
fn agent(config: &Oidc, claims: &Value) -> Result<Agent, Refusal> {
    let held = roles(config.role_claim.find(claims));
    let mut sites: Vec<SiteKey> = Vec::new();
    for role in &config.roles {
        if held.contains(&role.name.as_str()) && !sites.contains(&role.site) {
            sites.push(role.site.clone());
        }
    }
    if sites.is_empty() {
        return Err(Refusal::NoRole { claim: config.role_claim.clone(), is_there: !held.is_empty() });
    }
    let name = config.name_claim.find(claims).and_then(Value::as_str).map(str::trim);
    let fits =
        |name: &&str| !name.is_empty() && name.chars().count() <= LONGEST_NAME && !name.chars().any(char::is_control);
    let name = name.filter(fits).ok_or_else(|| Refusal::NoName(config.name_claim.clone()))?;
    Ok(Agent { name: name.to_owned(), sites })
}

/// A claim of roles is a list, or a text with spaces between them.
fn roles(claim: Option<&Value>) -> Vec<&str> {
    match claim {
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(text)) => text.split(' ').filter(|role| !role.is_empty()).collect(),
        _ => Vec::new(),
    }
}

/// The routes.
pub fn routes() -> Router<AppState> {
    Router::new().route("/oidc", get(describe)).route("/oidc/token", post(trade))
}

/// `GET /oidc`: what a console has to know of the provider.
async fn describe(State(state): State<AppState>) -> Result<impl IntoResponse, Error> {
    let provider = match &state.sign_in.0 {
        Some(provider) => provider.describe().await?,
        None => Value::Null,
    };
    Ok(([(header::CACHE_CONTROL, "no-store")], axum::Json(json!({"provider": provider}))))
}

/// `POST /oidc/token`: tokens of ours for the provider's ID token.
async fn trade(State(state): State<AppState>, JsonBody(body): JsonBody) -> Result<impl IntoResponse, Error> {
    let config = state.sign_in.provider()?.config();
    let Agent { name, sites } = state.sign_in.agent(&member::<String, _>(&&body, "idToken")?).await?;
    let ttl = config.token_ttl;
    let expires = Timestamp::now().checked_add(ttl).unwrap_or(Timestamp::MAX);
    let token = |site: &SiteKey| {
        let (site, sub) = (site.clone(), Some(name.clone()));
        let said = json!({"site": site.as_str()});
        let claims = Claims { role: Role::Agent, site, conversation: None, sub, expires };
        state.keys.issue(&claims).map(|token| json!({"site": said["site"], "token": token}))
    };
    let tokens = sites.iter().map(token).collect::<Result<Vec<_>, _>>()?;
    tracing::info!(agent = name, sites = tokens.len(), "an agent signed in");
    let body = json!({"name": name, "expiresIn": ttl.as_secs(), "tokens": tokens});
    Ok(([(header::CACHE_CONTROL, "no-store")], axum::Json(body)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Draft;

    fn config(more: &str) -> Arc<Oidc> {
        let site = |key| format!("[[site]]\nkey = \"{key}\"\norigins = [\"https://{key}.example\"]\n");
        let role = |name, site| format!("[[oidc.role]]\nname = \"{name}\"\nsite = \"{site}\"\n");
        let text = [
            site("a"),
            site("b"),
            format!("[oidc]\nissuer = \"https://login.example\"\nclient_id = \"docent\"\n{more}\n"),
            role("staff", "b"),
            role("a-team", "a"),
            role("boss", "a"),
            role("boss", "b"),
        ];
        let draft = Draft::parse(&text.concat()).expect("a configuration");
        let secret = crate::config::Secret::new("s".repeat(32)).expect("long enough");
        draft.with_secret(secret).oidc.expect("a provider")
    }

    fn sites(claims: &Value) -> Vec<String> {
        agent(&config(""), claims).expect("an agent").sites.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn roles_are_agents_of_their_sites_and_of_no_others() {
        let claims = |roles: Value| json!({"preferred_username": "ada", "roles": roles});
        assert_eq!(sites(&claims(json!(["staff", "cook"]))), ["b"]);
        assert_eq!(sites(&claims(json!(["boss"]))), ["a", "b"]);
        assert_eq!(sites(&claims(json!("cook a-team"))), ["a"]);
        for nobody in [json!([]), json!(["Staff", "staff "]), json!("stafff"), json!({"staff": true}), Value::Null] {
            let refused = agent(&config(""), &claims(nobody)).expect_err("refused");
            assert!(matches!(refused, Refusal::NoRole { .. }), "{refused}");
        }
    }

    #[test]
    fn the_refusal_for_a_missing_role_says_what_to_do() {
        let told = |claims: Value| agent(&config(""), &claims).expect_err("refused").to_string();
        assert!(told(json!({"preferred_username": "ada"})).contains("`roles`"));
        assert!(told(json!({"preferred_username": "ada", "roles": ["cook"]})).contains("[[oidc.role]]"));
    }

    #[test]
    fn a_name_is_one_line_that_is_there() {
        let config = config("name_claim = \"name\"\nrole_claim = \"groups\"");
        let named = |name: Value| agent(&config, &json!({"name": name, "groups": ["staff"]}));
        assert_eq!(named(json!(" Ada Byron ")).expect("an agent").name, "Ada Byron");
        for wrong in [json!(""), json!("  "), json!("a\nb"), json!(7), Value::Null, json!("x".repeat(101))] {
            assert!(matches!(named(wrong.clone()), Err(Refusal::NoName(_))), "{wrong}");
        }
    }
}
