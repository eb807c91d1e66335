//! What is refused is told as a problem that names the fault, and is not stored.

use crate::support::{Gateway, OTHER_SITE, SITE, answer, claims, command, message, problem};
use docent_gateway::auth::Claims;
use docent_protocol::event::Role;
use jiff::{Timestamp, ToSpan};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn a_malformed_body_is_named_by_its_field() {
    let gateway = Gateway::start().await;
    let visitor = gateway.visitor().await;
    let path = format!("/conversation/{}/Data", visitor.id);
    for (body, field) in [
        (json!([]), "(body)"),
        (json!({"data": {}}), "dataType"),
        (json!({"dataType": "comand", "data": {}}), "dataType"),
        (json!({"dataType": "command"}), "data"),
        (json!({"dataType": "command", "data": []}), "data"),
        (json!({"dataType": "command", "data": {"type": ""}}), "data.type"),
        (json!({"dataType": "message", "data": {"text": 1}}), "data.text"),
    ] {
        let problem = problem(gateway.post(&path, &gateway.agent(), &body).await, 400).await;
        assert_eq!(problem["field"], field, "{body}");
    }
    let wrong = answer("0000000000000001");
    let problem = problem(gateway.post(&path, &visitor.token, &wrong).await, 400).await;
    assert_eq!(problem["field"], "data.eventId", "an answer to nothing");
    assert_eq!(gateway.log(&visitor.id).await, [] as [Value; 0]);
}

#[tokio::test]
async fn text_that_is_no_json_is_told_where_it_breaks() {
    let gateway = Gateway::start().await;
    let visitor = gateway.visitor().await;
    let path = format!("/conversation/{}/Data", visitor.id);
    let deep = "[".repeat(100_000);
    for body in ["", "{", "{\"dataType\": \"command\",}", "\u{feff}{}", &deep] {
        let request = gateway.request(Method::POST, &path, &gateway.agent());
        let request = request.header("Content-Type", "application/json").body(body.to_owned());
        let problem = problem(request.send().await.expect("an answer"), 400).await;
        assert_eq!(problem["field"], "(body)");
        assert!(problem["detail"].as_str().expect("text").contains("line"), "{problem}");
    }
    let invalid = gateway.request(Method::POST, &path, &gateway.agent()).header("Content-Type", "application/json");
    problem(invalid.body(vec![b'"', 0xff, b'"']).send().await.expect("an answer"), 400).await;
}

#[tokio::test]
async fn parameters_and_headers_are_checked() {
    let gateway = Gateway::start().await;
    let visitor = gateway.visitor().await;
    let path = format!("/conversation/{}/Data", visitor.id);
    for wait in ["61", "-1", "x", ""] {
        let response = gateway.post(&format!("{path}?wait={wait}"), &gateway.agent(), &command("x")).await;
        assert_eq!(problem(response, 400).await["field"], "wait", "{wait}");
    }
    let long = "k".repeat(256);
    for key in ["", long.as_str()] {
        let request = gateway.request(Method::POST, &path, &gateway.agent()).header("Idempotency-Key", key);
        let response = request.json(&command("x")).send().await.expect("an answer");
        assert_eq!(problem(response, 400).await["field"], "Idempotency-Key");
    }
    assert_eq!(gateway.log(&visitor.id).await, [] as [Value; 0]);
}

#[tokio::test]
async fn without_a_good_token_nothing_is_told() {
    let gateway = Gateway::start().await;
    let visitor = gateway.visitor().await;
    let path = format!("/conversation/{}/Data", visitor.id);
    let late = Claims { expires: Timestamp::now() - 1.hour(), ..claims(Role::Agent, SITE, "ada") };
    for token in ["x", &gateway.token(&late), &format!("{}x", gateway.agent())] {
        let response = gateway.post(&path, token, &command("x")).await;
        assert_eq!(response.headers()["www-authenticate"], "Bearer");
        problem(response, 401).await;
    }
    problem(gateway.http.post(gateway.url(&path)).json(&command("x")).send().await.expect("an answer"), 401).await;
    problem(gateway.http.get(gateway.url("/conversation")).send().await.expect("an answer"), 401).await;
}

#[tokio::test]
async fn a_role_posts_its_own_types_to_its_own_conversations() {
    let gateway = Gateway::start().await;
    let (visitor, other) = (gateway.visitor().await, gateway.visitor().await);
    let path = format!("/conversation/{}/Data", visitor.id);
    let fact = json!({"dataType": "visitorEvent", "data": {"type": "pageChanged"}});
    let session = json!({"dataType": "session", "data": {}});
    problem(gateway.post(&path, &visitor.token, &command("x")).await, 403).await;
    problem(gateway.post(&path, &visitor.token, &session).await, 403).await;
    for token in [gateway.agent(), gateway.bot()] {
        for body in [&answer("0000000000000001"), &fact, &session] {
            problem(gateway.post(&path, &token, body).await, 403).await;
        }
    }
    problem(gateway.post(&path, &other.token, &message("hi")).await, 403).await;
    for path in ["", "/events"] {
        problem(gateway.get(&format!("/conversation/{}{path}", visitor.id), &other.token).await, 403).await;
    }
    problem(gateway.get("/conversation", &visitor.token).await, 403).await;
    problem(gateway.post(&format!("/conversation/{}/end", visitor.id), &visitor.token, &json!({})).await, 403).await;
    problem(gateway.get("/conversation/latest", &visitor.token).await, 404).await;
    assert_eq!(gateway.log(&visitor.id).await, [] as [Value; 0]);
}

#[tokio::test]
async fn another_sites_conversation_does_not_exist() {
    let gateway = Gateway::start().await;
    let visitor = gateway.visitor().await;
    let stranger = gateway.token(&claims(Role::Agent, OTHER_SITE, "eve"));
    let unknown = "0123456789abcdef0123456789abcdef";
    for (id, token) in [(visitor.id.as_str(), &stranger), (unknown, &gateway.agent()), ("x", &gateway.agent())] {
        problem(gateway.post(&format!("/conversation/{id}/Data"), token, &message("hi")).await, 404).await;
        problem(gateway.post(&format!("/conversation/{id}/end"), token, &json!({})).await, 404).await;
        problem(gateway.get(&format!("/conversation/{id}"), token).await, 404).await;
        problem(gateway.get(&format!("/conversation/{id}/events"), token).await, 404).await;
        assert!(gateway.try_socket(id, token, None).await.is_err());
    }
    let waits = format!("/conversation/{unknown}/Data?wait=5");
    problem(gateway.post(&waits, &gateway.agent(), &command("x")).await, 404).await;
    assert_eq!(gateway.log(&visitor.id).await, [] as [Value; 0]);
}

#[tokio::test]
async fn what_is_too_large_or_no_json_is_refused() {
    let gateway = Gateway::start().await;
    let visitor = gateway.visitor().await;
    let path = format!("/conversation/{}/Data", visitor.id);
    let frame = message("").to_string().len();
    let fits = message(&"a".repeat(256 * 1024 - frame));
    let over = message(&"a".repeat(256 * 1024 - frame + 1));
    problem(gateway.post(&path, &gateway.agent(), &over).await, 413).await;
    let chunks = over.to_string().into_bytes().chunks(1000).map(|chunk| Ok(chunk.to_vec())).collect::<Vec<_>>();
    let chunked = reqwest::Body::wrap_stream(futures_util::stream::iter(chunks as Vec<Result<_, std::io::Error>>));
    let request = gateway.request(Method::POST, &path, &gateway.agent()).header("Content-Type", "application/json");
    problem(request.body(chunked).send().await.expect("an answer"), 413).await;
    for kind in ["text/plain", "application/xml", "multipart/form-data"] {
        let request = gateway.request(Method::POST, &path, &gateway.agent()).header("Content-Type", kind);
        problem(request.body(message("a").to_string()).send().await.expect("an answer"), 415).await;
    }
    assert_eq!(gateway.log(&visitor.id).await, [] as [Value; 0]);
    gateway.say(&visitor.id, &gateway.agent(), &fits).await;
    assert_eq!(gateway.log(&visitor.id).await[0]["data"], fits["data"]);
}

#[tokio::test]
async fn an_address_or_method_that_is_not_there_is_a_problem_too() {
    let gateway = Gateway::start().await;
    let visitor = gateway.visitor().await;
    problem(gateway.get("/nothing/here", &gateway.agent()).await, 404).await;
    let data = format!("/conversation/{}/Data", visitor.id);
    problem(gateway.get(&data, &gateway.agent()).await, 405).await;
    let socket = format!("/conversation/{}/socket", visitor.id);
    problem(gateway.get(&socket, &gateway.agent()).await, 400).await;
}
