//! Co-browse's relay: who is sent what of a visitor's page, and what goes back to it.

use crate::support;
use crate::support::{Gateway, ORIGIN, OTHER_SITE, SITE, Socket, Visitor, claims, config, message};
use docent_protocol::event::Role;
use futures_util::SinkExt;
use serde_json::{Value, json};
use std::time::Duration;
use tokio_tungstenite::tungstenite::{Error as SocketError, Message};

/// A frame of a visitor's page.
fn frame(flags: u8, watcher: u32, payload: &[u8]) -> Vec<u8> {
    [&[flags][..], &watcher.to_le_bytes(), payload].concat()
}

async fn send(socket: &mut Socket, bytes: Vec<u8>) {
    socket.stream.send(Message::binary(bytes)).await.expect("sent");
}

/// A socket past its hello.
async fn join(gateway: &Gateway, visitor: &Visitor, token: &str) -> Socket {
    let mut socket = gateway.socket(&visitor.id, token).await;
    assert!(socket.frame().await["hello"].is_object());
    socket
}

async fn named(gateway: &Gateway, visitor: &Visitor, name: &str) -> Socket {
    join(gateway, visitor, &gateway.token(&claims(Role::Agent, SITE, name))).await
}

async fn watching(gateway: &Gateway, visitor: &Visitor, name: &str) -> Socket {
    let mut socket = named(gateway, visitor, name).await;
    socket.send(&json!({"watch": true})).await;
    socket
}

/// The numbers in the page's next frame about its watchers, and those that need a snapshot.
async fn watchers(page: &mut Socket) -> (Vec<(u32, String)>, Vec<u32>) {
    let frame = page.frame().await;
    let number = |value: &Value| u32::try_from(value.as_u64().expect("a number")).expect("32 bits");
    let who = frame["watchers"].as_array().unwrap_or_else(|| panic!("watchers in {frame}")).iter();
    let who = who.map(|one| (number(&one["watcher"]), support::text(one, "id"))).collect();
    (who, frame["snapshot"].as_array().expect("a list").iter().map(number).collect())
}

#[tokio::test]
async fn a_frame_goes_to_those_it_is_for_as_it_is() {
    let gateway = Gateway::start().await;
    let visitor = gateway.visitor().await;
    let mut page = join(&gateway, &visitor, &visitor.token).await;
    let mut ada = watching(&gateway, &visitor, "ada").await;
    let (who, needing) = watchers(&mut page).await;
    assert_eq!(who.iter().map(|(_, id)| id.as_str()).collect::<Vec<_>>(), ["ada"]);
    let first = who[0].0;
    assert_eq!(needing, [first]);

    send(&mut page, frame(0, 0, b"nobody can use this")).await;
    let snapshot = frame(1, first, &[7; 300_000]);
    send(&mut page, snapshot.clone()).await;
    assert_eq!(ada.binary().await, snapshot);
    assert_eq!(watchers(&mut page).await.1, [0_u32; 0]);

    let mut bob = watching(&gateway, &visitor, "bob").await;
    let (who, needing) = watchers(&mut page).await;
    let second = who[1].0;
    assert_eq!((who.len(), needing), (2, vec![second]));
    send(&mut page, frame(0, 0, b"change")).await;
    assert_eq!(ada.binary().await, frame(0, 0, b"change"));
    assert!(bob.is_silent().await, "it has nothing to build on");
    send(&mut page, frame(1, second, b"late")).await;
    assert_eq!(bob.binary().await, frame(1, second, b"late"));
    assert!(ada.is_silent().await, "others are not disturbed");
    assert!(watchers(&mut page).await.1.is_empty());

    ada.send(&json!({"snapshot": true})).await;
    assert_eq!(watchers(&mut page).await.1, [first]);
    bob.send(&json!({"watch": false})).await;
    assert_eq!(watchers(&mut page).await.0, [(first, "ada".to_owned())]);
    drop(ada);
    assert_eq!(watchers(&mut page).await.0, []);
    assert_eq!(gateway.log(&visitor.id).await, [] as [Value; 0], "nothing of it is stored");
}

#[tokio::test]
async fn a_page_that_comes_back_hears_at_once_who_watches() {
    let gateway = Gateway::start().await;
    let visitor = gateway.visitor().await;
    let mut page = join(&gateway, &visitor, &visitor.token).await;
    let mut ada = watching(&gateway, &visitor, "ada").await;
    let (who, _) = watchers(&mut page).await;
    send(&mut page, frame(1, 0, b"first page")).await;
    assert_eq!(ada.binary().await, frame(1, 0, b"first page"));
    drop(page);
    let mut page = join(&gateway, &visitor, &visitor.token).await;
    let (again, mut needing) = watchers(&mut page).await;
    assert_eq!(again, who, "the number is kept");
    if needing.is_empty() {
        // The gateway had not yet heard that the first page went.
        needing = watchers(&mut page).await.1;
    }
    assert_eq!(needing, [who[0].0]);
    send(&mut page, frame(0, 0, b"builds on the first page")).await;
    send(&mut page, frame(1, 0, b"second page")).await;
    assert_eq!(ada.binary().await, frame(1, 0, b"second page"));
}

#[tokio::test]
async fn signals_reach_every_page_of_the_visitor() {
    let gateway = Gateway::start().await;
    let visitor = gateway.visitor().await;
    let mut pages = [join(&gateway, &visitor, &visitor.token).await, join(&gateway, &visitor, &visitor.token).await];
    let mut ada = named(&gateway, &visitor, "ada").await;
    send(&mut ada, vec![1]).await;
    assert_eq!(ada.frame().await["error"]["field"], "watch");
    ada.send(&json!({"snapshot": true})).await;
    assert_eq!(ada.frame().await["error"]["status"], 400);
    ada.send(&json!({"watch": true})).await;
    for page in &mut pages {
        let number = watchers(page).await.0[0].0;
        send(&mut ada, b"here".to_vec()).await;
        assert_eq!(page.binary().await, frame(0, number, b"here"));
    }
    send(&mut ada, vec![0; 1025]).await;
    assert_eq!(ada.frame().await["error"]["status"], 413);
}

#[tokio::test]
async fn signals_over_the_rate_are_passed_over() {
    let gateway = Gateway::start().await;
    let visitor = gateway.visitor().await;
    let mut page = join(&gateway, &visitor, &visitor.token).await;
    let mut ada = watching(&gateway, &visitor, "ada").await;
    watchers(&mut page).await;
    for _ in 0..500 {
        send(&mut ada, b"move".to_vec()).await;
    }
    ada.send(&json!({"ping": 1})).await;
    assert_eq!(ada.frame().await, json!({"pong": 1}), "none of them is answered");
    let mut arrived = 0;
    while !page.is_silent().await {
        arrived += 1;
    }
    assert!((1..300).contains(&arrived), "{arrived}");
}

#[tokio::test]
async fn only_agents_and_bots_of_the_site_watch() {
    let gateway = Gateway::start().await;
    let visitor = gateway.visitor().await;
    let mut page = join(&gateway, &visitor, &visitor.token).await;
    for frame in [json!({"watch": true}), json!({"snapshot": true})] {
        page.send(&frame).await;
        assert_eq!(page.frame().await["error"]["status"], 403);
    }
    let stranger = gateway.token(&claims(Role::Agent, OTHER_SITE, "eve"));
    match gateway.try_socket(&visitor.id, &stranger, None).await {
        Err(SocketError::Http(response)) => assert_eq!(response.status(), 404),
        other => panic!("{:?}", other.map(|_| "opened")),
    }
    let other = gateway.visitor().await;
    match gateway.try_socket(&visitor.id, &other.token, Some(ORIGIN)).await {
        Err(SocketError::Http(response)) => assert_eq!(response.status(), 403),
        other => panic!("{:?}", other.map(|_| "opened")),
    }
    let mut bot = join(&gateway, &visitor, &gateway.bot()).await;
    bot.send(&json!({"watch": true})).await;
    assert_eq!(watchers(&mut page).await.0[0].1, "echo");
}

#[tokio::test]
async fn a_page_has_a_frame_limit_of_its_own() {
    const LIMIT: usize = 4 * 1024 * 1024;
    let gateway = Gateway::start().await;
    let visitor = gateway.visitor().await;
    let mut page = join(&gateway, &visitor, &visitor.token).await;
    let mut ada = watching(&gateway, &visitor, "ada").await;
    watchers(&mut page).await;
    let largest = frame(1, 0, &vec![1; LIMIT - 5]);
    send(&mut page, largest.clone()).await;
    assert!(ada.binary().await == largest);
    watchers(&mut page).await;
    let _ = page.stream.send(Message::binary(vec![1; LIMIT + 1])).await;
    assert_eq!(page.closed().await.0, 1009);

    let mut page = join(&gateway, &visitor, &visitor.token).await;
    watchers(&mut page).await;
    let _ = page.stream.send(Message::text(message(&"a".repeat(1_000_000)).to_string())).await;
    assert_eq!(page.closed().await.0, 1009, "words keep their own limit");

    let mut ada = named(&gateway, &visitor, "ada").await;
    let _ = ada.stream.send(Message::binary(vec![1; LIMIT])).await;
    assert_eq!(ada.closed().await.0, 1009);
}

#[tokio::test]
async fn who_is_too_slow_needs_a_new_snapshot_and_holds_nobody_up() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut config = config(dir.path());
    config.limits.co_browse_queue_bytes = 512 * 1024;
    let gateway = Gateway::start_with(config).await;
    let visitor = gateway.visitor().await;
    let mut page = join(&gateway, &visitor, &visitor.token).await;
    let mut slow = watching(&gateway, &visitor, "slow").await;
    let (who, _) = watchers(&mut page).await;
    let mut quick = watching(&gateway, &visitor, "quick").await;
    watchers(&mut page).await;
    send(&mut page, frame(1, 0, b"snapshot")).await;
    assert!(watchers(&mut page).await.1.is_empty());
    assert_eq!(quick.binary().await, frame(1, 0, b"snapshot"));
    // The system's buffers take some of it.
    let mut sent = 0_u32;
    for n in 0..200_u32 {
        let payload = [&n.to_le_bytes()[..], &[0; 200_000]].concat();
        send(&mut page, frame(0, 0, &payload)).await;
        assert!(quick.binary().await[5..9] == n.to_le_bytes(), "the quick one misses nothing");
        sent += 1;
    }
    // It reads again.
    assert_eq!(slow.binary().await, frame(1, 0, b"snapshot"));
    let (mut seen, mut last) = (0, None);
    while let Ok(Some(Ok(message))) =
        tokio::time::timeout(Duration::from_millis(300), futures_util::StreamExt::next(&mut slow.stream)).await
    {
        if let Message::Binary(bytes) = message {
            let n = u32::from_le_bytes(bytes[5..9].try_into().expect("4 bytes"));
            assert_eq!(Some(n), last.map_or(Some(0), |last: u32| Some(last + 1)), "no hole before the end");
            (seen, last) = (seen + 1, Some(n));
        }
    }
    assert!(seen < sent, "some was dropped: {seen} of {sent}");
    assert_eq!(watchers(&mut page).await.1, [who[0].0]);
    send(&mut page, frame(1, who[0].0, b"again")).await;
    assert_eq!(slow.binary().await, frame(1, who[0].0, b"again"));
}
