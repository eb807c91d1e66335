//! The gateway, in this process, asked over HTTP.

use crate::times::many;
use anyhow::{Context, Result, ensure};
use docent_gateway::auth::{Claims, Keys};
use docent_gateway::config::{Draft, Secret, SiteKey};
use docent_protocol::event::Role;
use jiff::{Timestamp, ToSpan};
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Mutex;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

const ORIGIN: &str = "http://localhost:3000";
const SECRET: &str = "not a secret: for the loopback interface and a few minutes";
const BOT: &str = "function onSessionCreated() { print('hello') }\nfunction onMessageReceived() { print('yes') }\n";
const CONFIG: &str = r#"
[limits]
visitor = "off"
agent = "off"
bot = "off"
address = "off"
conversations = "off"
[[channel]]
id = 1
name = "talking"
bot = "talker"
[[channel]]
id = 2
name = "quiet"
[[site]]
key = "talking"
origins = ["http://localhost:*"]
channel = "talking"
[[site]]
key = "quiet"
origins = ["http://localhost:*"]
channel = "quiet"
[[bot]]
name = "talker"
dir = "DIR"
"#;

/// A conversation.
pub(crate) struct Begun {
    id: String,
    token: String,
    session: Value,
}

pub(crate) struct Gateway {
    http: Client,
    url: String,
    keys: Keys,
    stop: oneshot::Sender<()>,
    running: JoinHandle<Result<(), docent_gateway::app::RunError>>,
    _dir: TempDir,
}

/// What this process has in memory, in bytes.
pub(crate) fn memory() -> Result<i64> {
    let rollup = std::fs::read_to_string("/proc/self/smaps_rollup")?;
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:")).context("no Pss in smaps_rollup")?;
    Ok(line.trim().trim_end_matches(" kB").parse::<i64>()? * 1024)
}

impl Gateway {
    pub(crate) async fn start(dir: &Path) -> Result<Self> {
        let dir = tempfile::tempdir_in(std::fs::canonicalize(dir)?)?;
        std::fs::write(dir.path().join("talker.js"), BOT)?;
        let text = CONFIG.replace("DIR", &dir.path().to_string_lossy());
        let draft = Draft::parse(&text).map_err(|faults| anyhow::anyhow!("{faults:?}"))?;
        let secret = Secret::new(SECRET.to_owned()).context("the secret is too short")?;
        let mut config = draft.with_secret(secret);
        config.data_dir = dir.path().join("data");
        let keys = Keys::new(&config);
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let (stop, stopped) = oneshot::channel::<()>();
        let running = tokio::spawn(docent_gateway::run(config, listener, async move { drop(stopped.await) }));
        Ok(Self { http: Client::new(), url, keys, stop, running, _dir: dir })
    }

    pub(crate) async fn stop(self) -> Result<()> {
        drop(self.stop);
        Ok(self.running.await??)
    }

    fn token(&self, role: Role, site: &str) -> Result<String> {
        let expires = Timestamp::now() + 1.hour();
        let sub = Some("bench".to_owned());
        let claims = Claims { role, site: SiteKey::new(site), conversation: None, sub, expires };
        self.keys.issue(&claims).map_err(|error| anyhow::anyhow!("{error}"))
    }

    async fn ask(request: RequestBuilder) -> Result<Value> {
        let response = request.send().await?;
        let status = response.status();
        let body = response.text().await?;
        ensure!(status.is_success(), "{status}: {body}");
        Ok(serde_json::from_str(&body)?)
    }

    /// Begins conversations as pages would.
    pub(crate) async fn begin(&self, site: &str, count: usize) -> Result<Vec<Begun>> {
        let agent = self.token(Role::Agent, site)?;
        let begun = Mutex::new(Vec::new());
        let one = |_| async {
            let request = self.http.post(format!("{}/conversation", self.url)).header("origin", ORIGIN);
            let body = Self::ask(request.json(&json!({"siteKey": site}))).await?;
            let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
            let (id, token) = (text("conversationId"), text("visitorToken"));
            let mut session = Value::Null;
            if count <= 64 {
                let path = format!("{}/conversation/{id}/session", self.url);
                session = Self::ask(self.http.get(path).bearer_auth(&agent)).await?["chatSessionId"].take();
            }
            begun.lock().map_err(|_| anyhow::anyhow!("a task panicked"))?.push(Begun { id, token, session });
            Ok(())
        };
        many(0..count, one).await?;
        begun.into_inner().map_err(|_| anyhow::anyhow!("a task panicked"))
    }

    fn variable(&self, begun: &Begun) -> String {
        format!("{}/conversation/{}/variables/BotUserSession/k", self.url, begun.id)
    }

    pub(crate) async fn put(&self, begun: &Begun) -> Result<()> {
        let request = self.http.put(self.variable(begun)).bearer_auth(self.token(Role::Bot, "quiet")?);
        Self::ask(request.json(&json!({"value": "a value", "ttl": 60}))).await.map(drop)
    }

    pub(crate) async fn get(&self, begun: &Begun) -> Result<()> {
        Self::ask(self.http.get(self.variable(begun)).bearer_auth(self.token(Role::Bot, "quiet")?)).await.map(drop)
    }

    /// Saves a session's entity.
    pub(crate) async fn save(&self, begun: &Begun) -> Result<()> {
        let path = format!("{}/api/v1/Agents/Chat/SaveChatSessionEntity", self.url);
        let request = self.http.post(path).bearer_auth(self.token(Role::Agent, "quiet")?);
        let body = json!({"ChatSessionId": begun.session, "CustomerName": "Kari"});
        Self::ask(request.json(&body)).await.map(drop)
    }

    /// Says something as a visitor.
    pub(crate) async fn say(&self, begun: &Begun) -> Result<()> {
        let path = format!("{}/conversation/{}/Data", self.url, begun.id);
        let body = json!({"dataType": "message", "data": {"text": "hello"}});
        Self::ask(self.http.post(path).bearer_auth(&begun.token).json(&body)).await.map(drop)
    }

    /// Waits until the bot has said so many things.
    pub(crate) async fn said(&self, begun: &Begun, count: usize) -> Result<()> {
        let mut after = "0".repeat(16);
        let mut heard = 0;
        while heard < count {
            let query = format!("after={after}&wait=60&dataType=message");
            let path = format!("{}/conversation/{}/events?{query}", self.url, begun.id);
            let page = Self::ask(self.http.get(path).bearer_auth(&begun.token)).await?;
            let events = page["events"].as_array().context("a page has events")?;
            ensure!(!events.is_empty(), "the bot has said nothing for a minute");
            heard += events.iter().filter(|event| event["from"]["role"] == "bot").count();
            after = events.last().and_then(|event| event["eventId"].as_str()).unwrap_or_default().to_owned();
        }
        Ok(())
    }
}
