//! Agents who sign in at an identity provider.

use crate::support::provider::{Key, Provider, config};
use crate::support::{Gateway, Visitor, message, problem, text};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use std::sync::atomic::Ordering;
use std::time::Duration;

struct World {
    gateway: Gateway,
    provider: Provider,
    key: Key,
}

impl World {
    async fn new() -> Self {
        Self::with(Key::elliptic("first"), "").await
    }

    async fn with(key: Key, more: &str) -> Self {
        let provider = Provider::start(&[&key]).await;
        let gateway = Gateway::start_in(|dir| {
            std::fs::write(dir.join("index.html"), "<!doctype html>").expect("written");
            config(dir, &provider.issuer, more)
        });
        Self { gateway: gateway.await, provider, key }
    }

    async fn trade(&self, token: &str) -> reqwest::Response {
        let request = self.gateway.http.post(self.gateway.url("/oidc/token")).json(&json!({"idToken": token}));
        request.send().await.expect("an answer")
    }

    async fn traded(&self, claims: &Value) -> Value {
        let response = self.trade(&self.key.sign(claims)).await;
        assert_eq!(response.status(), 200, "{}", response.text().await.unwrap_or_default());
        response.json().await.expect("JSON")
    }

    /// The refusal's words.
    async fn refused(&self, token: &str, status: u16) -> String {
        text(&problem(self.trade(token).await, status).await, "detail")
    }
}

#[tokio::test]
async fn an_id_token_is_good_for_tokens_of_the_sites_of_its_roles() {
    let world = World::new().await;
    let body = world.traded(&world.provider.claims()).await;
    assert_eq!((text(&body, "name"), body["expiresIn"].as_u64()), ("ada".to_owned(), Some(3600)));
    let tokens = body["tokens"].as_array().expect("tokens");
    assert_eq!(tokens.len(), 1);
    assert_eq!(tokens[0]["site"], "demo");
    let token = text(&tokens[0], "token");
    let Visitor { id, .. } = world.gateway.visitor().await;
    assert_eq!(world.gateway.get("/conversation", &token).await.status(), 200);
    let mut socket = world.gateway.socket(&id, &token).await;
    assert_eq!(socket.frame().await["hello"]["role"], "agent");
    world.gateway.say(&id, &token, &message("Good morning")).await;
    let said = world.gateway.log(&id).await.pop().expect("an event");
    assert_eq!(said["from"], json!({"role": "agent", "id": "ada"}));

    let boss = world.traded(&world.provider.claims_but(&json!({"roles": "boss"}))).await;
    let sites: Vec<_> = boss["tokens"].as_array().expect("tokens").iter().map(|token| text(token, "site")).collect();
    assert_eq!(sites, ["other", "demo"]);
    let elsewhere = text(&boss["tokens"][0], "token");
    problem(world.gateway.get(&format!("/conversation/{id}"), &elsewhere).await, 404).await;
}

#[tokio::test]
async fn the_providers_token_itself_opens_nothing() {
    let world = World::new().await;
    problem(world.gateway.get("/conversation", &world.key.sign(&world.provider.claims())).await, 401).await;
}

#[tokio::test]
async fn keys_of_every_kind_are_good() {
    for algorithm in [Algorithm::RS256, Algorithm::PS384] {
        let world = World::with(Key::rsa("rsa", algorithm), "").await;
        world.traded(&world.provider.claims()).await;
    }
    let world = World::new().await;
    // There is but one key: a token need not name it.
    let nameless = Header { kid: None, ..world.key.header() };
    assert_eq!(world.trade(&world.key.sign_with(&nameless, &world.provider.claims())).await.status(), 200);
}

#[tokio::test]
async fn what_a_token_says_is_checked_and_each_refusal_tells_the_cure() {
    let world = World::with(Key::elliptic("first"), "audiences = [\"docent\"]").await;
    let now = jiff::Timestamp::now().as_second();
    for (other, status, told) in [
        (json!({"aud": "another"}), 401, "is for `another`, and this gateway's `oidc.client_id` is `docent-console`"),
        (json!({"aud": ["docent-console", "another"], "azp": "docent-console"}), 401, "`oidc.audiences`"),
        (json!({"aud": ["docent-console", "docent"]}), 401, "`oidc.client_id`"),
        (json!({"azp": "another"}), 401, "`another` (`azp`)"),
        (json!({"aud": Value::Null}), 401, "no `aud`"),
        (json!({"iss": "https://evil.example"}), 401, "`https://evil.example`, and `oidc.issuer` is"),
        (json!({"iss": [world.provider.issuer, "https://evil.example"]}), 401, "`oidc.issuer`"),
        (json!({"exp": now - 120}), 401, "set the clocks"),
        (json!({"exp": Value::Null}), 401, "no `exp`"),
        (json!({"nbf": now + 120}), 401, "clocks of the gateway and the provider differ"),
        (json!({"iat": now + 120}), 401, "clocks of the gateway and the provider differ"),
        (json!({"iat": Value::Null}), 401, "no `iat`"),
        (json!({"events": {"http://schemas.openid.net/event/backchannel-logout": {}}}), 401, "log-out"),
        (json!({"roles": ["cook"]}), 403, "[[oidc.role]]"),
        (json!({"roles": Value::Null}), 403, "`oidc.role_claim`"),
        (json!({"preferred_username": Value::Null}), 403, "`oidc.name_claim`"),
    ] {
        let detail = world.refused(&world.key.sign(&world.provider.claims_but(&other)), status).await;
        assert!(detail.contains(told), "{other}: {detail}");
    }
    for fine in [
        json!({"exp": now - 30}),
        json!({"nbf": now + 30, "iat": now + 30}),
        json!({"aud": ["docent", "docent-console"], "azp": "docent-console"}),
    ] {
        world.traded(&world.provider.claims_but(&fine)).await;
    }
}

#[tokio::test]
async fn what_the_provider_did_not_sign_is_refused() {
    let world = World::new().await;
    let claims = world.provider.claims();
    let forged = Key::elliptic("first").sign(&claims);
    assert!(world.refused(&forged, 401).await.contains("signature"));
    let good = world.key.sign(&claims);
    let (head, signature) = good.rsplit_once('.').expect("a token");
    let (header, _) = head.split_once('.').expect("a token");
    let others = world.key.sign(&world.provider.claims_but(&json!({"roles": ["boss"]})));
    let boss = others.split('.').nth(1).expect("claims");
    assert!(world.refused(&format!("{header}.{boss}.{signature}"), 401).await.contains("signature"));
    // A shared secret proves nothing: everybody has the public key.
    let secret = Header { kid: Some("first".to_owned()), ..Header::new(Algorithm::HS256) };
    let shared = jsonwebtoken::encode(&secret, &claims, &EncodingKey::from_secret(b"first")).expect("signed");
    assert!(world.refused(&shared, 401).await.contains("RS256"));
    // {"alg":"none","typ":"JWT"}
    let payload = head.split_once('.').expect("claims").1;
    assert!(world.refused(&format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{payload}."), 401).await.contains("RS256"));
    let access = Header { typ: Some("at+jwt".to_owned()), ..world.key.header() };
    assert!(world.refused(&world.key.sign_with(&access, &claims), 401).await.contains("type"));
    for nonsense in ["", "a.b.c", "a", "....", &"x".repeat(10_000)] {
        world.refused(nonsense, 401).await;
    }
    let response = world.gateway.http.post(world.gateway.url("/oidc/token")).json(&json!({"token": good})).send().await;
    assert_eq!(problem(response.expect("an answer"), 400).await["field"], "idToken");
}

#[tokio::test]
async fn new_keys_are_fetched_and_made_up_ones_do_not_make_us_a_nuisance() {
    let world = World::new().await;
    let claims = world.provider.claims();
    world.traded(&claims).await;
    let second = Key::elliptic("second");
    world.provider.show(&[&second]);
    assert_eq!(world.trade(&second.sign(&claims)).await.status(), 200);
    // The first is not shown any more.
    assert!(world.refused(&world.key.sign(&claims), 401).await.contains("none of the provider's"));
    for number in 0..20 {
        world.refused(&Key::elliptic(&number.to_string()).sign(&claims), 401).await;
    }
    let asked = world.provider.asked.load(Ordering::Relaxed);
    assert!(asked <= 4, "{asked}");
    assert_eq!(world.trade(&second.sign(&claims)).await.status(), 200);
}

#[tokio::test]
async fn a_console_is_told_of_the_provider_and_may_ask_it_for_tokens_and_nothing_else() {
    let world = World::new().await;
    let issuer = &world.provider.issuer;
    let response = world.gateway.http.get(world.gateway.url("/oidc")).send().await.expect("an answer");
    assert_eq!(response.headers()["cache-control"], "no-store");
    let body: Value = response.json().await.expect("JSON");
    assert_eq!(
        body["provider"],
        json!({
            "name": "127.0.0.1", "issuer": issuer, "clientId": "docent-console", "scope": "openid profile email",
            "authorizationEndpoint": format!("{issuer}/auth"), "tokenEndpoint": format!("{issuer}/token?tenant=1"),
            "endSessionEndpoint": format!("{issuer}/end"),
        })
    );
    let page = world.gateway.http.get(world.gateway.url("/console/")).send().await.expect("a page");
    let policy = page.headers()["content-security-policy"].to_str().expect("text").to_owned();
    let connect: Vec<_> = policy.split(';').map(str::trim).filter(|part| part.starts_with("connect-src")).collect();
    assert_eq!(connect, [format!("connect-src 'self' {issuer}/token")]);
}

#[tokio::test]
async fn a_provider_that_is_away_keeps_nobody_else_out_and_is_found_when_it_is_back() {
    let away = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port").local_addr().expect("an address");
    let issuer = format!("http://{away}/realms/staff");
    let gateway = Gateway::start_in(|dir| config(dir, &issuer, "")).await;
    assert_eq!(gateway.get("/conversation", &gateway.agent()).await.status(), 200);
    let ask = async || gateway.http.get(gateway.url("/oidc")).send().await.expect("an answer");
    let detail = text(&problem(ask().await, 502).await, "detail");
    assert!(detail.contains(&issuer) && detail.contains("`oidc.issuer`"), "{detail}");
    let key = Key::elliptic("first");
    let _provider = Provider::start_at(away, &[&key]).await;
    let found = async {
        while ask().await.status() != 200 {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), found).await.expect("found");
}

#[tokio::test]
async fn without_a_provider_there_is_none() {
    let gateway = Gateway::start().await;
    let response = gateway.http.get(gateway.url("/oidc")).send().await.expect("an answer");
    assert_eq!(response.json::<Value>().await.expect("JSON"), json!({"provider": null}));
    let trade = gateway.http.post(gateway.url("/oidc/token")).json(&json!({"idToken": "a.b.c"})).send().await;
    let detail = text(&problem(trade.expect("an answer"), 404).await, "detail");
    assert!(detail.contains("[oidc]"), "{detail}");
}
