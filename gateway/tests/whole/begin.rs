//! A page begins a conversation, and renews its token.

use crate::support::{Gateway, ORIGIN, message, problem};
use reqwest::Response;
use serde_json::{Value, json};

async fn begin(gateway: &Gateway, origin: Option<&str>, body: &Value) -> Response {
    let mut request = gateway.http.post(gateway.url("/conversation")).json(body);
    if let Some(origin) = origin {
        request = request.header("Origin", origin);
    }
    request.send().await.expect("an answer")
}

#[tokio::test]
async fn a_page_of_the_site_gets_a_conversation_of_its_own() {
    let gateway = Gateway::start().await;
    let (one, two) = (gateway.visitor().await, gateway.visitor().await);
    assert_ne!(one.id, two.id);
    assert_eq!(one.body["session"], json!({"status": 4, "name": "InQueue"}));
    assert!(one.body["expiresIn"].as_u64().is_some_and(|seconds| seconds > 60));
    gateway.say(&one.id, &one.token, &message("hi")).await;
    assert_eq!(gateway.log(&two.id).await.len(), 0);
}

#[tokio::test]
async fn a_page_of_another_origin_is_told_the_cure() {
    let gateway = Gateway::start().await;
    let body = json!({"siteKey": "demo"});
    for origin in ["https://localhost:3000", "http://localhost.evil.example", "null", "https://other.example"] {
        let problem = problem(begin(&gateway, Some(origin), &body).await, 403).await;
        let detail = problem["detail"].as_str().expect("text");
        assert!(detail.contains(origin) && detail.contains("`demo`"), "{detail}");
    }
    problem(begin(&gateway, None, &body).await, 403).await;
}

#[tokio::test]
async fn a_wrong_body_is_named() {
    let gateway = Gateway::start().await;
    assert_eq!(problem(begin(&gateway, Some(ORIGIN), &json!({})).await, 400).await["field"], "siteKey");
    assert_eq!(problem(begin(&gateway, Some(ORIGIN), &json!({"siteKey": 1})).await, 400).await["field"], "siteKey");
    assert_eq!(problem(begin(&gateway, Some(ORIGIN), &json!("demo")).await, 400).await["field"], "siteKey");
    let unknown = problem(begin(&gateway, Some(ORIGIN), &json!({"siteKey": "nope"})).await, 404).await;
    assert!(unknown["detail"].as_str().expect("text").contains("data-site-key"), "{unknown}");
}

#[tokio::test]
async fn a_visitor_renews_a_token() {
    let gateway = Gateway::start().await;
    let visitor = gateway.visitor().await;
    let path = format!("/conversation/{}/token", visitor.id);
    let renewed: Value = gateway.post(&path, &visitor.token, &json!({})).await.json().await.expect("JSON");
    assert_eq!(renewed["expiresIn"], visitor.body["expiresIn"]);
    let token = renewed["visitorToken"].as_str().expect("a token");
    gateway.say(&visitor.id, token, &message("hi")).await;
    problem(gateway.post(&path, &gateway.agent(), &json!({})).await, 403).await;
    let other = gateway.visitor().await;
    problem(gateway.post(&path, &other.token, &json!({})).await, 403).await;
}
