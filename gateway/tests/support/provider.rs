//! An identity provider's documents, on a port of its own, and the tokens it signs.

use axum::Router;
use axum::routing::get;
use docent_gateway::config::Config;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub struct Key {
    pub id: String,
    algorithm: Algorithm,
    secret: EncodingKey,
}

impl Key {
    pub fn elliptic(id: &str) -> Self {
        use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
        let random = aws_lc_rs::rand::SystemRandom::new();
        let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).expect("a key");
        Self { id: id.to_owned(), algorithm: Algorithm::ES256, secret: EncodingKey::from_ec_der(key.as_ref()) }
    }

    pub fn rsa(id: &str, algorithm: Algorithm) -> Self {
        use aws_lc_rs::encoding::AsDer;
        let key = aws_lc_rs::rsa::KeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).expect("a key");
        let der: aws_lc_rs::encoding::Pkcs8V1Der<'_> = key.as_der().expect("as DER");
        Self { id: id.to_owned(), algorithm, secret: EncodingKey::from_rsa_der(&inner(der.as_ref())) }
    }

    pub fn header(&self) -> Header {
        Header { kid: Some(self.id.clone()), ..Header::new(self.algorithm) }
    }

    pub fn sign(&self, claims: &Value) -> String {
        self.sign_with(&self.header(), claims)
    }

    pub fn sign_with(&self, header: &Header, claims: &Value) -> String {
        jsonwebtoken::encode(header, claims, &self.secret).expect("signed")
    }

    fn public(&self) -> Value {
        let mut jwk = Jwk::from_encoding_key(&self.secret, self.algorithm).expect("a key");
        jwk.common.key_id = Some(self.id.clone());
        serde_json::to_value(jwk).expect("JSON")
    }
}

/// The PKCS #1 key that stands at the end of a PKCS #8 one: after version (3), algorithm (15) and two lengths of 4.
fn inner(pkcs8: &[u8]) -> Vec<u8> {
    pkcs8[4 + 3 + 15 + 4..].to_vec()
}

pub struct Provider {
    pub issuer: String,
    keys: Arc<Mutex<Vec<Value>>>,
    /// How often its keys were fetched.
    pub asked: Arc<AtomicUsize>,
    running: JoinHandle<()>,
}

impl Provider {
    pub async fn start(keys: &[&Key]) -> Self {
        Self::start_at(([127, 0, 0, 1], 0).into(), keys).await
    }

    pub async fn start_at(address: SocketAddr, keys: &[&Key]) -> Self {
        let listener = TcpListener::bind(address).await.expect("a port");
        let issuer = format!("http://{}/realms/staff", listener.local_addr().expect("an address"));
        let shown = Arc::new(Mutex::new(keys.iter().map(|key| key.public()).collect::<Vec<_>>()));
        let asked = Arc::new(AtomicUsize::new(0));
        let description = json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/auth"),
            "token_endpoint": format!("{issuer}/token?tenant=1"),
            "jwks_uri": format!("{issuer}/keys"),
            "end_session_endpoint": format!("{issuer}/end"),
            "code_challenge_methods_supported": ["S256"],
        });
        let (keys, hits) = (shown.clone(), asked.clone());
        let routes = Router::new()
            .route("/realms/staff/.well-known/openid-configuration", get(async move || axum::Json(description)))
            .route(
                "/realms/staff/keys",
                get(async move || {
                    hits.fetch_add(1, Ordering::Relaxed);
                    let odd = json!({"kty": "AKP", "alg": "ML-DSA-44", "pub": "", "kid": "odd"});
                    let mut keys: Vec<Value> = keys.lock().expect("not poisoned").clone();
                    keys.push(odd);
                    axum::Json(json!({"keys": keys}))
                }),
            );
        let running = tokio::spawn(async move { axum::serve(listener, routes).await.expect("serves") });
        Self { issuer, keys: shown, asked, running }
    }

    pub fn show(&self, keys: &[&Key]) {
        *self.keys.lock().expect("not poisoned") = keys.iter().map(|key| key.public()).collect();
    }

    /// Somebody who may work on the site `demo`.
    pub fn claims(&self) -> Value {
        let now = jiff::Timestamp::now().as_second();
        json!({
            "iss": self.issuer, "aud": "docent-console", "sub": "4711", "iat": now, "exp": now + 300,
            "preferred_username": "ada", "roles": ["cook", "support"],
        })
    }

    /// Those, but for some: null takes one away.
    pub fn claims_but(&self, other: &Value) -> Value {
        let mut claims = self.claims();
        for (name, value) in other.as_object().expect("an object") {
            claims[name] = value.clone();
        }
        claims.as_object_mut().expect("an object").retain(|_, value| !value.is_null());
        claims
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.running.abort();
    }
}

/// A configuration whose agents sign in at this provider; `more` stands in `[oidc]`.
pub fn config(dir: &Path, issuer: &str, more: &str) -> Config {
    let text = format!(
        "{}\n[[page]]\npath = \"/console/\"\ndir = {dir:?}\nconsole = true\n\
         [oidc]\nissuer = \"{issuer}\"\nclient_id = \"docent-console\"\n{more}\n\
         [[oidc.role]]\nname = \"support\"\nsite = \"demo\"\n[[oidc.role]]\nname = \"boss\"\nsite = \"other\"\n\
         [[oidc.role]]\nname = \"boss\"\nsite = \"demo\"\n",
        super::SITES
    );
    super::configured(&text, dir)
}
