//! The log as JSON pages.

use crate::support::{Gateway, Visitor, command, message, problem, text};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

async fn page(gateway: &Gateway, visitor: &Visitor, query: &str) -> Value {
    let response = gateway.get(&format!("/conversation/{}/events?{query}", visitor.id), &visitor.token).await;
    assert_eq!(response.status(), 200);
    response.json().await.expect("JSON")
}

fn ids(page: &Value) -> Vec<u64> {
    let events = page["events"].as_array().expect("events");
    events.iter().map(|event| text(event, "eventId").parse().expect("a number")).collect()
}

async fn filled() -> (Gateway, Visitor) {
    let gateway = Gateway::start().await;
    let visitor = gateway.visitor().await;
    for n in 1..=10 {
        let body = if n % 3 == 0 { command("x") } else { message(&n.to_string()) };
        gateway.say(&visitor.id, &gateway.agent(), &body).await;
    }
    (gateway, visitor)
}

#[tokio::test]
async fn pages_follow_each_other_both_ways() {
    let (gateway, visitor) = filled().await;
    let mut next = json!("0");
    let mut seen = Vec::new();
    loop {
        let page = page(&gateway, &visitor, &format!("limit=4&after={}", next.as_str().expect("an id"))).await;
        next = page["next"].clone();
        if ids(&page).is_empty() {
            break;
        }
        seen.extend(ids(&page));
    }
    assert_eq!(seen, (1..=10).collect::<Vec<_>>());
    assert_eq!(next, json!("0000000000000010"), "where to go on from");

    let last = page(&gateway, &visitor, "limit=4&before=9999999999999999").await;
    assert_eq!((ids(&last), &last["next"]), (vec![7, 8, 9, 10], &json!("0000000000000007")));
    let middle = page(&gateway, &visitor, "limit=4&before=7").await;
    assert_eq!(ids(&middle), [3, 4, 5, 6]);
    let first = page(&gateway, &visitor, "limit=4&before=3").await;
    assert_eq!((ids(&first), &first["next"]), (vec![1, 2], &Value::Null));
}

#[tokio::test]
async fn types_are_filtered() {
    let (gateway, visitor) = filled().await;
    assert_eq!(ids(&page(&gateway, &visitor, "dataType=command").await), [3, 6, 9]);
    assert_eq!(ids(&page(&gateway, &visitor, "dataType=command,typing&after=3").await), [6, 9]);
    assert_eq!(ids(&page(&gateway, &visitor, "dataType=command&dataType=message&limit=2").await), [1, 2]);
    assert_eq!(ids(&page(&gateway, &visitor, "dataType=typing").await), [0; 0]);
}

#[tokio::test]
async fn a_page_can_wait_for_what_it_asks_for() {
    let (gateway, visitor) = filled().await;
    let (waited, _) = tokio::join!(page(&gateway, &visitor, "after=10&wait=10&dataType=command"), async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        gateway.say(&visitor.id, &gateway.agent(), &message("not this")).await;
        gateway.say(&visitor.id, &gateway.agent(), &command("x")).await;
    });
    assert_eq!(ids(&waited), [12]);
    assert_eq!(waited["next"], "0000000000000012");
    let began = Instant::now();
    let nothing = page(&gateway, &visitor, "after=12&wait=1").await;
    assert!(began.elapsed() >= Duration::from_secs(1));
    assert_eq!((ids(&nothing), &nothing["next"]), (vec![], &json!("0000000000000012")));
}

#[tokio::test]
async fn a_bad_parameter_is_named() {
    let (gateway, visitor) = filled().await;
    for (query, field) in
        [("after=x", "after"), ("limit=1001", "limit"), ("dataType=x", "dataType"), ("after=1&before=2", "before")]
    {
        let response = gateway.get(&format!("/conversation/{}/events?{query}", visitor.id), &visitor.token).await;
        assert_eq!(problem(response, 400).await["field"], field);
    }
}
