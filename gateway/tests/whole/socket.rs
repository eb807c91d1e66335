//! The socket's frames, both ways.

use crate::support;
use crate::support::{Gateway, ORIGIN, Socket, command, message, text};
use futures_util::SinkExt;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::{Error as SocketError, Message};

async fn open(gateway: &Gateway) -> (support::Visitor, Socket) {
    let visitor = gateway.visitor().await;
    let mut page = gateway.socket(&visitor.id, &visitor.token).await;
    page.frame().await;
    (visitor, page)
}

#[tokio::test]
async fn events_come_in_order_none_left_out() {
    let gateway = Gateway::start().await;
    let (visitor, mut page) = open(&gateway).await;
    let mut agent = gateway.socket(&visitor.id, &gateway.agent()).await;
    assert!(agent.frame().await["hello"].get("site").is_none(), "the policy is the visitor's");
    for n in 0..300 {
        agent.send(&message(&n.to_string())).await;
    }
    for n in 0..300 {
        for socket in [&mut page, &mut agent] {
            let event = socket.frame().await;
            assert_eq!(event["data"]["text"], n.to_string());
            assert_eq!(event["eventId"], format!("{:016}", n + 1));
        }
    }
}

#[tokio::test]
async fn delivery_begins_at_the_head_or_where_it_is_resumed() {
    let gateway = Gateway::start().await;
    let visitor = gateway.visitor().await;
    let mut ids = Vec::new();
    for n in 0..200 {
        ids.push(gateway.say(&visitor.id, &gateway.agent(), &message(&n.to_string())).await);
    }
    let mut page = gateway.socket(&visitor.id, &visitor.token).await;
    assert_eq!(page.frame().await["hello"]["head"], json!(ids[199]));
    assert!(page.is_silent().await);
    page.send(&json!({"resume": ids[2]})).await;
    for id in &ids[3..] {
        assert_eq!(page.frame().await["eventId"], json!(id));
    }
    // Again, while there is news.
    page.send(&json!({"resume": ids[197]})).await;
    gateway.say(&visitor.id, &gateway.agent(), &message("news")).await;
    let mut last = text(&page.frame().await, "eventId");
    while last != format!("{:016}", 201) {
        let next = text(&page.frame().await, "eventId");
        assert!(next > last || next == ids[198], "{last} then {next}");
        last = next;
    }
    page.send(&json!({"resume": "9999999999999999"})).await;
    assert!(page.is_silent().await);
    gateway.say(&visitor.id, &gateway.agent(), &message("more")).await;
    assert_eq!(page.frame().await["eventId"], format!("{:016}", 202));
}

#[tokio::test]
async fn news_before_the_resume_comes_in_its_turn() {
    let gateway = Gateway::start().await;
    let visitor = gateway.visitor().await;
    for _ in 0..5 {
        gateway.say(&visitor.id, &gateway.agent(), &message("before")).await;
    }
    let mut page = gateway.socket(&visitor.id, &visitor.token).await;
    page.frame().await;
    gateway.say(&visitor.id, &gateway.agent(), &message("between hello and resume")).await;
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    page.send(&json!({"resume": "2"})).await;
    for n in 3..=6 {
        assert_eq!(page.frame().await["eventId"], format!("{n:016}"));
    }
    assert!(page.is_silent().await);
}

#[tokio::test]
async fn a_bad_frame_is_answered_and_the_socket_stays() {
    let gateway = Gateway::start().await;
    let (visitor, mut page) = open(&gateway).await;
    for (frame, status, field) in [
        (json!([]), 400, "(body)"),
        (json!({"ref": 1}), 400, "dataType"),
        (json!({"ref": 1, "dataType": "message", "data": {"text": ""}}), 400, "data.text"),
        (json!({"ref": 1, "resume": 5}), 400, "resume"),
        (json!({"ref": 1, "dataType": "command", "data": {"type": "x"}}), 403, ""),
        (json!({"ref": 1, "dataType": "message", "data": {"text": "a"}, "key": ""}), 400, "Idempotency-Key"),
    ] {
        page.send(&frame).await;
        let answer = page.frame().await;
        assert_eq!(answer["error"]["status"], status, "{frame}");
        assert_eq!(answer["error"]["field"].as_str().unwrap_or_default(), field, "{frame}");
        assert_eq!(answer.get("ref"), frame.get("ref"));
    }
    page.stream.send(Message::text("{not json")).await.expect("sent");
    assert_eq!(page.frame().await["error"]["status"], 400);
    page.stream.send(Message::binary(vec![1, 2, 3])).await.expect("sent");
    assert_eq!(page.frame().await["error"]["status"], 400);
    assert_eq!(gateway.log(&visitor.id).await, [] as [Value; 0]);

    page.send(&json!({"ping": 5})).await;
    assert_eq!(page.frame().await, json!({"pong": 5}));
    page.send(&json!({"ref": "a", "dataType": "message", "data": {"text": "still here"}})).await;
    let frames = [page.frame().await, page.frame().await];
    assert!(frames.contains(&json!({"ack": "a", "eventId": "0000000000000001"})), "{frames:?}");
}

#[tokio::test]
async fn a_frame_over_the_limit_closes_the_socket_with_a_reason() {
    let gateway = Gateway::start().await;
    for size in [256 * 1024 + 1, 900_000, 1_200_000, 3_000_000] {
        let (visitor, mut page) = open(&gateway).await;
        // The gateway may stop reading in the middle of it.
        let _ = page.stream.send(Message::text(message(&"a".repeat(size)).to_string())).await;
        let (code, reason) = page.closed().await;
        assert_eq!((code, reason.as_str()), (1009, "the frame is over the limit"), "{size}");
        assert_eq!(gateway.log(&visitor.id).await, [] as [Value; 0]);
    }
}

#[tokio::test]
async fn the_largest_frame_fits() {
    let gateway = Gateway::start().await;
    let (_, mut page) = open(&gateway).await;
    let frame = message("").to_string().len();
    let body = message(&"a".repeat(256 * 1024 - frame));
    page.send(&body).await;
    assert_eq!(page.frame().await["data"], body["data"]);
}

#[tokio::test]
async fn numbers_written_out_long_still_arrive() {
    let gateway = Gateway::start().await;
    let (visitor, mut page) = open(&gateway).await;
    let body = format!(r#"{{"dataType":"command","data":{{"type":"x","n":[{}1]}}}}"#, "1e15,".repeat(50_000));
    let request =
        gateway.request(reqwest::Method::POST, &format!("/conversation/{}/Data", visitor.id), &gateway.agent());
    let response = request.header("Content-Type", "application/json").body(body).send().await.expect("an answer");
    assert_eq!(response.status(), 202);
    assert_eq!(page.frame().await["data"]["n"].as_array().map(Vec::len), Some(50_001));
}

fn refused(result: Result<Socket, SocketError>, status: u16) {
    match result {
        Err(SocketError::Http(response)) => assert_eq!(response.status(), status),
        Err(error) => panic!("{error}"),
        Ok(_) => panic!("opened"),
    }
}

#[tokio::test]
async fn a_visitors_socket_comes_from_a_page_of_the_site() {
    let gateway = Gateway::start().await;
    let (visitor, other) = (gateway.visitor().await, gateway.visitor().await);
    refused(gateway.try_socket(&visitor.id, &visitor.token, None).await, 403);
    refused(gateway.try_socket(&visitor.id, &visitor.token, Some("https://evil.example")).await, 403);
    refused(gateway.try_socket(&visitor.id, &visitor.token, Some("https://other.example")).await, 403);
    refused(gateway.try_socket(&visitor.id, &other.token, Some(ORIGIN)).await, 403);
    refused(gateway.try_socket(&visitor.id, "x", Some(ORIGIN)).await, 401);
    let agent = gateway.try_socket(&visitor.id, &gateway.agent(), None).await;
    assert!(agent.is_ok(), "agents' sockets need no origin");
}

#[tokio::test]
async fn what_is_typed_while_nobody_reads_is_not_lost() {
    let gateway = Gateway::start().await;
    let (visitor, mut page) = open(&gateway).await;
    let large = "a".repeat(100_000);
    for _ in 0..100 {
        gateway.say(&visitor.id, &gateway.agent(), &message(&large)).await;
    }
    // 10 MB wait behind a socket that is only read now.
    for n in 1..=100 {
        assert_eq!(page.frame().await["eventId"], format!("{n:016}"));
    }
    gateway.say(&visitor.id, &gateway.agent(), &command("x")).await;
    assert_eq!(page.frame().await["dataType"], "command");
}
