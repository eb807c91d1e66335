//! What pages load: the widget's files.

use crate::support;
use crate::support::{Gateway, config, problem};
use reqwest::{Response, StatusCode};
use std::fs;
use std::path::Path;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const HASHED: &str = "/assets/docent-1a2b3c.js";

fn widget(dir: &Path) {
    let assets = dir.join("assets");
    fs::create_dir_all(&assets).expect("made");
    for (name, text) in [
        ("docent.js", "plain loader"),
        ("docent.js.br", "brotli loader"),
        ("docent.js.gz", "gzip loader"),
        ("assets/docent-1a2b3c.js", "plain glue"),
        ("assets/docent-1a2b3c.js.br", "brotli glue"),
        ("assets/docent-1a2b3c.wasm", "\0asm"),
        ("assets/en-1a2b3c.json", "{}"),
        ("assets/.hidden", "hidden"),
    ] {
        fs::write(dir.join(name), text).expect("written");
    }
    fs::write(dir.parent().expect("a parent").join("secret.txt"), "secret").expect("written");
}

/// The gateway, and what keeps its files.
async fn gateway() -> (Gateway, tempfile::TempDir) {
    let dir = tempfile::tempdir().expect("a directory");
    let mut config = config(&dir.path().join("data"));
    let files = dir.path().join("widget");
    widget(&files);
    config.assets = Some(files);
    (Gateway::start_with(config).await, dir)
}

async fn get(gateway: &Gateway, path: &str, headers: &[(&str, &str)]) -> Response {
    let request = gateway.http.get(gateway.url(path));
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    request.send().await.expect("an answer")
}

#[tokio::test]
async fn the_loader_is_short_lived_and_answered_anew_only_when_it_changed() {
    let (gateway, _dir) = gateway().await;
    let response = get(&gateway, "/docent.js", &[]).await;
    assert_eq!(response.status(), 200);
    let headers = response.headers().clone();
    assert_eq!(headers["content-type"], "text/javascript; charset=utf-8");
    assert_eq!(headers["cache-control"], "public, max-age=300");
    assert_eq!(headers["access-control-allow-origin"], "*");
    assert_eq!(headers["cross-origin-resource-policy"], "cross-origin");
    assert_eq!(headers["x-content-type-options"], "nosniff");
    assert_eq!(headers["vary"], "accept-encoding");
    assert_eq!(response.text().await.expect("text"), "plain loader");

    let tag = headers["etag"].to_str().expect("text");
    let response = get(&gateway, "/docent.js", &[("if-none-match", tag)]).await;
    assert_eq!(response.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(response.headers()["etag"], tag);
    let response = get(&gateway, "/docent.js", &[("if-none-match", tag), ("accept-encoding", "br")]).await;
    assert_eq!(response.status(), 200, "another form of the file has another tag");
}

#[tokio::test]
async fn each_client_gets_the_smallest_form_it_takes() {
    let (gateway, _dir) = gateway().await;
    for (accepts, encoding, text) in [
        ("gzip, deflate, br", Some("br"), "brotli loader"),
        ("gzip", Some("gzip"), "gzip loader"),
        ("br;q=0, gzip", Some("gzip"), "gzip loader"),
        ("identity", None, "plain loader"),
    ] {
        let response = get(&gateway, "/docent.js", &[("accept-encoding", accepts)]).await;
        let told = response.headers().get("content-encoding").map(|value| value.to_str().expect("text").to_owned());
        assert_eq!(told.as_deref(), encoding, "{accepts}");
        assert_eq!(response.headers()["content-type"], "text/javascript; charset=utf-8");
        assert_eq!(response.text().await.expect("text"), text);
    }
}

#[tokio::test]
async fn hashed_files_are_kept_for_ever() {
    let (gateway, _dir) = gateway().await;
    for (path, kind) in [
        (HASHED, "text/javascript; charset=utf-8"),
        ("/assets/docent-1a2b3c.wasm", "application/wasm"),
        ("/assets/en-1a2b3c.json", "application/json"),
    ] {
        let response = get(&gateway, path, &[]).await;
        assert_eq!(response.status(), 200, "{path}");
        assert_eq!(response.headers()["content-type"], kind);
        assert_eq!(response.headers()["cache-control"], "public, max-age=31536000, immutable");
        assert_eq!(response.headers()["access-control-allow-origin"], "*");
        assert_eq!(response.headers()["x-content-type-options"], "nosniff");
    }
    let response = get(&gateway, HASHED, &[("accept-encoding", "br")]).await;
    assert_eq!(response.headers()["content-encoding"], "br");
    problem(get(&gateway, "/assets/docent-ffffff.js", &[]).await, 404).await;
}

/// What a client sends that does not tidy its paths.
async fn raw(gateway: &Gateway, path: &str) -> String {
    let mut stream = TcpStream::connect(gateway.address).await.expect("connected");
    let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = Vec::new();
    let read = stream.read_to_end(&mut answer);
    tokio::time::timeout(Duration::from_secs(5), read).await.expect("in time").expect("read");
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn no_path_leads_out_of_the_directory() {
    let (gateway, _dir) = gateway().await;
    assert!(raw(&gateway, HASHED).await.starts_with("HTTP/1.1 200"), "the way of asking works");
    for path in [
        "/assets/../docent.js",
        "/assets/../../secret.txt",
        "/assets/%2e%2e%2f%2e%2e%2fsecret.txt",
        "/assets/..%2fdocent.js",
        "/assets/..%5c..%5csecret.txt",
        "/assets/.hidden",
        "/assets/%00",
        "/assets//etc/passwd",
        "/assets/%2fetc%2fpasswd",
        "/assets/%ff",
    ] {
        let answer = raw(&gateway, path).await;
        assert!(answer.starts_with("HTTP/1.1 40"), "{path}: {answer}");
        assert!(!answer.contains("secret\n") && !answer.ends_with("secret") && !answer.contains("loader"), "{path}");
    }
}

#[tokio::test]
async fn a_gateway_without_a_widget_says_how_to_get_one() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut config = config(&dir.path().join("data"));
    config.assets = Some(dir.path().join("nothing"));
    let gateway = Gateway::start_with(config).await;
    let problem = problem(get(&gateway, "/docent.js", &[]).await, 404).await;
    assert!(support::text(&problem, "detail").contains("--assets"), "{problem}");
}
