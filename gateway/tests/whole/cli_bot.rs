//! `docent bot` and `docent webhook`, as their user has them.

use crate::support::{Gateway, SECRET, SITE, Visitor, claims, message};
use docent_gateway::config::{Config, Draft, Secret};
use docent_protocol::event::Role;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

fn docent(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_docent"));
    for name in ["DOCENT_URL", "DOCENT_TOKEN", "DOCENT_CONFIG", "DOCENT_SECRET", "DOCENT_SECRET_FILE"] {
        command.env_remove(name);
    }
    command.args(arguments);
    command
}

async fn client(gateway: &Gateway, token: String, arguments: &[&str]) -> Output {
    let mut command = docent(arguments);
    command.env("DOCENT_URL", gateway.url("")).env("DOCENT_TOKEN", token);
    tokio::task::spawn_blocking(move || command.output().expect("runs")).await.expect("joined")
}

fn told(output: &[u8]) -> String {
    String::from_utf8(output.to_vec()).expect("text")
}

fn config(dir: &Path, more: &str) -> Config {
    let site = "[[site]]\nkey = \"demo\"\norigins = [\"http://localhost:*\"]\nchannel = \"support\"\n";
    let secret = Secret::new(SECRET.to_owned()).expect("a secret");
    let mut config = Draft::parse(&format!("{site}{more}")).expect("a configuration").with_secret(secret);
    config.data_dir = dir.join("data");
    config
}

async fn says(gateway: &Gateway, visitor: &Visitor, text: &str) {
    for _ in 0..400 {
        let log = gateway.log(&visitor.id).await;
        if log.iter().any(|event| event["from"]["role"] == "bot" && event["data"]["text"] == text) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("“{text}” was not said: {:#?}", gateway.log(&visitor.id).await);
}

#[tokio::test]
async fn a_new_bots_script_and_what_is_printed_make_a_bot() {
    let dir = tempfile::tempdir().expect("a directory");
    let bots = dir.path().join("bots");
    let new = |name: &str| docent(&["bot", "new", name, "--dir", bots.to_str().expect("text")]).output().expect("runs");
    let output = new("helper");
    assert_eq!(output.status.code(), Some(0), "{}", told(&output.stderr));
    let printed = told(&output.stdout);
    let from = printed.find("[[bot]]").expect("a part of a configuration");
    let bot = printed[from..].split("\n\n").next().expect("its lines");
    assert!(printed.contains("`bot = \"helper\"`"), "{printed}");

    let channel = "[[channel]]\nid = 1\nname = \"support\"\nbot = \"helper\"\n";
    let gateway = Gateway::start_with(config(dir.path(), &format!("{channel}{bot}"))).await;
    let visitor = gateway.visitor().await;
    says(&gateway, &visitor, "Hello! Say 'human' to talk to one of us.").await;
    gateway.say(&visitor.id, &visitor.token, &message("hi")).await;
    says(&gateway, &visitor, "You said “hi”. That is message 1.").await;

    for (name, cure) in [("helper", "choose another name"), ("../x", "letters"), ("", "letters")] {
        let output = new(name);
        assert_eq!(output.status.code(), Some(1));
        assert!(told(&output.stderr).contains(cure), "{}", told(&output.stderr));
    }
    assert!(!dir.path().join("x.js").exists());
}

/// A command that goes on, ended when dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_is_tried_on_one_conversation_from_elsewhere() {
    let dir = tempfile::tempdir().expect("a directory");
    let gateway = Gateway::start_with(config(dir.path(), "[[channel]]\nid = 1\nname = \"support\"\n")).await;
    let visitor = gateway.visitor().await;
    let bots = dir.path().to_str().expect("text");
    assert!(docent(&["bot", "new", "echo", "--dir", bots]).status().expect("runs").success());
    let mut command = docent(&["bot", "run", "echo", "--conversation", "latest", "--dir", bots]);
    command.env("DOCENT_URL", gateway.url("")).env("DOCENT_TOKEN", gateway.token(&claims(Role::Bot, SITE, "echo")));
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("runs");
    let mut said = BufReader::new(child.stdout.take().expect("piped")).lines();
    let begun = BufReader::new(child.stderr.take().expect("piped")).lines().next().expect("a line").expect("text");
    let _running = Running(child);
    assert!(begun.contains(&visitor.id), "{begun}");
    let mut line = |part: &str| {
        let found = said.by_ref().map(|line| line.expect("text")).find(|line| line.contains(part));
        found.unwrap_or_else(|| panic!("no line with {part}"))
    };

    gateway.say(&visitor.id, &visitor.token, &message("one")).await;
    says(&gateway, &visitor, "You said “one”. That is message 1.").await;
    gateway.say(&visitor.id, &visitor.token, &message("two")).await;
    says(&gateway, &visitor, "You said “two”. That is message 2.").await;
    line("onMessageReceived: done");

    let changed = "async function onMessageReceived(e) {\n  console.log('seen');\n  const answer = await \
                   visitor.command('highlightDom', { selector: '//button' });\n  print(answer.status);\n  fetch('x');\n\
                   \n  BotUserSession.put('a.b', 1);\n}";
    std::fs::write(dir.path().join("echo.js"), changed).expect("written");
    let mut socket = gateway.socket(&visitor.id, &visitor.token).await;
    gateway.say(&visitor.id, &visitor.token, &message("three")).await;
    let asked = loop {
        let frame = socket.frame().await;
        if frame["dataType"] == "command" {
            break frame;
        }
    };
    let data = json!({"eventId": asked["eventId"], "type": "highlightDom", "status": "success"});
    socket.send(&json!({"dataType": "commandResponse", "data": data})).await;
    says(&gateway, &visitor, "success").await;
    line("seen");
    let failed = line("onMessageReceived: Error");
    assert!(failed.ends_with("echo.js:7") && failed.contains("`a.b`"), "{failed}");

    let hand_off = "function onMessageReceived(e) { resetChat(e.chatSession.id) }";
    std::fs::write(dir.path().join("echo.js"), hand_off).expect("written");
    gateway.say(&visitor.id, &visitor.token, &message("human")).await;
    line("onMessageReceived: done");
    let path = format!("/conversation/{}/session", visitor.id);
    let session: Value = gateway.get(&path, &gateway.agent()).await.json().await.expect("JSON");
    assert_eq!(session["name"], "InQueue", "{session}");
}

#[tokio::test]
async fn dead_letters_are_listed_and_sent_again() {
    let dir = tempfile::tempdir().expect("a directory");
    let closed = std::net::TcpListener::bind("127.0.0.1:0").and_then(|port| port.local_addr()).expect("a port");
    let webhook = format!(
        "[[channel]]\nid = 1\nname = \"support\"\n[[webhook]]\nname = \"crm\"\nsite = \"demo\"\nattempts = 1\n\
         url = \"http://{closed}/\"\nsecret = \"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\"\n"
    );
    let gateway = Gateway::start_with(config(dir.path(), &webhook)).await;
    let visitor = gateway.visitor().await;
    let listed = async || {
        let output = client(&gateway, gateway.agent(), &["webhook", "list"]).await;
        assert_eq!(output.status.code(), Some(0), "{}", told(&output.stderr));
        told(&output.stdout)
    };
    let mut list = String::new();
    for _ in 0..100 {
        list = listed().await;
        if !list.is_empty() {
            break;
        }
    }
    assert!(list.contains(&format!("crm {} #1 after 1 attempts: ", visitor.id)), "{list}");
    let id = list.split(' ').next().expect("a number");
    let replayed = async |words: &[&str]| told(&client(&gateway, gateway.agent(), words).await.stdout);
    assert_eq!(replayed(&["webhook", "replay", id]).await, "1 sent again\n");
    let missing = client(&gateway, gateway.agent(), &["webhook", "replay", "999"]).await;
    assert_eq!(missing.status.code(), Some(1));
    assert!(told(&missing.stderr).contains("no such dead letter"), "{}", told(&missing.stderr));
    let visitors = client(&gateway, visitor.token, &["webhook", "list"]).await;
    assert!(told(&visitors.stderr).contains("docent token --role agent"), "{}", told(&visitors.stderr));
}
