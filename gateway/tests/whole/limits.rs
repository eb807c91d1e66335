//! How much may be asked for.

use crate::support::{Gateway, ORIGIN, message, problem};
use docent_gateway::config::{Draft, Secret};
use serde_json::json;

async fn gateway(limits: &str) -> (Gateway, tempfile::TempDir) {
    let dir = tempfile::tempdir().expect("a directory");
    let text = format!("{limits}\n[[site]]\nkey = \"demo\"\norigins = [\"http://localhost:*\"]\n");
    let secret = Secret::new("s".repeat(32)).expect("a secret");
    let mut config = Draft::parse(&text).expect("a configuration").with_secret(secret);
    config.data_dir = dir.path().join("data");
    (Gateway::start_with(config).await, dir)
}

#[tokio::test]
async fn a_token_over_its_rate_is_told_when_to_come_back_and_stores_nothing() {
    let (gateway, _dir) = gateway("[limits]\nbot = { per_second = 1, burst = 2 }").await;
    let visitor = gateway.visitor().await;
    for _ in 0..2 {
        gateway.say(&visitor.id, &gateway.bot(), &message("hi")).await;
    }
    let refused = gateway.post(&format!("/conversation/{}/Data", visitor.id), &gateway.bot(), &message("no")).await;
    assert_eq!(refused.headers()["retry-after"], "1");
    problem(refused, 429).await;
    assert_eq!(gateway.log(&visitor.id).await.len(), 2);
}

#[tokio::test]
async fn a_frame_over_the_rate_is_refused_and_the_socket_stays_open() {
    let (gateway, _dir) = gateway("[limits]\nvisitor = { per_second = 1, burst = 2 }").await;
    let visitor = gateway.visitor().await;
    let mut socket = gateway.socket(&visitor.id, &visitor.token).await;
    assert!(socket.frame().await["hello"].is_object());
    for reference in ["a", "b"] {
        socket.send(&json!({"dataType": "message", "data": {"text": "hi"}, "ref": reference})).await;
    }
    let mut acknowledged = 0;
    loop {
        let frame = socket.frame().await;
        acknowledged += usize::from(frame["ack"].is_string());
        if frame["ref"] == "b" {
            assert_eq!(frame["error"]["status"], 429, "{frame}");
            break;
        }
    }
    assert_eq!(acknowledged, 1, "opening the socket counts as well");
    socket.send(&json!({"ping": 1})).await;
    assert_eq!(socket.frame().await["pong"], 1);
}

#[tokio::test]
async fn an_address_has_a_rate_for_beginning_conversations() {
    let (gateway, _dir) = gateway("[limits]\nconversations = { per_second = 1, burst = 1 }").await;
    gateway.visitor().await;
    let request = gateway.http.post(gateway.url("/conversation")).header("origin", ORIGIN);
    let refused = request.json(&json!({"siteKey": "demo"})).send().await.expect("an answer");
    assert_eq!(refused.headers()["access-control-allow-origin"], ORIGIN, "the page may read it");
    problem(refused, 429).await;
}

#[tokio::test]
async fn only_a_trusted_proxy_speaks_for_others() {
    let limits = "[limits]\naddress = { per_second = 1, burst = 1 }";
    for (proxies, second) in [("", 429), ("trusted_proxies = [\"127.0.0.1\"]\n", 401)] {
        let (gateway, _dir) = gateway(&format!("{proxies}{limits}")).await;
        let mut statuses = Vec::new();
        for address in ["192.0.2.1", "192.0.2.2"] {
            let request = gateway.http.get(gateway.url("/conversation")).header("x-forwarded-for", address);
            statuses.push(request.send().await.expect("an answer").status().as_u16());
        }
        assert_eq!(statuses, [401, second]);
    }
}
