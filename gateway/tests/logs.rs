//! Logs hold neither tokens nor what people write. One test, for the process has one subscriber.
#![allow(clippy::expect_used, clippy::panic)]

mod support;

use serde_json::{Value, json};
use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use support::{Gateway, ORIGIN, message};
use tracing_subscriber::filter::LevelFilter;

const CANARY: &str = "canary-in-the-coal-mine";

#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("unpoisoned").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn no_token_and_no_text_is_logged_at_any_level() {
    let captured = Captured::default();
    let writer = captured.clone();
    tracing_subscriber::fmt().json().with_max_level(LevelFilter::TRACE).with_writer(move || writer.clone()).init();

    let gateway = Gateway::start().await;
    let visitor = gateway.visitor().await;
    let (agent, path) = (gateway.agent(), format!("/conversation/{}/Data", visitor.id));
    gateway.say(&visitor.id, &agent, &message(CANARY)).await;
    let mut socket = gateway.socket(&visitor.id, &visitor.token).await;
    socket.send(&json!({"dataType": "message", "data": {"text": CANARY}, "ref": "r"})).await;
    socket.send(&json!({"dataType": CANARY, "data": {}})).await;
    while socket.frame().await["error"].is_null() {}
    for body in [
        json!({"dataType": "message", "data": {"text": 1, "other": CANARY}}),
        json!({"dataType": CANARY, "data": {}}),
        json!(CANARY),
    ] {
        assert_eq!(gateway.post(&path, &agent, &body).await.status(), 400);
    }
    let broken = gateway.http.post(gateway.url(&path)).bearer_auth(&agent).header("content-type", "application/json");
    assert_eq!(broken.body(format!("{{\"{CANARY}")).send().await.expect("an answer").status(), 400);
    assert_eq!(gateway.get(&format!("{path}?token={CANARY}"), CANARY).await.status(), 405);
    assert_eq!(gateway.get(&format!("/conversation?token={CANARY}"), CANARY).await.status(), 401);
    let named =
        gateway.http.get(gateway.url("/healthz")).header("x-request-id", "my-request-7").header("origin", ORIGIN);
    assert_eq!(named.send().await.expect("an answer").headers()["x-request-id"], "my-request-7");

    let logs = String::from_utf8(captured.0.lock().expect("unpoisoned").clone()).expect("text");
    let own: Vec<Value> =
        logs.lines().map(|line| serde_json::from_str(line).expect("one JSON object a line")).collect();
    let answered = own.iter().filter(|line| line["fields"]["message"] == "answered").count();
    assert!(answered >= 8, "the requests are logged: {logs}");
    assert!(logs.contains("my-request-7") && logs.contains("/conversation/{id}/Data"), "{logs}");
    for secret in [CANARY, &agent, &visitor.token, support::SECRET] {
        assert!(!logs.contains(secret), "a secret is in the logs: {secret}");
    }
}
