//! A real gateway on a port of its own, and clients for it.
#![allow(dead_code, unreachable_pub, missing_docs)]

pub mod bot;
pub mod provider;

use docent_gateway::auth::{Claims, Keys};
use docent_gateway::config::{Config, Draft, Secret, SiteKey};
use docent_protocol::event::Role;
use futures_util::{SinkExt, StreamExt};
use jiff::{Timestamp, ToSpan};
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error as SocketError, Message};

pub const ORIGIN: &str = "http://localhost:3000";
pub const SITE: &str = "demo";
pub const OTHER_SITE: &str = "other";
pub const SECRET: &str = "0123456789abcdef0123456789abcdef";

pub const SITES: &str = r#"
[limits]
visitor = "off"
agent = "off"
bot = "off"
address = "off"
conversations = "off"

[[site]]
key = "demo"
origins = ["http://localhost:*"]

[[site]]
key = "other"
origins = ["https://other.example"]
"#;

pub struct Gateway {
    pub address: SocketAddr,
    pub http: reqwest::Client,
    pub config: Config,
    keys: Keys,
    dir: Option<tempfile::TempDir>,
    stop: Option<oneshot::Sender<()>>,
    running: JoinHandle<()>,
}

pub fn config(dir: &Path) -> Config {
    configured(SITES, dir)
}

/// What this text says, with its data in this directory.
pub fn configured(text: &str, data: &Path) -> Config {
    let secret = Secret::new(SECRET.to_owned()).expect("a secret");
    let mut config = Draft::parse(text).expect("a configuration").with_secret(secret);
    config.data_dir = data.to_owned();
    config
}

impl Gateway {
    pub async fn start() -> Self {
        Self::start_in(config).await
    }

    /// In a directory of its own, which goes with it.
    pub async fn start_in(config: impl FnOnce(&Path) -> Config) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let mut gateway = Self::start_with(config(dir.path())).await;
        gateway.dir = Some(dir);
        gateway
    }

    pub async fn start_with(config: Config) -> Self {
        Self::start_at(config, ([127, 0, 0, 1], 0).into()).await
    }

    pub async fn start_at(config: Config, address: SocketAddr) -> Self {
        let listener = TcpListener::bind(address).await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = oneshot::channel::<()>();
        let keys = Keys::new(&config);
        let running = tokio::spawn({
            let config = config.clone();
            async move {
                let stopped = async move { drop(stopped.await) };
                docent_gateway::run(config, listener, stopped).await.expect("runs and stops well");
            }
        });
        let http = reqwest::Client::new();
        Self { address, http, config, keys, dir: None, stop: Some(stop), running }
    }

    /// Begins to stop.
    pub fn interrupt(&mut self) {
        drop(self.stop.take());
    }

    /// Waits for the end.
    pub async fn stopped(&mut self) {
        tokio::time::timeout(Duration::from_secs(10), &mut self.running).await.expect("stops in time").expect("stops");
    }

    pub fn token(&self, claims: &Claims) -> String {
        self.keys.issue(claims).expect("a token")
    }

    pub fn agent(&self) -> String {
        self.token(&claims(Role::Agent, SITE, "ada"))
    }

    pub fn bot(&self) -> String {
        self.token(&claims(Role::Bot, SITE, "echo"))
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn request(&self, method: Method, path: &str, token: &str) -> RequestBuilder {
        self.http.request(method, self.url(path)).bearer_auth(token)
    }

    pub async fn get(&self, path: &str, token: &str) -> Response {
        self.request(Method::GET, path, token).send().await.expect("an answer")
    }

    pub async fn post(&self, path: &str, token: &str, body: &Value) -> Response {
        self.request(Method::POST, path, token).json(body).send().await.expect("an answer")
    }

    /// Begins a conversation as a page would.
    pub async fn visitor(&self) -> Visitor {
        let request =
            self.http.post(self.url("/conversation")).header("Origin", ORIGIN).json(&json!({"siteKey": SITE}));
        let response = request.send().await.expect("an answer");
        assert_eq!(response.status(), 201);
        let body: Value = response.json().await.expect("JSON");
        Visitor { id: text(&body, "conversationId"), token: text(&body, "visitorToken"), body }
    }

    /// Posts to a conversation; the event's id.
    pub async fn say(&self, id: &str, token: &str, body: &Value) -> String {
        let response = self.post(&format!("/conversation/{id}/Data"), token, body).await;
        assert_eq!(response.status(), 202, "{}", response.text().await.unwrap_or_default());
        text(&response.json().await.expect("JSON"), "eventId")
    }

    /// The whole log.
    pub async fn log(&self, id: &str) -> Vec<Value> {
        let response = self.get(&format!("/conversation/{id}/events?limit=1000"), &self.agent()).await;
        assert_eq!(response.status(), 200);
        let page: Value = response.json().await.expect("JSON");
        page["events"].as_array().expect("events").clone()
    }

    pub async fn socket(&self, id: &str, token: &str) -> Socket {
        self.try_socket(id, token, Some(ORIGIN)).await.expect("a socket")
    }

    pub async fn try_socket(&self, id: &str, token: &str, origin: Option<&str>) -> Result<Socket, SocketError> {
        let mut request = format!("ws://{}/conversation/{id}/socket", self.address).into_client_request()?;
        let protocols = format!("docent.v1, bearer.{token}");
        request.headers_mut().insert("Sec-WebSocket-Protocol", protocols.parse().expect("a value"));
        if let Some(origin) = origin {
            request.headers_mut().insert("Origin", origin.parse().expect("a value"));
        }
        let stream = TcpStream::connect(self.address).await.map_err(SocketError::Io)?;
        let (stream, _) = tokio_tungstenite::client_async(request, stream).await?;
        Ok(Socket { stream })
    }
}

pub fn claims(role: Role, site: &str, sub: &str) -> Claims {
    let expires = Timestamp::now() + 1.hour();
    Claims { role, site: SiteKey::new(site), conversation: None, sub: Some(sub.to_owned()), expires }
}

pub fn text(body: &Value, member: &str) -> String {
    body[member].as_str().unwrap_or_else(|| panic!("{member} in {body}")).to_owned()
}

pub fn message(text: &str) -> Value {
    json!({"dataType": "message", "data": {"text": text}})
}

pub fn command(name: &str) -> Value {
    json!({"dataType": "command", "data": {"type": name}})
}

pub fn answer(to: &str) -> Value {
    json!({"dataType": "commandResponse", "data": {"eventId": to, "type": "x", "status": "success"}})
}

/// Checks that an answer is a problem of this status, and hands it out.
pub async fn problem(response: Response, status: u16) -> Value {
    assert_eq!(response.status(), status);
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    let body: Value = response.json().await.expect("JSON");
    assert_eq!(body["status"], status);
    assert!(body["title"].is_string() && body["detail"].is_string() && body["type"].is_string(), "{body}");
    body
}

pub struct Visitor {
    pub id: String,
    pub token: String,
    pub body: Value,
}

pub struct Socket {
    pub stream: WebSocketStream<TcpStream>,
}

impl Socket {
    pub async fn send(&mut self, frame: &Value) {
        self.stream.send(Message::text(frame.to_string())).await.expect("sent");
    }

    /// The next message of any kind.
    pub async fn message(&mut self) -> Option<Result<Message, SocketError>> {
        tokio::time::timeout(Duration::from_secs(5), self.stream.next()).await.expect("a message in time")
    }

    /// The next text frame.
    pub async fn frame(&mut self) -> Value {
        loop {
            match self.message().await {
                Some(Ok(Message::Text(text))) => return serde_json::from_str(&text).expect("JSON"),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                other => panic!("no text frame: {other:?}"),
            }
        }
    }

    /// The next binary frame.
    pub async fn binary(&mut self) -> Vec<u8> {
        loop {
            match self.message().await {
                Some(Ok(Message::Binary(bytes))) => return bytes.to_vec(),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                other => panic!("no binary frame: {other:?}"),
            }
        }
    }

    /// Nothing is told for a while; whether one is there may be asked.
    pub async fn is_silent(&mut self) -> bool {
        let told = async { while let Some(Ok(Message::Ping(_) | Message::Pong(_))) = self.stream.next().await {} };
        tokio::time::timeout(Duration::from_millis(150), told).await.is_err()
    }

    /// The close frame's code and reason.
    pub async fn closed(&mut self) -> (u16, String) {
        loop {
            match self.message().await {
                Some(Ok(Message::Close(Some(frame)))) => return (frame.code.into(), frame.reason.to_string()),
                Some(Ok(Message::Text(_) | Message::Ping(_) | Message::Pong(_))) => {}
                other => panic!("no close frame: {other:?}"),
            }
        }
    }
}
