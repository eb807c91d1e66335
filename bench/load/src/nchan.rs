//! nginx with the nchan module, from the system's packages: in memory, two workers, nothing durable.
//!
//! The same round trip: a bot POSTs a command to the conversation's channel `down`; the visitor's WebSocket subscribes
//! it and publishes the answer to the channel `up`, on which the bot listens with a WebSocket. An `ask` is over when
//! the POST and the answer have both come, as the gateway's `?wait=` is.

use crate::client::{Http, Socket};
use crate::peer::{Bot, Heard, Peer, Visitor, message, number_of};
use crate::server::{Server, free_address};
use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::json;
use std::borrow::Cow;
use std::collections::HashMap;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

const MODULES: [&str; 3] = [
    "/usr/lib/nginx/modules/ngx_nchan_module.so",
    "/usr/lib64/nginx/modules/ngx_nchan_module.so",
    "/usr/share/nginx/modules/ngx_nchan_module.so",
];

pub(crate) struct Nchan {
    server: Server,
}

impl Nchan {
    /// Starts nginx. `None`, and a word about it, where it or the module is not installed.
    pub(crate) fn start(dir: &Path) -> Result<Option<Self>> {
        let module = MODULES.iter().map(PathBuf::from).find(|path| path.exists());
        let Some(module) = module else {
            println!("note: nchan is not installed (apt-get install nginx libnginx-mod-nchan); the gateway runs alone");
            return Ok(None);
        };
        let dir = tempfile::tempdir_in(fs::canonicalize(dir)?)?;
        let address = free_address()?;
        let config = dir.path().join("nginx.conf");
        fs::write(&config, configuration(&module, address))?;
        let mut nginx = Command::new("nginx");
        nginx.arg("-p").arg(dir.path()).arg("-c").arg(&config).args(["-e", "stderr"]);
        Ok(Some(Self { server: Server::start(nginx, dir, address)? }))
    }
}

fn configuration(module: &Path, address: SocketAddr) -> String {
    format!(
        "load_module {module};
        daemon off; user root; worker_processes 2; pid nginx.pid; error_log stderr error;
        events {{ worker_connections 15000; }}
        http {{
            access_log off;
            keepalive_requests 1000000000;
            client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
            uwsgi_temp_path uwsgi; scgi_temp_path scgi;
            nchan_shared_memory_size 512M;
            nchan_message_timeout 10m;
            nchan_message_buffer_length 100;
            server {{
                listen {address} reuseport;
                location ~ ^/say/(.+)$ {{ nchan_publisher http; nchan_channel_id down:$1; }}
                location ~ ^/socket/(.+)$ {{
                    nchan_pubsub websocket;
                    nchan_subscriber_channel_id down:$1;
                    nchan_publisher_channel_id up:$1;
                    nchan_subscriber_first_message newest;
                    nchan_subscriber_last_message_id $http_last_event_id;
                }}
                location ~ ^/answers/(.+)$ {{
                    nchan_subscriber websocket;
                    nchan_channel_id up:$1;
                    nchan_subscriber_first_message newest;
                }}
            }}
        }}",
        module = module.display()
    )
}

impl Peer for Nchan {
    type Visitor = NchanVisitor;
    type Bot = NchanBot;

    fn memory(&self) -> Result<u64> {
        self.server.memory()
    }

    fn processor_time(&self) -> Result<Duration> {
        self.server.processor_time()
    }

    /// A channel begins with its first subscriber.
    async fn begin(&mut self, _count: usize) -> Result<()> {
        Ok(())
    }

    async fn visitor(&self, conversation: usize, seen: Option<&str>) -> Result<NchanVisitor> {
        let path = format!("/socket/{conversation}");
        let headers: Vec<_> = seen.map(|seen| ("last-event-id", seen)).into_iter().collect();
        let socket = Socket::open(self.server.address(), &path, &headers, "ws+meta.nchan").await?;
        Ok(NchanVisitor(socket))
    }

    async fn bot(&self, conversations: &[usize]) -> Result<NchanBot> {
        let address = self.server.address();
        let (http, answers) = (Http::open(address).await?, HashMap::new());
        Ok(NchanBot { address, http, conversations: conversations.to_vec(), answers })
    }
}

#[derive(Deserialize)]
struct Said<'a> {
    #[serde(borrow)]
    data: Data<'a>,
}

#[derive(Deserialize)]
struct Data<'a> {
    #[serde(borrow)]
    id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    text: Option<Cow<'a, str>>,
}

fn number(body: &str) -> Result<u64> {
    let Data { id, text } = serde_json::from_str::<Said<'_>>(body)?.data;
    let number = id.and_then(|id| id.parse().ok()).or_else(|| text.and_then(|text| number_of(&text)));
    number.with_context(|| format!("a message without a number: {body}"))
}

pub(crate) struct NchanVisitor(Socket);

impl Visitor for NchanVisitor {
    async fn next(&mut self) -> Result<Option<Heard>> {
        while let Some(frame) = self.0.next().await? {
            // Lines of metadata, an empty line, the message. Without metadata it is the word that a publication came in.
            let Some((head, body)) = frame.split_once("\n\n") else { continue };
            let id = head.lines().find_map(|line| line.strip_prefix("id: ")).context("a message without an id")?;
            return Ok(Some(Heard { id: id.to_owned(), number: number(body)? }));
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
        });
        self.0.send(body.to_string()).await
    }
}

pub(crate) struct NchanBot {
    address: SocketAddr,
    http: Http,
    conversations: Vec<usize>,
    answers: HashMap<usize, Socket>,
}

impl Bot for NchanBot {
    async fn listen(&mut self) -> Result<()> {
        for &conversation in &self.conversations {
            let socket = Socket::open(self.address, &format!("/answers/{conversation}"), &[], "").await?;
            self.answers.insert(conversation, socket);
        }
        Ok(())
    }

    async fn ask(&mut self, conversation: usize, asked: u64) -> Result<()> {
        let body = json!({"dataType": "infoRequest", "data": {"type": "getLocalTime", "id": asked.to_string()}});
        let path = format!("/say/{conversation}");
        let answers = self.answers.get_mut(&conversation).context("the bot does not listen here")?;
        let (posted, answer) = tokio::join!(self.http.post(&path, &[], body.to_string()), answers.next());
        posted?;
        let answer = answer?.context("nchan closed a socket")?;
        ensure!(number(&answer)? == asked, "the answer to another command came");
        Ok(())
    }

    async fn tell(&mut self, conversation: usize, number: u64) -> Result<()> {
        let body = json!({"dataType": "message", "data": {"text": message(number)}});
        self.http.post(&format!("/say/{conversation}"), &[], body.to_string()).await?;
        Ok(())
    }
}
