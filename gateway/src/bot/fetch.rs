//! A script's `fetch`: to the hosts its bot may reach, and nowhere else. A redirect is an answer like any other: nobody
//! follows it to where the bot may not go.

use crate::config::Bot;
use futures_util::StreamExt;
use reqwest::redirect::Policy;
use reqwest::{Client, Method};
use serde_json::{Map, Value, json};
use std::time::Duration;
use url::Url;

/// The longest answer, in bytes.
const LONGEST: usize = 1024 * 1024;
const PATIENCE: Duration = Duration::from_secs(10);

/// A client that follows nothing. `None` where the system has no TLS.
pub fn client() -> Option<Client> {
    Client::builder().redirect(Policy::none()).timeout(PATIENCE).user_agent("docent").build().ok()
}

/// Fetches; `{"status", "headers", "body"}`.
pub async fn fetch(client: Client, bot: &Bot, url: &str, options: &Value) -> Result<Value, String> {
    let url = Url::parse(url).map_err(|error| format!("fetch: `{url}` is no address: {error}"))?;
    if !bot.hosts.iter().any(|host| host.allows(&url)) {
        let host = url.host_str().unwrap_or_default();
        return Err(format!("fetch: `{host}` is not among the bot's `hosts` in the gateway's configuration"));
    }
    let method = options.get("method").and_then(Value::as_str).unwrap_or("GET").to_ascii_uppercase();
    let method = Method::from_bytes(method.as_bytes()).map_err(|_| format!("fetch: `{method}` is no method"))?;
    let mut request = client.request(method, url);
    for (name, value) in options.get("headers").and_then(Value::as_object).into_iter().flatten() {
        request = request.header(name, value.as_str().unwrap_or_default());
    }
    if let Some(body) = options.get("body").filter(|body| !body.is_null()) {
        request = request.body(body.as_str().map_or_else(|| body.to_string(), str::to_owned));
    }
    let failed = |error: reqwest::Error| format!("fetch failed: {}", error.without_url());
    let response = request.send().await.map_err(failed)?;
    let status = response.status().as_u16();
    let told = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
        Some((name.to_string(), Value::from(value.to_str().ok()?)))
    };
    let headers: Map<_, _> = response.headers().iter().filter_map(told).collect();
    let mut body = Vec::new();
    let mut chunks = response.bytes_stream();
    while let Some(chunk) = chunks.next().await {
        body.extend_from_slice(&chunk.map_err(failed)?);
        if body.len() > LONGEST {
            return Err(format!("fetch: the answer has more than {LONGEST} bytes"));
        }
    }
    Ok(json!({"status": status, "headers": headers, "body": String::from_utf8_lossy(&body)}))
}
