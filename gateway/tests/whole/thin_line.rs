//! A command goes out and its answer comes back.

use crate::support;
use crate::support::{Gateway, answer, text};
use serde_json::json;

#[tokio::test]
async fn a_command_reaches_the_page_and_its_answer_the_one_who_waits() {
    let gateway = Gateway::start().await;
    let visitor = gateway.visitor().await;
    let mut page = gateway.socket(&visitor.id, &visitor.token).await;
    let hello = page.frame().await;
    assert_eq!(hello["hello"]["conversationId"], json!(visitor.id));
    assert_eq!(hello["hello"]["role"], "visitor");
    assert_eq!(hello["hello"]["head"], "0000000000000000");
    assert_eq!(hello["hello"]["ended"], false);
    assert!(hello["hello"]["site"].is_object());

    let path = format!("/conversation/{}/Data?wait=10", visitor.id);
    let body = json!({"dataType": "infoRequest", "data": {"id": "a1", "type": "getLocalTime"}});
    let agent = gateway.agent();
    let (response, asked) = tokio::join!(gateway.post(&path, &agent, &body), async {
        let asked = page.frame().await;
        let mut answer = answer(&text(&asked, "eventId"));
        answer["ref"] = json!(7);
        page.send(&answer).await;
        asked
    });
    assert_eq!(asked["dataType"], "infoRequest");
    assert_eq!(asked["from"], json!({"role": "agent", "id": "ada"}));
    assert_eq!(asked["data"], body["data"]);
    assert_eq!(response.status(), 200);
    let response: serde_json::Value = response.json().await.expect("JSON");
    assert_eq!(response["data"]["eventId"], asked["eventId"]);
    assert_eq!(response["from"], json!({"role": "visitor"}));

    let mut frames = [page.frame().await, page.frame().await];
    frames.sort_by_key(|frame| frame.get("ack").is_none());
    assert_eq!(frames[0], json!({"ack": 7, "eventId": "0000000000000002"}));
    assert_eq!(frames[1], response);
    assert_eq!(gateway.log(&visitor.id).await, [asked, response]);
}

#[tokio::test]
async fn nobody_answers_and_the_command_stays_queued() {
    let gateway = Gateway::start().await;
    let visitor = gateway.visitor().await;
    let path = format!("/conversation/{}/Data?wait=1", visitor.id);
    let response = gateway.post(&path, &gateway.agent(), &support::command("x")).await;
    assert_eq!(response.status(), 202);
    let body: serde_json::Value = response.json().await.expect("JSON");
    assert_eq!(body, json!({"eventId": "0000000000000001", "status": "pending"}));
    let mut page = gateway.socket(&visitor.id, &visitor.token).await;
    page.frame().await;
    page.send(&json!({"resume": "0000000000000000"})).await;
    assert_eq!(page.frame().await["eventId"], body["eventId"]);
}
