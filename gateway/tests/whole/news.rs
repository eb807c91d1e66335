//! What changes on a site, as a stream.

use crate::support;
use crate::support::{Gateway, OTHER_SITE, claims, message, problem, text};
use docent_protocol::event::Role;
use futures_util::{Stream, StreamExt};
use jiff::ToSpan;
use reqwest::Method;
use serde_json::{Value, json};
use std::pin::Pin;
use std::time::{Duration, Instant};

struct News {
    body: Pin<Box<dyn Stream<Item = String> + Send>>,
    text: String,
}

async fn request(gateway: &Gateway, token: &str) -> reqwest::Response {
    let request = gateway.request(Method::GET, "/conversation", token).header("Accept", "text/event-stream");
    request.send().await.expect("an answer")
}

async fn listen(gateway: &Gateway, token: &str) -> News {
    let response = request(gateway, token).await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let chunks = response.bytes_stream().map(|chunk| String::from_utf8(chunk.expect("bytes").to_vec()).expect("text"));
    let mut news = News { body: Box::pin(chunks), text: String::new() };
    assert_eq!(news.next().await, Some(("ready".to_owned(), json!({}))));
    news
}

impl News {
    async fn next(&mut self) -> Option<(String, Value)> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
                let (kind, data) = (field("event: "), field("data: "));
                self.text = rest.to_owned();
                if let (Some(kind), Some(data)) = (kind, data) {
                    return Some((kind, serde_json::from_str(&data).expect("JSON")));
                }
                continue;
            }
            let chunk = tokio::time::timeout(Duration::from_secs(10), self.body.next()).await.expect("in time")?;
            self.text.push_str(&chunk);
        }
    }

    /// Who is available, once somebody is; nothing else comes before.
    async fn agents(&mut self) -> Value {
        loop {
            let (kind, update) = self.next().await.expect("news");
            assert_eq!(kind, "agents", "{update}");
            if update["agents"] != json!([]) {
                return update["agents"].clone();
            }
        }
    }

    /// The next conversation's.
    async fn conversation(&mut self) -> Value {
        loop {
            match self.next().await.expect("news") {
                (kind, update) if kind == "conversation" => return update,
                (kind, update) => assert_eq!(kind, "agents", "{update}"),
            }
        }
    }

    /// Whether it ends without anything more of a conversation.
    async fn ends(&mut self) -> bool {
        while let Some((kind, _)) = self.next().await {
            if kind != "agents" {
                return false;
            }
        }
        true
    }
}

#[tokio::test]
async fn what_happens_is_told_at_once_as_the_list_has_it() {
    let gateway = Gateway::start().await;
    let mut news = listen(&gateway, &gateway.agent()).await;
    let visitor = gateway.visitor().await;
    let begun = news.conversation().await;
    assert_eq!(begun["conversation"]["conversationId"], json!(visitor.id));
    assert_eq!((&begun["events"], &begun["session"]), (&json!([]), &Value::Null));

    let said_at = Instant::now();
    gateway.say(&visitor.id, &visitor.token, &message("Hello")).await;
    let said = news.conversation().await;
    assert!(said_at.elapsed() < Duration::from_secs(1));
    assert_eq!(said["events"][0]["data"]["text"], "Hello");
    let listed: Value = gateway.get("/conversation", &gateway.agent()).await.json().await.expect("JSON");
    assert_eq!(said["conversation"], listed["conversations"][0]);

    let socket = gateway.socket(&visitor.id, &visitor.token).await;
    assert_eq!(news.conversation().await["conversation"]["connected"], 1);
    drop(socket);
    assert_eq!(news.conversation().await["conversation"]["connected"], 0);
    let end = gateway.post(&format!("/conversation/{}/end", visitor.id), &gateway.agent(), &json!({})).await;
    assert_eq!(end.status(), 202);
    let ended = news.conversation().await;
    assert_eq!(ended["conversation"]["ended"], true);
    assert_eq!(ended["events"][0]["dataType"], "session");
}

#[tokio::test]
async fn what_no_list_shows_is_not_told() {
    let gateway = Gateway::start().await;
    let visitor = gateway.visitor().await;
    let mut news = listen(&gateway, &gateway.agent()).await;
    let typing = json!({"dataType": "typing", "data": {"isTyping": true}});
    gateway.say(&visitor.id, &visitor.token, &typing).await;
    gateway.say(&visitor.id, &gateway.agent(), &support::command("clearHighlight")).await;
    gateway.say(&visitor.id, &visitor.token, &message("at last")).await;
    let update = news.conversation().await;
    assert_eq!(update["events"].as_array().map(Vec::len), Some(1));
    assert_eq!(update["events"][0]["data"]["text"], "at last");
}

#[tokio::test]
async fn sites_are_apart() {
    let gateway = Gateway::start().await;
    let mut theirs = listen(&gateway, &gateway.token(&claims(Role::Agent, OTHER_SITE, "eve"))).await;
    let mut ours = listen(&gateway, &gateway.agent()).await;
    gateway.visitor().await;
    ours.conversation().await;
    let presence = gateway.request(Method::PUT, "/presence", &gateway.token(&claims(Role::Agent, OTHER_SITE, "eve")));
    assert_eq!(presence.json(&json!({"available": true})).send().await.expect("an answer").status(), 200);
    assert_eq!(theirs.agents().await, json!(["eve"]), "and nothing of ours before it");
}

#[tokio::test]
async fn it_is_for_staff_and_ends_with_the_token_or_the_gateway() {
    let mut gateway = Gateway::start().await;
    let visitor = gateway.visitor().await;
    let refused = problem(request(&gateway, &visitor.token).await, 403).await;
    assert!(text(&refused, "detail").contains("agents and bots"));
    let brief = claims(Role::Agent, "demo", "ada");
    let brief = docent_gateway::auth::Claims { expires: jiff::Timestamp::now() + 2.seconds(), ..brief };
    let token = gateway.token(&brief);
    let mut news = listen(&gateway, &token).await;
    assert!(news.ends().await, "the token is over");
    problem(request(&gateway, &token).await, 401).await;
    let mut news = listen(&gateway, &gateway.agent()).await;
    gateway.interrupt();
    assert!(news.ends().await);
    gateway.stopped().await;
}
