//! The log as a live stream (SSE).

use crate::support::{Gateway, Visitor, command, message, problem};
use futures_util::{Stream, StreamExt};
use reqwest::Method;
use serde_json::{Value, json};
use std::pin::Pin;
use std::time::Duration;

struct Events {
    body: Pin<Box<dyn Stream<Item = String> + Send>>,
    text: String,
}

async fn stream(gateway: &Gateway, visitor: &Visitor, query: &str, last: Option<&str>) -> Events {
    let path = format!("/conversation/{}/events?{query}", visitor.id);
    let mut request = gateway.request(Method::GET, &path, &gateway.agent()).header("Accept", "text/event-stream");
    if let Some(last) = last {
        request = request.header("Last-Event-ID", last);
    }
    let response = request.send().await.expect("an answer");
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let chunks = response.bytes_stream().map(|chunk| String::from_utf8(chunk.expect("bytes").to_vec()).expect("text"));
    Events { body: Box::pin(chunks), text: String::new() }
}

impl Events {
    /// The next event; `None` at the end.
    async fn next(&mut self) -> Option<(String, Value)> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
                let (id, data) = (field("id: "), field("data: "));
                self.text = rest.to_owned();
                if let (Some(id), Some(data)) = (id, data) {
                    return Some((id, serde_json::from_str(&data).expect("JSON")));
                }
                continue;
            }
            let chunk = tokio::time::timeout(Duration::from_secs(5), self.body.next()).await.expect("in time")?;
            self.text.push_str(&chunk);
        }
    }
}

#[tokio::test]
async fn it_tells_the_past_then_the_present() {
    let gateway = Gateway::start().await;
    let visitor = gateway.visitor().await;
    gateway.say(&visitor.id, &gateway.agent(), &message("line\nbreak\r\n☃")).await;
    let mut events = stream(&gateway, &visitor, "", None).await;
    let (id, event) = events.next().await.expect("an event");
    assert_eq!(id, "0000000000000001");
    assert_eq!(event["data"]["text"], "line\nbreak\r\n☃");
    assert_eq!(event["eventId"], json!(id));
    for n in 2..100 {
        gateway.say(&visitor.id, &visitor.token, &message("a")).await;
        assert_eq!(events.next().await.expect("an event").0, format!("{n:016}"));
    }
}

#[tokio::test]
async fn it_resumes_after_the_last_event_the_client_has() {
    let gateway = Gateway::start().await;
    let visitor = gateway.visitor().await;
    for _ in 0..5 {
        gateway.say(&visitor.id, &visitor.token, &message("a")).await;
    }
    let mut events = stream(&gateway, &visitor, "after=1", Some("0000000000000004")).await;
    assert_eq!(events.next().await.expect("an event").0, "0000000000000005");
    let mut events = stream(&gateway, &visitor, "after=3", None).await;
    assert_eq!(events.next().await.expect("an event").0, "0000000000000004");
    let path = format!("/conversation/{}/events", visitor.id);
    let request = gateway.request(Method::GET, &path, &gateway.agent()).header("Accept", "text/event-stream");
    let response = request.header("Last-Event-ID", "x").send().await.expect("an answer");
    assert_eq!(problem(response, 400).await["field"], "Last-Event-ID");
}

#[tokio::test]
async fn it_filters() {
    let gateway = Gateway::start().await;
    let visitor = gateway.visitor().await;
    let mut events = stream(&gateway, &visitor, "dataType=command", None).await;
    gateway.say(&visitor.id, &visitor.token, &message("a")).await;
    gateway.say(&visitor.id, &gateway.agent(), &command("x")).await;
    assert_eq!(events.next().await.expect("an event").0, "0000000000000002");
}

#[tokio::test]
async fn it_ends_when_the_gateway_stops() {
    let mut gateway = Gateway::start().await;
    let visitor = gateway.visitor().await;
    let mut events = stream(&gateway, &visitor, "", None).await;
    gateway.interrupt();
    assert_eq!(events.next().await, None);
    gateway.stopped().await;
}
