//! A stop answers who waits, closes the sockets and keeps the log.

use crate::support::{Gateway, command, config, message};
use serde_json::Value;
use std::time::{Duration, Instant};

#[tokio::test]
async fn waiters_are_answered_and_sockets_closed() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut gateway = Gateway::start_with(config(dir.path())).await;
    let visitor = gateway.visitor().await;
    let mut page = gateway.socket(&visitor.id, &visitor.token).await;
    page.frame().await;
    let began = Instant::now();
    let agent = gateway.agent();
    let waiting = gateway.request(reqwest::Method::POST, &format!("/conversation/{}/Data?wait=60", visitor.id), &agent);
    let waiting = tokio::spawn(waiting.json(&command("x")).send());
    let polling =
        gateway.request(reqwest::Method::GET, &format!("/conversation/{}/events?after=1&wait=60", visitor.id), &agent);
    let polling = tokio::spawn(polling.send());
    page.frame().await;
    // Until the poll has arrived, too.
    tokio::time::sleep(Duration::from_millis(100)).await;
    gateway.interrupt();
    let response = waiting.await.expect("ran").expect("an answer");
    assert_eq!(response.status(), 202);
    assert_eq!(response.json::<Value>().await.expect("JSON")["status"], "pending");
    let poll = polling.await.expect("ran").expect("an answer").json::<Value>().await.expect("JSON");
    assert_eq!(poll["events"].as_array().map(Vec::len), Some(0));
    assert_eq!(page.closed().await.0, 1001);
    drop(page);
    gateway.stopped().await;
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    assert!(gateway.http.get(gateway.url("/conversation")).send().await.is_err(), "no new connections");

    let again = Gateway::start_with(config(dir.path())).await;
    assert_eq!(again.log(&visitor.id).await.len(), 1);
    again.say(&visitor.id, &visitor.token, &message("the token is still good")).await;
}

#[tokio::test]
async fn a_peer_that_does_not_listen_does_not_hold_it_up() {
    let mut gateway = Gateway::start().await;
    let visitor = gateway.visitor().await;
    // Neither reads nor answers a close.
    let _deaf = gateway.socket(&visitor.id, &visitor.token).await;
    let began = Instant::now();
    gateway.interrupt();
    gateway.stopped().await;
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
}
