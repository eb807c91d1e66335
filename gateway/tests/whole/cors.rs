//! Which pages may call the API.

use crate::support::{Gateway, ORIGIN};
use reqwest::{Method, Response};

async fn preflight(gateway: &Gateway, origin: &str) -> Response {
    let request = gateway.http.request(Method::OPTIONS, gateway.url("/conversation/x/Data")).header("Origin", origin);
    let request = request.header("Access-Control-Request-Method", "POST");
    let request = request.header("Access-Control-Request-Headers", "authorization,content-type,idempotency-key");
    request.send().await.expect("an answer")
}

#[tokio::test]
async fn pages_of_the_sites_may_and_no_others() {
    let gateway = Gateway::start().await;
    for origin in [ORIGIN, "http://localhost:1", "https://other.example"] {
        let headers = preflight(&gateway, origin).await.headers().clone();
        assert_eq!(headers["access-control-allow-origin"], origin);
        let allowed = headers["access-control-allow-headers"].to_str().expect("text").to_lowercase();
        for name in ["authorization", "content-type", "idempotency-key", "last-event-id"] {
            assert!(allowed.contains(name), "{allowed}");
        }
        assert!(headers["vary"].to_str().expect("text").to_lowercase().contains("origin"));
    }
    for origin in ["https://evil.example", "http://other.example", "https://other.example.evil.example", "null"] {
        let response = preflight(&gateway, origin).await;
        assert!(!response.headers().contains_key("access-control-allow-origin"), "{origin}");
    }
}

#[tokio::test]
async fn a_refusal_can_be_read_by_the_page_too() {
    let gateway = Gateway::start().await;
    let request = gateway.http.get(gateway.url("/conversation")).header("Origin", ORIGIN);
    let response = request.send().await.expect("an answer");
    assert_eq!(response.status(), 401);
    assert_eq!(response.headers()["access-control-allow-origin"], ORIGIN);
}
