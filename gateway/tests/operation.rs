//! What operators look at.
#![allow(clippy::expect_used, clippy::panic)]

mod support;

use serde_json::Value;
use support::{Gateway, message};

#[tokio::test]
async fn a_gateway_that_can_work_is_healthy() {
    let gateway = Gateway::start().await;
    let response = gateway.http.get(gateway.url("/healthz")).send().await.expect("an answer");
    assert_eq!(response.status(), 200);
    assert!(response.headers().contains_key("x-request-id"));
}

#[tokio::test]
async fn figures_are_counted_by_route_and_role() {
    let gateway = Gateway::start().await;
    let visitor = gateway.visitor().await;
    gateway.say(&visitor.id, &gateway.agent(), &message("hi")).await;
    let mut socket = gateway.socket(&visitor.id, &visitor.token).await;
    socket.frame().await;
    gateway.http.get(gateway.url("/no/such/place")).send().await.expect("an answer");
    let response = gateway.http.get(gateway.url("/metrics")).send().await.expect("an answer");
    assert!(response.headers()["content-type"].to_str().expect("text").starts_with("text/plain"));
    let text = response.text().await.expect("text");
    for figure in [
        "docent_http_requests_total{method=\"POST\",route=\"/conversation/{id}/Data\",status=\"202\"}",
        "docent_http_requests_total{method=\"GET\",route=\"other\",status=\"404\"}",
        "docent_http_request_duration_seconds_bucket{route=\"/conversation\",le=\"0.25\"}",
        "docent_sockets{role=\"visitor\"}",
        "docent_events_appended_total{data_type=\"message\"}",
        "docent_store_commit_jobs_bucket{le=\"1\"}",
        "docent_store_queue ",
        "docent_rooms 1",
    ] {
        assert!(text.contains(figure), "{figure} in\n{text}");
    }
    assert!(!text.contains(&visitor.id) && !text.contains("/no/such/place"), "figures follow what clients make up");
}

/// Every documented endpoint is there: the router answers it, and not for want of a route.
#[tokio::test]
async fn what_is_described_is_there() {
    let gateway = Gateway::start().await;
    let response = gateway.http.get(gateway.url("/openapi.json")).send().await.expect("an answer");
    let document: Value = response.json().await.expect("JSON");
    let visitor = gateway.visitor().await;
    let mut asked = 0;
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            let path = path.replace("{id}", &visitor.id).replace("{name}", "none.js").replace("{entry}", "1");
            let method = method.to_uppercase().parse().expect("a method");
            let response = gateway.request(method, &path, &gateway.agent()).send().await.expect("an answer");
            let status = response.status().as_u16();
            let body = response.text().await.expect("text");
            assert!(status != 405 && !body.contains("there is nothing at this address"), "{path}: {status} {body}");
            let described = operation["responses"].as_object().expect("responses");
            assert!(described.contains_key(&status.to_string()), "{path} answers {status}, which is not described");
            asked += 1;
        }
    }
    assert!(asked >= 12);
}
