//! Ending a conversation.

use crate::support::{Gateway, answer, command, message, problem};
use serde_json::{Value, json};

#[tokio::test]
async fn the_end_is_an_event_and_nothing_follows_it() {
    let gateway = Gateway::start().await;
    let visitor = gateway.visitor().await;
    let mut page = gateway.socket(&visitor.id, &visitor.token).await;
    page.frame().await;
    let asked = gateway.say(&visitor.id, &gateway.agent(), &command("x")).await;
    page.frame().await;
    let path = format!("/conversation/{}/end", visitor.id);
    let response = gateway.post(&path, &gateway.bot(), &json!({})).await;
    assert_eq!(response.status(), 202);
    let told = page.frame().await;
    assert_eq!(told["dataType"], "session");
    assert_eq!(told["from"], json!({"role": "gateway"}));
    let change = json!({"old": {"status": 4, "name": "InQueue"}, "new": {"status": 9, "name": "Closed"}});
    assert_eq!(told["data"], change);
    assert_eq!(response.json::<Value>().await.expect("JSON")["eventId"], told["eventId"]);

    problem(gateway.post(&path, &gateway.agent(), &json!({})).await, 409).await;
    let data = format!("/conversation/{}/Data", visitor.id);
    problem(gateway.post(&data, &gateway.agent(), &message("a")).await, 409).await;
    problem(gateway.post(&data, &visitor.token, &answer(&asked)).await, 409).await;
    page.send(&json!({"ref": 1, "dataType": "message", "data": {"text": "a"}})).await;
    let refused = page.frame().await;
    assert_eq!((&refused["error"]["status"], &refused["ref"]), (&json!(409), &json!(1)));
    assert_eq!(gateway.log(&visitor.id).await.len(), 2);

    let mut late = gateway.socket(&visitor.id, &visitor.token).await;
    assert_eq!(late.frame().await["hello"]["ended"], true);
    let state: Value =
        gateway.get(&format!("/conversation/{}", visitor.id), &gateway.agent()).await.json().await.expect("JSON");
    assert_eq!(state["ended"], true);
}
