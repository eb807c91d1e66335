//! Directories served as pages.

use crate::support::{Gateway, problem};
use docent_gateway::config::{Draft, Secret};
use reqwest::{Response, redirect};
use std::fs;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

async fn gateway() -> (Gateway, tempfile::TempDir) {
    let dir = tempfile::tempdir().expect("a directory");
    for (name, text) in [
        ("shop/index.html", "<!doctype html><title>Shop</title>"),
        ("shop/shop.js", "shop()"),
        ("shop/shop.css", "a{}"),
        ("shop/cart/index.html", "cart"),
        ("shop/.env", "hidden"),
        ("strict/index.html", "strict"),
        ("console/index.html", "console"),
        ("console/frame/standards.html", "frame"),
        ("secret.txt", "secret"),
    ] {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        fs::write(path, text).expect("written");
    }
    let text = format!(
        "[[site]]\nkey = \"demo\"\norigins = [\"http://localhost:*\"]\n\
         [[page]]\npath = \"/\"\ndir = {:?}\n\
         [[page]]\npath = \"/strict\"\ndir = {:?}\n\
         headers = {{ \"Content-Security-Policy\" = \"script-src 'self'\", \"cache-control\" = \"max-age=7\" }}\n\
         [[page]]\npath = \"/console/\"\ndir = {:?}\nconsole = true\n",
        dir.path().join("shop"),
        dir.path().join("strict"),
        dir.path().join("console"),
    );
    let secret = Secret::new("s".repeat(32)).expect("a secret");
    let mut config = Draft::parse(&text).expect("a configuration").with_secret(secret);
    config.data_dir = dir.path().join("data");
    (Gateway::start_with(config).await, dir)
}

async fn get(gateway: &Gateway, path: &str) -> Response {
    let client = reqwest::Client::builder().redirect(redirect::Policy::none()).build().expect("a client");
    client.get(gateway.url(path)).send().await.expect("an answer")
}

#[tokio::test]
async fn a_directory_is_served_with_its_index_and_types() {
    let (gateway, _dir) = gateway().await;
    for (path, kind, text) in [
        ("/", "text/html; charset=utf-8", "<!doctype html><title>Shop</title>"),
        ("/?page=2", "text/html; charset=utf-8", "<!doctype html><title>Shop</title>"),
        ("/shop.js", "text/javascript; charset=utf-8", "shop()"),
        ("/shop.css", "text/css; charset=utf-8", "a{}"),
        ("/cart/", "text/html; charset=utf-8", "cart"),
        ("/strict/", "text/html; charset=utf-8", "strict"),
    ] {
        let response = get(&gateway, path).await;
        assert_eq!(response.status(), 200, "{path}");
        assert_eq!(response.headers()["content-type"], kind, "{path}");
        assert_eq!(response.headers()["x-content-type-options"], "nosniff");
        assert_eq!(response.text().await.expect("text"), text);
    }
}

#[tokio::test]
async fn a_directorys_headers_are_its_own() {
    let (gateway, _dir) = gateway().await;
    let strict = get(&gateway, "/strict/").await;
    assert_eq!(strict.headers()["content-security-policy"], "script-src 'self'");
    assert_eq!(strict.headers()["cache-control"], "max-age=7");
    let shop = get(&gateway, "/").await;
    assert!(shop.headers().get("content-security-policy").is_none());
    assert_eq!(shop.headers()["cache-control"], "no-cache");
}

#[tokio::test]
async fn nobody_holds_the_console_in_a_frame() {
    let (gateway, _dir) = gateway().await;
    let console = get(&gateway, "/console/").await;
    let policy = console.headers()["content-security-policy"].to_str().expect("text");
    for part in
        ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "require-trusted-types-for 'script'"]
    {
        assert!(policy.split("; ").any(|one| one == part), "{part}: {policy}");
    }
    for (name, value) in [
        ("x-frame-options", "DENY"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
    ] {
        assert_eq!(console.headers()[name], value);
    }
    let frame = get(&gateway, "/console/frame/standards.html").await;
    let policy = frame.headers()["content-security-policy"].to_str().expect("text");
    assert!(policy.contains("frame-ancestors 'self'") && policy.contains("sandbox allow-same-origin"), "{policy}");
    assert!(frame.headers().get("x-frame-options").is_none());
    assert!(get(&gateway, "/").await.headers().get("content-security-policy").is_none());
}

#[tokio::test]
async fn a_directory_without_its_slash_leads_to_the_one_with_it() {
    let (gateway, _dir) = gateway().await;
    for (path, there) in [("/strict", "/strict/"), ("/cart", "/cart/")] {
        let response = get(&gateway, path).await;
        assert!(response.status().is_redirection(), "{path}");
        assert_eq!(response.headers()["location"], there);
    }
}

#[tokio::test]
async fn pages_hide_neither_the_api_nor_its_refusals() {
    let (gateway, _dir) = gateway().await;
    assert_eq!(get(&gateway, "/healthz").await.status(), 200);
    problem(get(&gateway, "/conversation").await, 401).await;
    problem(get(&gateway, "/nothing.html").await, 404).await;
    problem(gateway.http.post(gateway.url("/")).send().await.expect("an answer"), 404).await;
}

#[tokio::test]
async fn no_path_leads_out_of_a_directory() {
    let (gateway, _dir) = gateway().await;
    for path in [
        "/../secret.txt",
        "/cart/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/..%5csecret.txt",
        "/strict/../../secret.txt",
        "//etc/passwd",
        "/%2fetc/passwd",
        "/.env",
        "/%2eenv",
    ] {
        let mut stream = TcpStream::connect(gateway.address).await.expect("connected");
        let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("read");
        assert!(answer.starts_with("HTTP/1.1 40"), "{path}: {answer}");
    }
}
