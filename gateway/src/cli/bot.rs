//! `docent bot`: a new bot's script, and a script tried on one conversation.

use super::remote::{Gateway, Remote};
use super::{Failure, print};
use crate::bot::engine::{self, Host, Limits, Source};
use crate::bot::function;
use async_trait::async_trait;
use clap::Subcommand;
use futures_util::future::BoxFuture;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;

const SCAFFOLD: &str = include_str!("bot.js");
/// How long a command waits for the visitor's page.
const WAIT: u64 = 20;
const FINISHED: u64 = 7;

/// Makes a bot's script, or tries one.
#[derive(Debug, clap::Args)]
pub(super) struct Bot {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Writes a script to begin with, and says what to add to the configuration.
    New {
        /// The bot's name: letters, digits, `-` and `_`.
        name: String,
        /// Where scripts are kept.
        #[arg(long, default_value = "bots", value_name = "DIR")]
        dir: PathBuf,
    },
    /// Runs a script here for what the visitor of one conversation writes from now on. What it does, it does with the
    /// token's rights; `fetch` and session data are for scripts in the gateway.
    Run {
        #[command(flatten)]
        remote: Remote,
        /// The bot's name.
        name: String,
        /// The conversation, or `latest`: the one whose visitor was last heard of.
        #[arg(long, value_name = "ID")]
        conversation: String,
        /// Where scripts are kept.
        #[arg(long, default_value = "bots", value_name = "DIR")]
        dir: PathBuf,
    },
}

impl Bot {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        match self.action {
            Action::New { name, dir } => new(&name, &dir),
            Action::Run { remote, name, conversation, dir } => {
                let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
                runtime.block_on(attend(remote.open()?, &name, &conversation, &dir))
            }
        }
    }
}

fn new(name: &str, dir: &Path) -> Result<ExitCode, Failure> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    if name.is_empty() || name.len() > 64 || !name.bytes().all(plain) {
        return Err(Failure::Usage("a bot's name is 1 to 64 letters, digits, `-` and `_`".to_owned()));
    }
    std::fs::create_dir_all(dir)?;
    let path = dir.join(format!("{name}.js"));
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&path)
        .map_err(|error| Failure::Usage(format!("{}: {error}; choose another name", path.display())))?;
    std::io::Write::write_all(&mut file, SCAFFOLD.replace("NAME", name).as_bytes())?;
    print(format_args!(
        "{} is written. Add it to the configuration:\n\n[[bot]]\nname = \"{name}\"\ndir = {:?}\n\nand `bot = \"{name}\"` \
         to the [[channel]] it shall answer on.",
        path.display(),
        dir
    ))?;
    Ok(ExitCode::SUCCESS)
}

/// Calls the script for every event of the conversation, until interrupted.
async fn attend(gateway: Gateway, name: &str, conversation: &str, dir: &Path) -> Result<ExitCode, Failure> {
    let named = utf8_percent_encode(conversation, NON_ALPHANUMERIC);
    let found = gateway.json(gateway.get(&format!("/conversation/{named}"))).await?;
    let id = found["conversationId"].as_str().unwrap_or_default().to_owned();
    let mut after = found["head"].as_str().unwrap_or_default().to_owned();
    let path = dir.join(format!("{name}.js"));
    let desk = Arc::new(RemoteDesk { gateway: Arc::new(gateway), id });
    eprintln!("docent: {} answers in {}; Ctrl-C ends it", path.display(), desk.id);
    loop {
        let page = format!("/conversation/{}/events?after={after}&wait=30&dataType=message,session", desk.id);
        let page = desk.gateway.json(desk.gateway.get(&page).timeout(Duration::from_secs(45))).await?;
        for event in page["events"].as_array().into_iter().flatten() {
            after = event["eventId"].as_str().unwrap_or(&after).to_owned();
            if event["dataType"] == "message" && event["from"]["role"] != "visitor" {
                continue;
            }
            let Some(function) = function(event) else { continue };
            let text = std::fs::read_to_string(&path).map_err(|error| {
                Failure::Usage(format!("{}: {error}; `docent bot new {name}` makes one", path.display()))
            })?;
            let source = Source { file: format!("{name}.js").into(), text: text.into() };
            let argument = desk.argument(name, event).await?;
            match engine::call(&source, function, &[argument], Limits::default(), desk.clone()).await {
                Ok(()) => print(format_args!("{function}: done"))?,
                Err(fault) => print(format_args!("{function}: {fault} {}", fault.place()))?,
            }
        }
    }
}

/// A script's way to a gateway elsewhere.
struct RemoteDesk {
    gateway: Arc<Gateway>,
    id: String,
}

impl RemoteDesk {
    async fn argument(&self, name: &str, event: &Value) -> Result<Value, Failure> {
        let session = self.gateway.json(self.gateway.get(&format!("/conversation/{}/session", self.id))).await?;
        let mut argument = json!({
            "conversationId": self.id,
            "eventId": event["eventId"],
            "chatSession": {"id": session["chatSessionId"], "topicId": session["topicId"], "status": session["status"]},
            "chatTopic": {"name": session["channel"], "botName": name},
            "_tenant_": "", "_labels_": {}, "_fields_": {}, "_last_run": null,
        });
        match event["dataType"].as_str() {
            Some("session") => {
                let (old, new) = (&event["data"]["old"]["status"], &event["data"]["new"]["status"]);
                argument["status"] = json!({"old": old, "new": new});
            }
            _ => argument["message"] = json!({"text": event["data"]["text"], "whenPosted": event["whenPosted"]}),
        }
        Ok(argument)
    }

    fn ask(&self, request: reqwest::RequestBuilder) -> Result<Value, String> {
        let asked = async {
            let text = self.gateway.send(request).await?.text().await.unwrap_or_default();
            Ok::<_, Failure>(serde_json::from_str(&text).unwrap_or_default())
        };
        // Scripts run on threads for blocking work.
        Handle::current().block_on(asked).map_err(|failure| failure.to_string())
    }

    fn path(&self, rest: &str) -> String {
        format!("/conversation/{}/{rest}", self.id)
    }

    fn variable(&self, args: &[Value]) -> String {
        let part = |n: usize| args.get(n).and_then(Value::as_str).unwrap_or_default();
        self.path(&format!("variables/{}/{}", part(0), utf8_percent_encode(part(1), NON_ALPHANUMERIC)))
    }
}

#[async_trait]
impl Host for RemoteDesk {
    fn call(&self, name: &str, args: Vec<Value>) -> Result<Value, String> {
        let gateway = &self.gateway;
        match name {
            "addChatMessage" => {
                let body = json!({"dataType": "message", "data": {"text": args.get(1)}});
                self.ask(gateway.post(&self.path("Data"), &body)).map(|mut answer| answer["eventId"].take())
            }
            "resetChat" => self.ask(gateway.post(&self.path("session/handoff"), &json!({}))),
            "setChatStatus" if args.get(1).and_then(Value::as_u64) == Some(FINISHED) => {
                self.ask(gateway.post(&self.path("end"), &json!({})))
            }
            "setChatStatus" => Err("from here only the status 7 can be set: the session's end".to_owned()),
            "get" => match self.ask(gateway.get(&self.variable(&args))) {
                Ok(mut answer) => Ok(answer["value"].take()),
                Err(error) if error.starts_with("404") => Ok(Value::Null),
                Err(error) => Err(error),
            },
            "put" => {
                let body = json!({"value": args.get(2), "ttl": args.get(3)});
                self.ask(gateway.put(&self.variable(&args), &body)).map(|_| Value::Null)
            }
            "delete" => self.ask(gateway.delete(&self.variable(&args))).map(|_| Value::Bool(true)),
            "log" => {
                let said = args.get(1).and_then(Value::as_str).unwrap_or_default();
                print(said).map(|()| Value::Null).map_err(|error| error.to_string())
            }
            _ => Err(format!("`{name}` is for scripts in the gateway")),
        }
    }

    fn begin(&self, name: &str, args: Vec<Value>) -> BoxFuture<'static, Result<Value, String>> {
        let data_type = match name {
            "command" => "command",
            "request" => "infoRequest",
            _ => {
                let error = format!("`{name}` is for scripts in the gateway");
                return Box::pin(async move { Err(error) });
            }
        };
        let mut data = args.get(1).cloned().filter(Value::is_object).unwrap_or_else(|| json!({}));
        data["type"] = args.first().cloned().unwrap_or_default();
        let body = json!({"dataType": data_type, "data": data});
        let request = self.gateway.post(&self.path(&format!("Data?wait={WAIT}")), &body);
        let gateway = self.gateway.clone();
        Box::pin(async move {
            let answered = gateway.json(request.timeout(Duration::from_secs(WAIT + 10))).await;
            match answered.map_err(|failure| failure.to_string())?["data"].take() {
                Value::Null => Err("the visitor's page did not answer in time".to_owned()),
                data => Ok(data),
            }
        })
    }
}
