//! The provider as it describes itself: its endpoints and its keys, kept, and fetched anew at a bounded rate.

use super::Refusal;
use crate::config::{Oidc, is_secure};
use futures_util::StreamExt;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use reqwest::Client;
use reqwest::redirect::Policy;
use serde_json::{Value, json};
use std::num::NonZeroU32;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};
use tokio::sync::Mutex;
use url::Url;

/// How long one request may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// The longest answer, in bytes.
const LONGEST: usize = 1024 * 1024;
/// After this what is kept is fetched again when it is next needed.
const FRESH: Duration = Duration::from_secs(3600);
/// After this what is kept is not used any more, reached or not.
const STALE: Duration = Duration::from_secs(24 * 3600);
/// Whoever makes up keys cannot make us ask the provider more often than this, after as many as [`AT_ONCE`].
const PERIOD: Duration = Duration::from_secs(10);
const AT_ONCE: NonZeroU32 = NonZeroU32::new(3).unwrap();
/// The first and the longest wait before an unreachable provider is tried again at the start.
const WAITS: [Duration; 2] = [Duration::from_secs(2), Duration::from_secs(60)];

/// The configured provider.
pub(super) struct Provider {
    config: Arc<Oidc>,
    /// `None` where this system has no TLS.
    client: Option<Client>,
    endpoints: Kept<Endpoints>,
    keys: Kept<Vec<Jwk>>,
}

/// Where a provider is asked for what.
struct Endpoints {
    authorization: Url,
    token: Url,
    end_session: Option<Url>,
    keys: Url,
    /// `token`, as a Content-Security-Policy names it.
    source: Arc<str>,
}

impl Provider {
    pub(super) fn new(config: Arc<Oidc>) -> Self {
        let client = Client::builder().redirect(Policy::none()).timeout(PATIENCE).user_agent("docent").build().ok();
        Self { config, client, endpoints: Kept::new(), keys: Kept::new() }
    }

    pub(super) fn config(&self) -> &Oidc {
        &self.config
    }

    pub(super) fn token_source(&self) -> Option<Arc<str>> {
        self.endpoints.get().map(|(_, endpoints)| endpoints.source.clone())
    }

    pub(super) async fn prepare(&self) {
        let [mut wait, longest] = WAITS;
        while let Err(error) = self.endpoints().await {
            tracing::warn!(%error, "agents cannot sign in yet");
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(longest);
        }
    }

    /// What a console has to know.
    pub(super) async fn describe(&self) -> Result<Value, Refusal> {
        let (endpoints, config) = (self.endpoints().await?, &self.config);
        Ok(json!({
            "name": config.name,
            "issuer": config.issuer,
            "clientId": config.client_id,
            "scope": config.scopes.join(" "),
            "authorizationEndpoint": endpoints.authorization.as_str(),
            "tokenEndpoint": endpoints.token.as_str(),
            "endSessionEndpoint": endpoints.end_session.as_ref().map(Url::as_str),
        }))
    }

    /// The key of this name, for this algorithm. One that is not known is looked for anew.
    pub(super) async fn key(&self, id: Option<&str>, algorithm: Algorithm) -> Result<DecodingKey, Refusal> {
        let (seen, keys) = self.keys(None).await?;
        if let Some(key) = choose(&keys, id, algorithm) {
            return Ok(key);
        }
        let (_, keys) = self.keys(Some(seen)).await?;
        choose(&keys, id, algorithm).ok_or(Refusal::UnknownKey)
    }

    /// The keys, others than those of `seen` where the provider may be asked again.
    async fn keys(&self, seen: Option<Instant>) -> Result<(Instant, Arc<Vec<Jwk>>), Refusal> {
        let fetch = async || {
            let address = self.endpoints().await.map_err(|refusal| refusal.to_string())?.keys.clone();
            let document = self.fetch(address).await?;
            let keys = document.get("keys").and_then(Value::as_array).ok_or("its keys are no JSON Web Key Set")?;
            // A key of a kind that is not known here is no reason to do without the others.
            Ok(keys.iter().filter_map(|key| serde_json::from_value(key.clone()).ok()).collect())
        };
        self.keys.fetched(seen, fetch).await.map_err(|why| self.unreachable(why))
    }

    async fn endpoints(&self) -> Result<Arc<Endpoints>, Refusal> {
        let fetch = async || {
            let address = format!("{}/.well-known/openid-configuration", self.config.issuer.trim_end_matches('/'));
            let address = Url::parse(&address).map_err(|error| error.to_string())?;
            Endpoints::read(&self.config.issuer, &self.fetch(address).await?)
        };
        let (_, endpoints) = self.endpoints.fetched(None, fetch).await.map_err(|why| self.unreachable(why))?;
        Ok(endpoints)
    }

    fn unreachable(&self, why: String) -> Refusal {
        Refusal::Unreachable { issuer: self.config.issuer.clone(), why }
    }

    /// A JSON document of the provider's. Nobody is led elsewhere.
    async fn fetch(&self, address: Url) -> Result<Value, String> {
        let client = self.client.as_ref().ok_or("this system has no TLS")?;
        let told = |error: reqwest::Error| {
            let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
            format!("{address}: {}{cause}", error.without_url())
        };
        let response = client.get(address.clone()).header("accept", "application/json").send().await.map_err(told)?;
        if !response.status().is_success() {
            return Err(format!("{address} answers {}", response.status()));
        }
        let (mut body, mut chunks) = (Vec::new(), response.bytes_stream());
        while let Some(chunk) = chunks.next().await {
            body.extend_from_slice(&chunk.map_err(told)?);
            if body.len() > LONGEST {
                return Err(format!("{address} answers more than {LONGEST} bytes"));
            }
        }
        serde_json::from_slice(&body).map_err(|error| format!("{address} is no JSON: {error}"))
    }
}

impl Endpoints {
    fn read(issuer: &str, document: &Value) -> Result<Self, String> {
        let text = |name: &str| document.get(name).and_then(Value::as_str);
        let found = text("issuer").unwrap_or_default();
        if found != issuer {
            return Err(format!("it calls itself `{found}`"));
        }
        let address = |name: &str| match text(name).map(Url::parse) {
            Some(Ok(url)) if is_secure(&url) => Ok(url),
            Some(_) => Err(format!("its `{name}` is no https address")),
            None => Err(format!("it has no `{name}`")),
        };
        let methods = document.get("code_challenge_methods_supported").and_then(Value::as_array);
        if methods.is_some_and(|methods| !methods.iter().any(|method| method == "S256")) {
            return Err("it does not do PKCE with S256".to_owned());
        }
        let token = address("token_endpoint")?;
        Ok(Self {
            authorization: address("authorization_endpoint")?,
            source: source(&token).into(),
            token,
            end_session: text("end_session_endpoint").map(|_| address("end_session_endpoint")).transpose()?,
            keys: address("jwks_uri")?,
        })
    }
}

/// An address as a source of a Content-Security-Policy: no query, and nothing that would end the source.
fn source(address: &Url) -> String {
    let path = address.path().replace(';', "%3B").replace(',', "%2C");
    format!("{}{path}", address.origin().ascii_serialization())
}

/// The key that a token names; where it names none, the only one that fits.
fn choose(keys: &[Jwk], id: Option<&str>, algorithm: Algorithm) -> Option<DecodingKey> {
    let mut fitting = keys.iter().filter(|key| {
        let common = &key.common;
        let is_named = id.is_none_or(|id| common.key_id.as_deref() == Some(id));
        let is_theirs = common.key_algorithm.is_none_or(|own| own == KeyAlgorithm::from(algorithm));
        let is_secret = matches!(key.algorithm, AlgorithmParameters::OctetKey(_));
        is_named && is_theirs && !is_secret && common.public_key_use != Some(PublicKeyUse::Encryption)
    });
    let mut fitting = std::iter::from_fn(|| {
        let keys = fitting.by_ref().filter_map(|key| DecodingKey::from_jwk(key).ok());
        keys.into_iter().find(|key| key.family() == algorithm.family())
    });
    let first = fitting.next();
    if id.is_none() && fitting.next().is_some() { None } else { first }
}

/// Something fetched, used until it is stale.
struct Kept<T> {
    kept: RwLock<Option<(Instant, Arc<T>)>>,
    /// One asks, the others wait for what it hears; why it failed last.
    fetching: Mutex<String>,
    rate: DefaultDirectRateLimiter,
}

impl<T> Kept<T> {
    fn new() -> Self {
        let quota = Quota::with_period(PERIOD).unwrap_or_else(|| Quota::per_minute(AT_ONCE)).allow_burst(AT_ONCE);
        Self { kept: RwLock::new(None), fetching: Mutex::default(), rate: RateLimiter::direct(quota) }
    }

    fn get(&self) -> Option<(Instant, Arc<T>)> {
        self.kept.read().unwrap_or_else(PoisonError::into_inner).clone().filter(|(at, _)| at.elapsed() < STALE)
    }

    /// What is kept where it is fresh and not what was `seen`; else what `fetch` gives. Where that fails, or was done too
    /// often, what is kept has to do.
    async fn fetched(
        &self,
        seen: Option<Instant>,
        fetch: impl AsyncFnOnce() -> Result<T, String>,
    ) -> Result<(Instant, Arc<T>), String> {
        let good = || self.get().filter(|(at, _)| Some(*at) != seen && at.elapsed() < FRESH);
        if let Some(kept) = good() {
            return Ok(kept);
        }
        let mut why = self.fetching.lock().await;
        if let Some(kept) = good() {
            return Ok(kept);
        }
        if self.rate.check().is_ok() {
            match fetch().await {
                Ok(fetched) => {
                    let new = (Instant::now(), Arc::new(fetched));
                    *self.kept.write().unwrap_or_else(PoisonError::into_inner) = Some(new.clone());
                    return Ok(new);
                }
                Err(error) => *why = error,
            }
        }
        self.get().ok_or_else(|| why.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(change: impl FnOnce(&mut Value)) -> Value {
        let mut document = json!({
            "issuer": "https://login.example", "authorization_endpoint": "https://login.example/auth",
            "token_endpoint": "https://login.example/token", "jwks_uri": "https://login.example/keys",
        });
        change(&mut document);
        document
    }

    fn fault(change: impl FnOnce(&mut Value)) -> String {
        Endpoints::read("https://login.example", &document(change)).err().unwrap_or_default()
    }

    #[test]
    fn a_description_must_be_the_issuers_and_secure() {
        assert_eq!(fault(|_| {}), "");
        assert!(fault(|found| found["issuer"] = "https://login.example/".into()).contains("calls itself"));
        assert!(fault(|found| found["token_endpoint"] = "http://login.example/token".into()).contains("no https"));
        assert!(fault(|found| found["jwks_uri"] = Value::Null).contains("has no `jwks_uri`"));
        assert!(fault(|found| found["end_session_endpoint"] = "javascript:alert(1)".into()).contains("no https"));
        assert!(fault(|found| found["code_challenge_methods_supported"] = json!(["plain"])).contains("PKCE"));
        assert_eq!(fault(|found| found["code_challenge_methods_supported"] = json!(["plain", "S256"])), "");
    }

    #[test]
    fn a_source_cannot_end_the_policy() {
        let source = |address: &str| source(&Url::parse(address).expect("an address"));
        assert_eq!(source("https://a.example/token?x=1#y"), "https://a.example/token");
        assert_eq!(source("https://a.example:8443/a;script-src *,x"), "https://a.example:8443/a%3Bscript-src%20*%2Cx");
    }

    #[tokio::test(start_paused = true)]
    async fn fetching_again_is_bounded_and_failure_keeps_what_there_is() {
        let kept = Kept::new();
        let (mut seen, first) = kept.fetched(None, async || Ok(1)).await.expect("fetched");
        assert_eq!(*first, 1);
        assert_eq!(*kept.fetched(None, async || Ok(2)).await.expect("kept").1, 1);
        let mut fetches = 0;
        for _ in 0..20 {
            let fetch = async || {
                fetches += 1;
                Ok(fetches)
            };
            seen = kept.fetched(Some(seen), fetch).await.expect("something").0;
        }
        assert_eq!(fetches, 2);
        let never = Kept::<u8>::new();
        for _ in 0..5 {
            assert_eq!(never.fetched(None, async || Err("down".to_owned())).await.expect_err("fails"), "down");
        }
    }
}
