//! The gateway, durable as it is: every event is on the disk before anybody hears of it.

use crate::client::{Http, Socket};
use crate::peer::{Bot, Heard, Peer, Visitor, message, number_of};
use crate::server::{Server, free_address};
use anyhow::{Context, Result, bail, ensure};
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;
use std::borrow::Cow;
use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

const ORIGIN: &str = "http://127.0.0.1";
/// The event before all others.
const START: &str = "0000000000000000";
const SECRET: &str = "not a secret: for the loopback interface and a few minutes";

pub(crate) struct Docent {
    server: Server,
    bot_token: String,
    conversations: Vec<Begun>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Begun {
    conversation_id: String,
    visitor_token: String,
}

impl Docent {
    /// Starts the gateway with rate limits off and everything else as it comes.
    pub(crate) fn start(program: &Path, dir: &Path) -> Result<Self> {
        let dir = tempfile::tempdir_in(dir)?;
        let address = free_address()?;
        let config = dir.path().join("docent.toml");
        let data = dir.path().join("data");
        let text = format!(
            "listen = \"{address}\"\ndata_dir = {data:?}\n\
             [limits]\nvisitor = \"off\"\nagent = \"off\"\nbot = \"off\"\naddress = \"off\"\nconversations = \"off\"\n\
             [[site]]\nkey = \"bench\"\norigins = [\"{ORIGIN}\"]\n"
        );
        fs::write(&config, text)?;
        let command = |name: &str| {
            let mut command = Command::new(program);
            command.arg(name).arg("--config").arg(&config).env("DOCENT_SECRET", SECRET);
            command
        };
        let token = command("token").args(["--role", "bot", "--sub", "bench"]).output()?;
        ensure!(token.status.success(), "docent token failed: {}", String::from_utf8_lossy(&token.stderr));
        let bot_token = String::from_utf8(token.stdout)?.trim().to_owned();
        let server = Server::start(command("serve"), dir, address)?;
        Ok(Self { server, bot_token, conversations: Vec::new() })
    }
}

impl Peer for Docent {
    type Visitor = DocentVisitor;
    type Bot = DocentBot;

    fn memory(&self) -> Result<u64> {
        self.server.memory()
    }

    fn processor_time(&self) -> Result<Duration> {
        self.server.processor_time()
    }

    async fn begin(&mut self, count: usize) -> Result<()> {
        const AT_ONCE: usize = 32;
        let address = self.server.address();
        let share = |first: usize| async move {
            let mut http = Http::open(address).await?;
            let mut begun = Vec::new();
            for _ in (first..count).step_by(AT_ONCE) {
                let body = json!({"siteKey": "bench"}).to_string();
                let (_, answer) = http.post("/conversation", &[("origin", ORIGIN)], body).await?;
                begun.push(serde_json::from_slice::<Begun>(&answer)?);
            }
            Ok::<_, anyhow::Error>(begun)
        };
        for begun in futures_util::future::try_join_all((0..AT_ONCE).map(share)).await? {
            self.conversations.extend(begun);
        }
        Ok(())
    }

    async fn visitor(&self, conversation: usize, seen: Option<&str>) -> Result<DocentVisitor> {
        let Begun { conversation_id, visitor_token } = &self.conversations[conversation];
        let path = format!("/conversation/{conversation_id}/socket");
        let protocols = format!("docent.v1, bearer.{visitor_token}");
        let mut socket = Socket::open(self.server.address(), &path, &[("origin", ORIGIN)], &protocols).await?;
        let frame = socket.next().await?.context("closed before hello")?;
        let Greeting { hello } = serde_json::from_str(&frame).context("the first frame is no hello")?;
        let seen = seen.unwrap_or(START).to_owned();
        socket.send(json!({"resume": seen}).to_string()).await?;
        Ok(DocentVisitor { socket, seen, head: hello.head, early: Vec::new(), noted: 0 })
    }

    async fn bot(&self, conversations: &[usize]) -> Result<DocentBot> {
        let path = |&conversation: &usize| {
            let id = &self.conversations[conversation].conversation_id;
            (conversation, format!("/conversation/{id}/Data"))
        };
        Ok(DocentBot {
            http: Http::open(self.server.address()).await?,
            authorization: format!("Bearer {}", self.bot_token),
            paths: conversations.iter().map(path).collect(),
        })
    }
}

pub(crate) struct DocentVisitor {
    socket: Socket,
    seen: String,
    head: String,
    /// What may have come before the replay, and comes again with it.
    early: Vec<String>,
    noted: usize,
}

/// How many events may come before the replay.
const EARLY: usize = 8;

impl DocentVisitor {
    /// Whether the runtime passes an event over: it comes, or came, in its place (ARCHITECTURE.md, "The wire").
    /// All other repetitions are the gateway's fault.
    fn passes_over(&mut self, id: &str) -> bool {
        if self.seen < self.head {
            return id > self.head.as_str();
        }
        if let Some(at) = self.early.iter().position(|early| early == id) {
            self.early.swap_remove(at);
            return true;
        }
        if id > self.head.as_str() && self.noted < EARLY {
            self.noted += 1;
            self.early.push(id.to_owned());
        }
        false
    }
}

#[derive(Deserialize)]
struct Greeting {
    hello: Hello,
}

#[derive(Deserialize)]
struct Hello {
    head: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event<'a> {
    #[serde(borrow)]
    event_id: Cow<'a, str>,
    #[serde(borrow)]
    data_type: Option<Cow<'a, str>>,
    #[serde(borrow)]
    data: Option<Data<'a>>,
}

#[derive(Deserialize)]
struct Data<'a> {
    #[serde(borrow)]
    id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    text: Option<Cow<'a, str>>,
}

/// What an event says that a bot posted; `None` for what the visitor said itself.
fn said(event: Event<'_>, frame: &str) -> Result<Option<Heard>> {
    let (Some(kind), Some(data)) = (event.data_type, event.data) else { return Ok(None) };
    let number = match (kind.as_ref(), data) {
        ("infoRequest", Data { id: Some(id), .. }) => id.parse().ok(),
        ("message", Data { text: Some(text), .. }) => number_of(&text),
        _ => return Ok(None),
    };
    let number = number.with_context(|| format!("an event without a number: {frame}"))?;
    Ok(Some(Heard { id: event.event_id.into_owned(), number }))
}

impl Visitor for DocentVisitor {
    async fn next(&mut self) -> Result<Option<Heard>> {
        while let Some(frame) = self.socket.next().await? {
            if frame.starts_with("{\"error\"") {
                bail!("the gateway refused: {frame}");
            }
            let event: Event<'_> = serde_json::from_str(&frame)?;
            let id = event.event_id.as_ref();
            if event.data_type.is_none() || self.passes_over(id) {
                continue;
            }
            id.clone_into(&mut self.seen);
            if let Some(heard) = said(event, &frame)? {
                return Ok(Some(heard));
            }
        }
        Ok(None)
    }

    async fn answer(&mut self, heard: &Heard) -> Result<()> {
        let Heard { id, number } = heard;
        let body = json!({
            "dataType": "commandResponse",
            "data": {
                "eventId": id, "id": number.to_string(), "type": "getLocalTime", "status": "success",
                "value": "2024-02-28T07:43:09.039Z", "timeZone": "Europe/Oslo", "utcOffset": 60,
            },
            "ref": id,
        });
        self.socket.send(body.to_string()).await
    }
}

pub(crate) struct DocentBot {
    http: Http,
    authorization: String,
    paths: HashMap<usize, String>,
}

impl Bot for DocentBot {
    /// The answer comes with `?wait=`.
    async fn listen(&mut self) -> Result<()> {
        Ok(())
    }

    async fn ask(&mut self, conversation: usize, number: u64) -> Result<()> {
        let body = json!({"dataType": "infoRequest", "data": {"type": "getLocalTime", "id": number.to_string()}});
        let path = format!("{}?wait=20", self.paths[&conversation]);
        let (status, answer) =
            self.http.post(&path, &[("authorization", &self.authorization)], body.to_string()).await?;
        ensure!(status == StatusCode::OK, "the answer did not come in time");
        let answer: Event<'_> = serde_json::from_slice(&answer)?;
        let id = answer.data.and_then(|data| data.id);
        ensure!(id.as_deref() == Some(&number.to_string()), "the answer to another command came");
        Ok(())
    }

    async fn tell(&mut self, conversation: usize, number: u64) -> Result<()> {
        let body = json!({"dataType": "message", "data": {"text": message(number)}});
        let path = &self.paths[&conversation];
        self.http.post(path, &[("authorization", &self.authorization)], body.to_string()).await?;
        Ok(())
    }
}
