//! Webhooks against a real server.

use crate::support;
use crate::support::{Gateway, message, problem, text};
use axum::extract::State;
use axum::routing::post;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use docent_gateway::config::Config;
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

const WHSEC: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

const CONFIG: &str = r#"
[[channel]]
id = 1
name = "support"

[[site]]
key = "demo"
origins = ["http://localhost:*"]
channel = "support"

[[site]]
key = "other"
origins = ["https://other.example"]

[[webhook]]
name = "crm"
site = "demo"
url = "URL"
secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
attempts = 3
first_wait_ms = 20
"#;

#[derive(Clone, Default)]
struct Heard {
    taken: Arc<Mutex<Vec<(HeaderMap, String)>>>,
    /// What is answered, the last one from then on.
    answers: Arc<Mutex<Vec<StatusCode>>>,
}

impl Heard {
    fn all(&self) -> Vec<(HeaderMap, String)> {
        self.taken.lock().expect("a lock").clone()
    }

    fn answer(&self, answers: &[u16]) {
        let answers = answers.iter().map(|status| StatusCode::from_u16(*status).expect("a status"));
        *self.answers.lock().expect("a lock") = answers.collect();
    }

    async fn until(&self, count: usize) -> Vec<(HeaderMap, String)> {
        for _ in 0..400 {
            if self.all().len() >= count {
                return self.all();
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("{count} were awaited: {:#?}", self.all());
    }
}

async fn hear(
    State(heard): State<Heard>,
    headers: HeaderMap,
    body: String,
) -> (StatusCode, [(&'static str, &'static str); 1]) {
    heard.taken.lock().expect("a lock").push((headers, body));
    let mut answers = heard.answers.lock().expect("a lock");
    let status = if answers.len() > 1 { answers.remove(0) } else { answers.first().copied().unwrap_or(StatusCode::OK) };
    (status, [("location", "http://169.254.169.254/")])
}

async fn server() -> (Heard, String) {
    let heard = Heard::default();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/docent", listener.local_addr().expect("an address"));
    let app = axum::Router::new().route("/docent", post(hear)).with_state(heard.clone());
    tokio::spawn(async move { axum::serve(listener, app).await });
    (heard, url)
}

fn config(dir: &Path, url: &str) -> Config {
    support::configured(&CONFIG.replace("URL", url), dir)
}

fn body(taken: &(HeaderMap, String)) -> Value {
    serde_json::from_str(&taken.1).expect("JSON")
}

async fn dead_letters(gateway: &Gateway, count: usize) -> Vec<Value> {
    for _ in 0..400 {
        let response = gateway.get("/webhooks/dead-letters", &gateway.agent()).await;
        let body: Value = response.json().await.expect("JSON");
        let letters = body["deadLetters"].as_array().expect("a list").clone();
        if letters.len() == count {
            return letters;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("{count} dead letters were awaited");
}

/// As the specification has receivers do it.
fn is_signed((headers, body): &(HeaderMap, String)) -> bool {
    let header = |name: &str| headers[name].to_str().expect("text").to_owned();
    let key = STANDARD.decode(WHSEC.trim_start_matches("whsec_")).expect("base64");
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &key);
    let signed = format!("{}.{}.{body}", header("webhook-id"), header("webhook-timestamp"));
    let signature =
        STANDARD.decode(header("webhook-signature").strip_prefix("v1,").expect("a version")).expect("base64");
    aws_lc_rs::hmac::verify(&key, signed.as_bytes(), &signature).is_ok()
}

#[tokio::test]
async fn creation_change_and_message_are_told_and_signed() {
    let (heard, url) = server().await;
    let gateway = Gateway::start_in(|dir| config(dir, &url)).await;
    let visitor = gateway.visitor().await;
    let event = gateway.say(&visitor.id, &visitor.token, &message("hello")).await;
    gateway.say(&visitor.id, &gateway.agent(), &message("hi")).await;
    let taken = heard.until(4).await;
    let mut kinds: Vec<_> = taken.iter().map(|taken| text(&body(taken), "type")).collect();
    kinds.sort();
    assert_eq!(kinds, ["chatSession.changed", "chatSession.created", "chatSession.message", "chatSession.message"]);
    let said = taken.iter().map(body).find(|body| body["data"]["event"]["eventId"] == json!(event)).expect("told");
    assert_eq!(said["data"]["conversationId"], json!(visitor.id));
    assert_eq!((&said["data"]["site"], &said["data"]["event"]["data"]["text"]), (&json!("demo"), &json!("hello")));
    assert_eq!(said["timestamp"], said["data"]["event"]["whenPosted"]);
    assert!(taken.iter().all(is_signed));
    let mut ids: Vec<_> = taken.iter().map(|(headers, _)| headers["webhook-id"].clone()).collect();
    ids.dedup();
    assert_eq!(ids.len(), 4, "each its own id");
}

#[tokio::test]
async fn what_fails_is_tried_again_with_the_same_id() {
    let (heard, url) = server().await;
    heard.answer(&[500, 302, 200]);
    let gateway = Gateway::start_in(|dir| config(dir, &url)).await;
    gateway.visitor().await;
    let taken = heard.until(3).await;
    assert!(taken.iter().all(|(headers, _)| headers["webhook-id"] == taken[0].0["webhook-id"]));
    assert!(taken.iter().all(|told| told.1 == taken[0].1 && is_signed(told)));
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(heard.all().len(), 3, "what was taken is not sent again: {:#?}", heard.all());
    assert!(dead_letters(&gateway, 0).await.is_empty());
}

#[tokio::test]
async fn what_is_given_up_is_a_dead_letter_until_it_is_replayed() {
    let (heard, url) = server().await;
    heard.answer(&[503]);
    let dir = tempfile::tempdir().expect("a directory");
    let mut gateway = Gateway::start_with(config(dir.path(), &url)).await;
    let visitor = gateway.visitor().await;
    let letter = dead_letters(&gateway, 1).await.remove(0);
    assert_eq!((&letter["webhook"], &letter["attempts"]), (&json!("crm"), &json!(3)));
    assert_eq!(letter["conversationId"], json!(visitor.id));
    assert!(text(&letter, "why").starts_with("503"), "{letter}");
    assert_eq!(heard.all().len(), 3);
    gateway.interrupt();
    gateway.stopped().await;
    heard.answer(&[200]);
    let gateway = Gateway::start_with(config(dir.path(), &url)).await;
    let replay = |body: Value| {
        gateway.request(http::Method::POST, "/webhooks/dead-letters/replay", &gateway.agent()).json(&body).send()
    };
    problem(replay(json!({"id": 999})).await.expect("an answer"), 404).await;
    let replayed: Value = replay(json!({"id": letter["id"]})).await.expect("an answer").json().await.expect("JSON");
    assert_eq!(replayed, json!({"replayed": 1}));
    let taken = heard.until(4).await;
    assert_eq!(taken[3].0["webhook-id"], taken[0].0["webhook-id"]);
    assert!(dead_letters(&gateway, 0).await.is_empty());
}

#[tokio::test]
async fn an_endpoint_that_is_gone_is_not_tried_again() {
    let (heard, url) = server().await;
    heard.answer(&[410]);
    let gateway = Gateway::start_in(|dir| config(dir, &url)).await;
    gateway.visitor().await;
    dead_letters(&gateway, 1).await;
    assert_eq!(heard.all().len(), 1);
}

#[tokio::test]
async fn a_webhook_that_does_not_answer_holds_up_nobody_and_loses_nothing() {
    let (heard, url) = server().await;
    let dir = tempfile::tempdir().expect("a directory");
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let dead = format!("http://{}/", silent.local_addr().expect("an address"));
    let mut gateway = Gateway::start_with(config(dir.path(), &dead)).await;
    let visitor = gateway.visitor().await;
    let began = std::time::Instant::now();
    for n in 0..50 {
        gateway.say(&visitor.id, &visitor.token, &message(&n.to_string())).await;
    }
    assert!(began.elapsed() < Duration::from_secs(5));
    gateway.interrupt();
    gateway.stopped().await;
    let _gateway = Gateway::start_with(config(dir.path(), &url)).await;
    let taken = heard.until(51).await;
    let texts =
        taken.iter().map(body).filter_map(|body| body["data"]["event"]["data"]["text"].as_str().map(str::to_owned));
    let mut texts: Vec<u32> = texts.map(|text| text.parse().expect("a number")).collect();
    texts.sort_unstable();
    texts.dedup();
    assert_eq!(texts, (0..50).collect::<Vec<_>>());
}

#[tokio::test]
async fn dead_letters_are_for_agents_of_the_site() {
    let (heard, url) = server().await;
    heard.answer(&[410]);
    let gateway = Gateway::start_in(|dir| config(dir, &url)).await;
    let visitor = gateway.visitor().await;
    dead_letters(&gateway, 1).await;
    problem(gateway.get("/webhooks/dead-letters", &visitor.token).await, 403).await;
    let foreign = gateway.token(&support::claims(docent_protocol::event::Role::Agent, "other", "eve"));
    let seen: Value = gateway.get("/webhooks/dead-letters", &foreign).await.json().await.expect("JSON");
    assert_eq!(seen, json!({"deadLetters": []}));
}
