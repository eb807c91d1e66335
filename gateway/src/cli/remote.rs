//! A gateway as its clients see it: where it is, and the token that opens it.

use super::Failure;
use reqwest::{Client, RequestBuilder, Response};
use serde_json::Value;
use std::time::Duration;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The gateway, and who asks.
#[derive(Debug, clap::Args)]
pub(super) struct Remote {
    /// The gateway's address.
    #[arg(long, env = "DOCENT_URL", default_value = "http://127.0.0.1:8080", value_name = "URL")]
    url: String,
    /// An agent's or bot's token (`docent token` makes one). Better given as DOCENT_TOKEN: everybody on a machine can
    /// read the arguments.
    #[arg(long, env = "DOCENT_TOKEN", hide_env_values = true, value_name = "TOKEN")]
    token: Option<String>,
}

/// A gateway that can be asked.
pub(super) struct Gateway {
    client: Client,
    url: String,
    token: String,
}

impl Remote {
    pub(super) fn open(self) -> Result<Gateway, Failure> {
        let token = self.token.filter(|token| !token.trim().is_empty()).ok_or_else(|| {
            Failure::Usage(
                "there is no token; set DOCENT_TOKEN to what `docent token --role agent --sub NAME` prints".to_owned(),
            )
        })?;
        let client = Client::builder().connect_timeout(CONNECT_TIMEOUT).build();
        let client = client.map_err(|error| Failure::Usage(format!("no connection can be made: {error}")))?;
        Ok(Gateway { client, url: self.url.trim_end_matches('/').to_owned(), token: token.trim().to_owned() })
    }
}

impl Gateway {
    pub(super) fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(format!("{}{path}", self.url)).bearer_auth(&self.token)
    }

    pub(super) fn post(&self, path: &str, body: &Value) -> RequestBuilder {
        let request = self.client.post(format!("{}{path}", self.url)).bearer_auth(&self.token);
        request.header("content-type", "application/json").body(body.to_string())
    }

    pub(super) fn put(&self, path: &str, body: &Value) -> RequestBuilder {
        let request = self.client.put(format!("{}{path}", self.url)).bearer_auth(&self.token);
        request.header("content-type", "application/json").body(body.to_string())
    }

    pub(super) fn delete(&self, path: &str) -> RequestBuilder {
        self.client.delete(format!("{}{path}", self.url)).bearer_auth(&self.token)
    }

    /// Sends a request; an answer that is a refusal is a failure.
    pub(super) async fn send(&self, request: RequestBuilder) -> Result<Response, Failure> {
        let response = request.send().await.map_err(|error| self.unreachable(&error))?;
        if response.status().is_success() {
            return Ok(response);
        }
        let status = response.status();
        let body = response.text().await.unwrap_or_default();
        let problem: Option<Value> = serde_json::from_str(&body).ok();
        let detail = problem.as_ref().and_then(|problem| problem.get("detail")).and_then(Value::as_str);
        Err(Failure::Refused(match detail {
            Some(detail) => format!("{status}: {detail}"),
            None => format!("{status}: {} answers, and not as a gateway does; check --url", self.url),
        }))
    }

    pub(super) async fn json(&self, request: RequestBuilder) -> Result<Value, Failure> {
        let body = self.send(request).await?.text().await.map_err(|error| self.unreachable(&error))?;
        let no_json = || Failure::Refused(format!("{} does not answer with JSON; check --url", self.url));
        serde_json::from_str(&body).map_err(|_| no_json())
    }

    fn unreachable(&self, error: &reqwest::Error) -> Failure {
        let mut cause: &dyn std::error::Error = error;
        while let Some(deeper) = cause.source() {
            cause = deeper;
        }
        Failure::Unreachable { url: self.url.clone(), cause: cause.to_string() }
    }
}
