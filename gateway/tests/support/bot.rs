//! A gateway whose site has a bot.

use super::{Gateway, Visitor, message};
use docent_gateway::config::Config;
use serde_json::Value;
use std::path::Path;
use std::time::Duration;

pub const CONFIG: &str = r#"
[limits]
visitor = "off"
agent = "off"
bot = "off"
address = "off"
conversations = "off"

[[channel]]
id = 3
name = "support"
bot = "helper"

[[site]]
key = "demo"
origins = ["http://localhost:*"]
channel = "support"
portal = "portal_1"

[[site]]
key = "other"
origins = ["https://other.example"]

[[bot]]
name = "helper"
dir = "DIR"
tenant = "koreteam.atlassian.net"
labels = { "15379386734832" = "roadlabs.com" }
time_ms = 300
patience_s = 5
"#;

/// Its bot `helper` has this script.
pub fn config(dir: &Path, script: &str) -> Config {
    std::fs::write(dir.join("helper.js"), script).expect("written");
    let text = CONFIG.replace("DIR", dir.to_str().expect("a path"));
    super::configured(&text, &dir.join("data"))
}

/// A gateway whose site has a bot with this script.
pub struct Bench {
    pub gateway: Gateway,
    pub dir: tempfile::TempDir,
}

impl Bench {
    pub async fn new(script: &str) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let gateway = Gateway::start_with(config(dir.path(), script)).await;
        Self { gateway, dir }
    }

    /// Waits until the log holds what is looked for, and hands the log out.
    pub async fn until(&self, visitor: &Visitor, found: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        for _ in 0..400 {
            let log = self.gateway.log(&visitor.id).await;
            if found(&log) {
                return log;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("{:#?}\n{:#?}", self.gateway.log(&visitor.id).await, self.view(visitor).await);
    }

    pub async fn says(&self, visitor: &Visitor, text: &str) -> Vec<Value> {
        self.until(visitor, |log| log.iter().any(|event| is_said(event, text))).await
    }

    pub async fn say(&self, visitor: &Visitor, text: &str) {
        self.gateway.say(&visitor.id, &visitor.token, &message(text)).await;
    }

    pub async fn view(&self, visitor: &Visitor) -> Value {
        let response = self.gateway.get(&format!("/conversation/{}/bot", visitor.id), &self.gateway.agent()).await;
        assert_eq!(response.status(), 200);
        response.json().await.expect("JSON")
    }
}

pub fn is_said(event: &Value, text: &str) -> bool {
    event["dataType"] == "message" && event["from"]["role"] == "bot" && event["data"]["text"] == text
}

pub fn is_hand_off(event: &Value) -> bool {
    event["dataType"] == "session" && event["data"]["chatbotIsActive"] == false && !event["data"]["old"].is_null()
}

pub fn statuses(log: &[Value]) -> Vec<i64> {
    let sessions = log.iter().filter(|event| event["dataType"] == "session");
    sessions.filter_map(|event| event["data"]["new"]["status"].as_i64()).collect()
}
