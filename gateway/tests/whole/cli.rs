//! The command line, as its user has it.

use crate::support;
use crate::support::{Gateway, SECRET, message};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

fn docent(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_docent"));
    for name in ["DOCENT_URL", "DOCENT_TOKEN", "DOCENT_CONFIG", "DOCENT_SECRET", "DOCENT_SECRET_FILE"] {
        command.env_remove(name);
    }
    command.args(arguments);
    command
}

/// Runs a client command beside the gateway this process serves.
async fn client(gateway: &Gateway, arguments: &[&str]) -> Output {
    let mut command = docent(arguments);
    command.env("DOCENT_URL", gateway.url("")).env("DOCENT_TOKEN", gateway.agent());
    tokio::task::spawn_blocking(move || command.output().expect("runs")).await.expect("joined")
}

fn told(output: &[u8]) -> String {
    String::from_utf8(output.to_vec()).expect("text")
}

fn configured(dir: &Path, text: &str) -> String {
    let path = dir.join("docent.toml");
    std::fs::write(&path, text).expect("written");
    path.to_str().expect("text").to_owned()
}

const SITE: &str = "[[site]]\nkey = \"demo\"\norigins = [\"http://localhost:*\"]\n";

#[test]
fn check_tells_every_error_with_its_place() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = configured(dir.path(), &format!("lisen = \"127.0.0.1:1\"\nlog = \"loud\"\n{SITE}"));
    let output = docent(&["check", "--config", &path]).output().expect("runs");
    assert_eq!(output.status.code(), Some(1));
    let lines = told(&output.stdout);
    let lines: Vec<_> = lines.lines().collect();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[0].starts_with(&format!("{path}:1:1: unknown key `lisen`; did you mean `listen`?")), "{lines:?}");
    assert!(lines[1].starts_with(&format!("{path}:2:7: `log`")), "{lines:?}");

    let path = configured(dir.path(), SITE);
    let output = docent(&["check", "--config", &path]).output().expect("runs");
    assert_eq!(output.status.code(), Some(0));
    assert!(told(&output.stdout).contains("OK"));
}

#[tokio::test]
async fn a_token_opens_the_gateway_that_shares_its_secret() {
    let gateway = Gateway::start().await;
    let dir = tempfile::tempdir().expect("a directory");
    let path = configured(dir.path(), SITE);
    let make = |secret: &str, more: &[&str]| {
        let mut command = docent(&["token", "--config", &path, "--role", "agent", "--sub", "ada"]);
        command.args(more).env("DOCENT_SECRET", secret).output().expect("runs")
    };
    let good = told(&make(SECRET, &["--site", "demo", "--ttl", "5m"]).stdout);
    assert_eq!(gateway.get("/conversation", good.trim()).await.status(), 200);
    let other = told(&make(&"x".repeat(32), &[]).stdout);
    assert_eq!(gateway.get("/conversation", other.trim()).await.status(), 401);
    for (secret, more, cure) in [
        ("short", &[][..], "openssl rand"),
        ("", &[], "DOCENT_SECRET"),
        (SECRET, &["--site", "nope"], "configured are: demo"),
        (SECRET, &["--ttl", "soon"], "30d"),
    ] {
        let output = make(secret, more);
        assert!(!output.status.success() && told(&output.stderr).contains(cure), "{}", told(&output.stderr));
        assert!(output.stdout.is_empty());
    }
}

#[tokio::test]
async fn send_prints_the_pages_answer_and_says_by_its_exit_code_whether_it_is_good() {
    let gateway = Gateway::start().await;
    let visitor = gateway.visitor().await;
    let mut socket = gateway.socket(&visitor.id, &visitor.token).await;
    for (status, code) in [("success", 0), ("error|notAllowed", 1)] {
        let page = async {
            let asked = loop {
                let frame = socket.frame().await;
                if frame["dataType"] == "command" {
                    break frame;
                }
            };
            let (id, kind) = (&asked["eventId"], &asked["data"]["type"]);
            let data = json!({"eventId": id, "type": kind, "status": status});
            socket.send(&json!({"dataType": "commandResponse", "data": data})).await;
            asked
        };
        let words = ["send", "latest", "highlightDom", "selector=//button", "colors.square=red", "rect={\"top\":1}"];
        let (output, asked) = tokio::join!(client(&gateway, &words), page);
        assert_eq!(asked["data"]["colors"], json!({"square": "red"}));
        assert_eq!(asked["data"]["rect"], json!({"top": 1}));
        assert_eq!(output.status.code(), Some(code), "{}", told(&output.stderr));
        let printed: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!(printed["data"]["status"], status);
    }
    let output = client(&gateway, &["send", "latest", "getLocalTime", "--wait", "1"]).await;
    assert_eq!(output.status.code(), Some(1), "nobody answered");
    assert!(told(&output.stderr).contains("queued"));
    let output = client(&gateway, &["send", "latest", "message", "text=true story"]).await;
    assert_eq!(output.status.code(), Some(0));
    let log = gateway.log(&visitor.id).await;
    assert_eq!(log.last().expect("events")["data"]["text"], "true story");
}

#[tokio::test]
async fn a_client_that_fails_says_what_to_do() {
    let gateway = Gateway::start().await;
    for (arguments, cure) in [
        (&["send", "latest", "getLocalTime"][..], "open one of its pages"),
        (&["send", "latest", "getLocalTime", "--token", "x"], "docent token"),
        (&["send", "latest", "getLocalTime", "--token", ""], "DOCENT_TOKEN"),
        (&["send", "latest", "highlightDom", "selector"], "key=value"),
        (&["tail", "nope"], "no such conversation"),
        (&["tail", "latest", "--url", "http://127.0.0.1:1"], "docent serve"),
    ] {
        let output = client(&gateway, arguments).await;
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(told(&output.stderr).contains(cure), "{arguments:?}: {}", told(&output.stderr));
    }
}

/// A command that goes on, ended when dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn lines(gateway: &Gateway, arguments: &[&str]) -> (Running, impl Iterator<Item = String> + use<>) {
    let mut command = docent(arguments);
    command.env("DOCENT_URL", gateway.url("")).env("DOCENT_TOKEN", gateway.agent());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("runs");
    let out = BufReader::new(child.stdout.take().expect("piped"));
    (Running(child), out.lines().map(|line| line.expect("text")))
}

#[tokio::test(flavor = "multi_thread")]
async fn tail_goes_on_where_a_connection_broke() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut gateway = Gateway::start_with(support::config(dir.path())).await;
    let visitor = gateway.visitor().await;
    gateway.say(&visitor.id, &gateway.agent(), &message("one")).await;
    let (_tail, mut told) = lines(&gateway, &["tail", &visitor.id]);
    assert!(told.next().expect("a line").ends_with("message \"one\""));
    gateway.say(&visitor.id, &visitor.token, &message("two")).await;
    assert!(told.next().expect("a line").contains("visitor"));
    let address = gateway.address;
    gateway.interrupt();
    gateway.stopped().await;
    let gateway = Gateway::start_at(support::config(dir.path()), address).await;
    gateway.say(&visitor.id, &visitor.token, &message("three")).await;
    assert!(told.next().expect("a line").ends_with("message \"three\""));

    let (_tail, mut told) = lines(&gateway, &["tail", "latest", "--json", "--after", "2"]);
    let event: Value = serde_json::from_str(&told.next().expect("a line")).expect("JSON");
    assert_eq!(event["data"]["text"], "three");
}

#[test]
fn serve_runs_until_it_is_told_to_stop() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = configured(dir.path(), &format!("listen = \"127.0.0.1:0\"\nlog = \"json\"\n{SITE}"));
    let mut command = docent(&["serve", "--config", &path]);
    command.env("DOCENT_SECRET", SECRET).env("DOCENT_DATA_DIR", dir.path().join("data"));
    let mut child = Running(command.stderr(Stdio::piped()).spawn().expect("runs"));
    let mut log = BufReader::new(child.0.stderr.take().expect("piped"));
    let mut line = String::new();
    log.read_line(&mut line).expect("a line");
    let told: Value = serde_json::from_str(&line).expect("JSON");
    assert_eq!(told["message"], "listening");
    assert!(dir.path().join("data").exists() || told["address"].is_string());
    let terminated = Command::new("kill").arg(child.0.id().to_string()).status().expect("runs");
    assert!(terminated.success());
    assert_eq!(child.0.wait().expect("ends").code(), Some(0));
    let mut rest = String::new();
    log.read_to_string(&mut rest).expect("text");
    assert!(rest.contains("stopped"), "{rest}");
    assert!(!line.contains(SECRET) && !rest.contains(SECRET));
}
