//! `docent tail`: a conversation as it goes on.

use super::remote::{Gateway, Remote};
use super::{Failure, print};
use eventsource_stream::Eventsource;
use futures_util::StreamExt;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use std::process::ExitCode;
use std::time::Duration;

const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// Prints a conversation's events, one line each, and goes on as they come. It resumes where a connection broke.
#[derive(Debug, clap::Args)]
pub(super) struct Tail {
    #[command(flatten)]
    remote: Remote,
    /// The conversation, or `latest`: the one whose visitor was last heard of.
    conversation: String,
    /// Print the events as the gateway sends them: one JSON object a line.
    #[arg(long)]
    json: bool,
    /// Begin after this event, not with the first.
    #[arg(long, value_name = "EVENTID")]
    after: Option<String>,
}

impl Tail {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        let gateway = self.remote.open()?;
        let name = utf8_percent_encode(&self.conversation, NON_ALPHANUMERIC);
        // `latest` is resolved once: a new visitor shall not take over in the middle.
        let conversation = gateway.json(gateway.get(&format!("/conversation/{name}"))).await?;
        let id = conversation.get("conversationId").and_then(Value::as_str).unwrap_or_default();
        let path = format!("/conversation/{}/events", utf8_percent_encode(id, NON_ALPHANUMERIC));
        let mut seen = self.after;
        let mut pause = FIRST_PAUSE;
        loop {
            match follow(&gateway, &path, &mut seen, self.json).await {
                Ok(true) => pause = FIRST_PAUSE,
                Ok(false) | Err(Failure::Unreachable { .. }) => {}
                Err(failure) => return Err(failure),
            }
            eprintln!("docent: the connection ended; again in {} s", pause.as_secs_f32());
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}

/// Prints what one connection brings. Whether it brought anything.
async fn follow(gateway: &Gateway, path: &str, seen: &mut Option<String>, json: bool) -> Result<bool, Failure> {
    let mut request = gateway.get(path).header("accept", "text/event-stream");
    if let Some(id) = &*seen {
        request = request.header("last-event-id", id);
    }
    let response = gateway.send(request).await?;
    let mut events = response.bytes_stream().eventsource();
    let mut any = false;
    while let Some(Ok(event)) = events.next().await {
        print(if json { event.data } else { readable(&event.data) })?;
        *seen = Some(event.id);
        any = true;
    }
    Ok(any)
}

/// An event on one line: when, its number, who, what.
fn readable(event: &str) -> String {
    let Ok(event) = serde_json::from_str::<Value>(event) else { return visible(event) };
    let text = |pointer| event.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let id = text("/eventId").trim_start_matches('0');
    let who = [text("/from/role"), text("/from/id")].join(" ");
    let what = match event.get("data") {
        Some(data) => told(text("/dataType"), data),
        None => String::new(),
    };
    visible(&format!("{} #{id:<4} {:<14} {} {what}", text("/whenPosted"), who.trim_end(), text("/dataType")))
}

fn told(data_type: &str, data: &Value) -> String {
    let text = |name: &str| data.get(name).and_then(Value::as_str).unwrap_or_default();
    if data_type == "message" {
        return Value::from(text("text")).to_string();
    }
    let mut rest = data.clone();
    let mut words = Vec::new();
    for name in ["type", "status"] {
        if let Some(value) = rest.as_object_mut().and_then(|rest| rest.shift_remove(name)) {
            words.push(value.as_str().map_or_else(|| value.to_string(), str::to_owned));
        }
    }
    words.push(rest.to_string());
    words.join(" ")
}

/// What others wrote must not steer the terminal.
fn visible(line: &str) -> String {
    line.chars().map(|char| if char.is_control() { '\u{fffd}' } else { char }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn an_event_is_one_readable_line() {
        let mut event = json!({
            "eventId": "0000000000000007", "conversationId": "c", "whenPosted": "2026-01-01T00:00:00Z",
            "from": {"role": "bot", "id": "echo"}, "dataType": "command",
            "data": {"type": "highlightDom", "selector": "//a"}
        });
        assert_eq!(
            readable(&event.to_string()),
            r#"2026-01-01T00:00:00Z #7    bot echo       command highlightDom {"selector":"//a"}"#
        );
        event["dataType"] = json!("message");
        event["data"] = json!({"text": "Hi\n\u{1b}[2J\u{9b}2J"});
        let line = readable(&event.to_string());
        assert_eq!(line, "2026-01-01T00:00:00Z #7    bot echo       message \"Hi\\n\\u001b[2J\u{fffd}2J\"");
    }

    proptest! {
        #[test]
        fn no_event_steers_the_terminal(text in any::<String>(), id in any::<String>()) {
            let event = json!({"eventId": id, "dataType": "message", "data": {"text": text}, "from": {"role": id}});
            prop_assert!(!readable(&event.to_string()).chars().any(char::is_control));
            prop_assert!(!readable(&text).chars().any(char::is_control));
        }
    }
}
