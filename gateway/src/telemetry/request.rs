//! What is logged and counted of a request.

use super::metrics;
use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderName, HeaderValue};
use std::time::Instant;
use tracing::Instrument;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Names a request, counts it, and logs it: with `debug`, or with `warn` where the fault is ours.
pub async fn observe(mut request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let id = given(&request).or_else(new_id);
    if let Some(id) = &id {
        request.headers_mut().insert(REQUEST_ID, id.clone());
    }
    let method = request.method().clone();
    let path = request.extensions().get::<MatchedPath>().cloned();
    let route = path.as_ref().map_or("other", MatchedPath::as_str);
    let name = id.as_ref().and_then(|id| id.to_str().ok()).unwrap_or_default();
    let span = tracing::info_span!("request", id = name, %method, route);
    let mut response = next.run(request).instrument(span.clone()).await;
    let (status, took) = (response.status(), begun.elapsed());
    metrics::answered(&method, route, status, took);
    let milliseconds = took.as_secs_f64() * 1000.0;
    span.in_scope(|| {
        if status.is_server_error() {
            tracing::warn!(status = status.as_u16(), milliseconds, "answered");
        } else {
            tracing::debug!(status = status.as_u16(), milliseconds, "answered");
        }
    });
    if let Some(id) = id {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

/// The client's own id, where it is one that may stand in a log: not long, and of the letters ids are made of. A
/// token has dots.
fn given(request: &Request) -> Option<HeaderValue> {
    let id = request.headers().get(REQUEST_ID)?;
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    ((1..=64).contains(&id.len()) && id.as_bytes().iter().all(plain)).then(|| id.clone())
}

/// Without randomness requests go unnamed.
fn new_id() -> Option<HeaderValue> {
    let id = getrandom::u64().ok()?;
    HeaderValue::try_from(format!("{id:016x}")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    fn request(id: &str) -> Request {
        Request::builder().header(REQUEST_ID, id).body(Body::empty()).expect("a request")
    }

    #[test]
    fn an_id_is_kept_only_if_it_may_stand_in_a_log() {
        assert_eq!(given(&request("abc-DEF_1")), Some(HeaderValue::from_static("abc-DEF_1")));
        for wrong in ["", "a.b.c", "two words", &"x".repeat(65), "{\"level\":\"error\"}"] {
            assert_eq!(given(&request(wrong)), None, "{wrong}");
        }
        assert_ne!(new_id(), new_id());
    }
}
