//! Who is there.

use crate::support::{Gateway, OTHER_SITE, claims, command, message, problem, text};
use docent_protocol::event::Role;
use serde_json::{Value, json};
use std::time::Duration;

async fn list(gateway: &Gateway, query: &str) -> Value {
    let response = gateway.get(&format!("/conversation{query}"), &gateway.agent()).await;
    assert_eq!(response.status(), 200);
    response.json().await.expect("JSON")
}

async fn connected(gateway: &Gateway, id: &str) -> Value {
    let response = gateway.get(&format!("/conversation/{id}"), &gateway.agent()).await;
    response.json::<Value>().await.expect("JSON")["connected"].clone()
}

#[tokio::test]
async fn conversations_are_listed_the_newest_first() {
    let gateway = Gateway::start().await;
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.insert(0, gateway.visitor().await.id);
    }
    gateway.say(&ids[0], &gateway.agent(), &message("hi")).await;
    let all = list(&gateway, "").await;
    let listed: Vec<_> =
        all["conversations"].as_array().expect("a list").iter().map(|one| text(one, "conversationId")).collect();
    assert_eq!(listed, ids);
    assert_eq!(all["next"], Value::Null);
    let newest = &all["conversations"][0];
    assert_eq!((&newest["site"], &newest["connected"], &newest["ended"]), (&json!("demo"), &json!(0), &json!(false)));
    assert!(newest["createdAt"].is_string() && newest["lastEventAt"].is_string());
    assert_eq!(all["conversations"][1]["lastEventAt"], Value::Null);
    let page = list(&gateway, "?limit=2").await;
    assert_eq!(page["next"], json!(ids[1]));
    let page = list(&gateway, &format!("?limit=9&before={}", ids[1])).await;
    assert_eq!(page["conversations"].as_array().map(Vec::len), Some(3));
    problem(gateway.get("/conversation?before=x", &gateway.agent()).await, 400).await;
}

#[tokio::test]
async fn a_visitors_tabs_are_counted() {
    let gateway = Gateway::start().await;
    let visitor = gateway.visitor().await;
    let mut one = gateway.socket(&visitor.id, &visitor.token).await;
    let mut two = gateway.socket(&visitor.id, &visitor.token).await;
    let mut agent = gateway.socket(&visitor.id, &gateway.agent()).await;
    for socket in [&mut one, &mut two, &mut agent] {
        socket.frame().await;
    }
    assert_eq!(connected(&gateway, &visitor.id).await, 2);
    drop(one);
    for _ in 0..100 {
        if connected(&gateway, &visitor.id).await == 1 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("a closed tab still counts");
}

#[tokio::test]
async fn latest_is_the_visitor_last_heard_of() {
    let gateway = Gateway::start().await;
    let missing = problem(gateway.get("/conversation/latest", &gateway.agent()).await, 404).await;
    assert!(missing["detail"].as_str().expect("text").contains("widget"), "{missing}");
    let (one, two) = (gateway.visitor().await, gateway.visitor().await);
    let latest = async || {
        let response = gateway.get("/conversation/latest", &gateway.agent()).await;
        text(&response.json().await.expect("JSON"), "conversationId")
    };
    assert_eq!(latest().await, two.id);
    gateway.say(&one.id, &one.token, &message("hi")).await;
    assert_eq!(latest().await, one.id);
    gateway.say(&two.id, &gateway.agent(), &message("an agent is no visitor")).await;
    assert_eq!(latest().await, one.id);
    let _page = gateway.socket(&two.id, &two.token).await;
    assert_eq!(latest().await, two.id);
    gateway.say("latest", &gateway.bot(), &command("x")).await;
    assert_eq!(gateway.log(&two.id).await.len(), 2);
    let stranger = gateway.token(&claims(Role::Agent, OTHER_SITE, "eve"));
    problem(gateway.get("/conversation/latest", &stranger).await, 404).await;
}

#[tokio::test]
async fn the_older_address_works_too() {
    let gateway = Gateway::start().await;
    let visitor = gateway.visitor().await;
    let response =
        gateway.post(&format!("/api/conversation/{}/Data", visitor.id), &gateway.agent(), &command("x")).await;
    assert_eq!(response.status(), 202);
    assert_eq!(gateway.log(&visitor.id).await.len(), 1);
}
