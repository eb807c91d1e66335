//! What is said twice is stored once.

use crate::support::{Gateway, answer, command, message, text};
use reqwest::Method;
use serde_json::{Value, json};

async fn keyed(gateway: &Gateway, path: &str, token: &str, key: &str, body: &Value) -> Value {
    let request = gateway.request(Method::POST, path, token).header("Idempotency-Key", key).json(body);
    request.send().await.expect("an answer").json().await.expect("JSON")
}

#[tokio::test]
async fn a_repeated_post_returns_the_first_event() {
    let gateway = Gateway::start().await;
    let visitor = gateway.visitor().await;
    let path = format!("/conversation/{}/Data", visitor.id);
    let agent = gateway.agent();
    let first = keyed(&gateway, &path, &agent, "k 1", &message("a")).await;
    assert_eq!(first, keyed(&gateway, &path, &agent, "k 1", &message("a")).await);
    assert_ne!(first, keyed(&gateway, &path, &agent, "k 2", &message("a")).await);
    assert_ne!(first, keyed(&gateway, &path, &visitor.token, "k 1", &message("a")).await, "a key is its poster's own");
    assert_eq!(gateway.log(&visitor.id).await.len(), 3);
}

#[tokio::test]
async fn a_repeated_command_that_waits_gets_the_answer_there_is() {
    let gateway = Gateway::start().await;
    let visitor = gateway.visitor().await;
    let path = format!("/conversation/{}/Data", visitor.id);
    let agent = gateway.agent();
    let asked = text(&keyed(&gateway, &path, &agent, "k", &command("x")).await, "eventId");
    gateway.say(&visitor.id, &visitor.token, &answer(&asked)).await;
    let response = keyed(&gateway, &format!("{path}?wait=5"), &agent, "k", &command("x")).await;
    assert_eq!(response["data"]["eventId"], json!(asked));
    assert_eq!(gateway.log(&visitor.id).await.len(), 2);
}

#[tokio::test]
async fn the_first_answer_wins_whichever_way_it_comes() {
    let gateway = Gateway::start().await;
    let visitor = gateway.visitor().await;
    let asked = gateway.say(&visitor.id, &gateway.agent(), &command("x")).await;
    let first = gateway.say(&visitor.id, &visitor.token, &answer(&asked)).await;
    let mut other = answer(&asked);
    other["data"]["status"] = json!("error");
    assert_eq!(gateway.say(&visitor.id, &visitor.token, &other).await, first);
    let mut page = gateway.socket(&visitor.id, &visitor.token).await;
    page.frame().await;
    other["ref"] = json!("r");
    page.send(&other).await;
    assert_eq!(page.frame().await, json!({"ack": "r", "eventId": first}));
    let log = gateway.log(&visitor.id).await;
    assert_eq!(log.len(), 2);
    assert_eq!(log[1]["data"]["status"], "success");
}

#[tokio::test]
async fn a_frames_key_is_a_posts_key() {
    let gateway = Gateway::start().await;
    let visitor = gateway.visitor().await;
    let path = format!("/conversation/{}/Data", visitor.id);
    let first = keyed(&gateway, &path, &visitor.token, "k", &message("a")).await;
    let mut page = gateway.socket(&visitor.id, &visitor.token).await;
    page.frame().await;
    let mut frame = message("a");
    (frame["key"], frame["ref"]) = (json!("k"), json!(1));
    page.send(&frame).await;
    assert_eq!(page.frame().await, json!({"ack": 1, "eventId": first["eventId"]}));
    assert_eq!(gateway.log(&visitor.id).await.len(), 1);
}
