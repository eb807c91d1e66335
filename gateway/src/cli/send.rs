//! `docent send`: one command, request or message to a visitor's page.

use super::remote::Remote;
use super::{Failure, params, print};
use docent_protocol::envelope::DataType;
use docent_protocol::registry::{self, ROWS, RowKind};
use docent_protocol::status::Status;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};
use std::process::ExitCode;
use std::time::Duration;

/// Sends a command or request to a visitor's page and prints the answer. Exits with 1 unless the answer is a success.
///
/// docent send latest highlightDom selector="//button[@id='buy']" label="Here" colors.square=green
#[derive(Debug, clap::Args)]
pub(super) struct Send {
    #[command(flatten)]
    remote: Remote,
    /// The conversation, or `latest`: the one whose visitor was last heard of.
    conversation: String,
    /// The command or request; or `message` or `typing`.
    #[arg(value_name = "TYPE")]
    kind: String,
    /// Its parameters. A value that is JSON is taken as such, any other as a string; dots reach into objects.
    #[arg(value_name = "KEY=VALUE")]
    params: Vec<String>,
    /// How many seconds to wait for the page's answer, at most 60; 0 not to.
    #[arg(long, default_value_t = 30, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(0..=60))]
    wait: u64,
}

impl Send {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        let params = params::parse(&self.params).map_err(Failure::Usage)?;
        let body = body(&self.kind, params);
        let gateway = self.remote.open()?;
        let conversation = utf8_percent_encode(&self.conversation, NON_ALPHANUMERIC);
        let path = format!("/conversation/{conversation}/Data?wait={}", self.wait);
        let patience = Duration::from_secs(self.wait + 15);
        let answer = gateway.json(gateway.post(&path, &body).timeout(patience)).await?;
        print(format_args!("{answer:#}"))?;
        Ok(verdict(&answer, self.wait))
    }
}

fn body(kind: &str, mut params: Map<String, Value>) -> Value {
    if [DataType::Message, DataType::Typing].iter().any(|chat| chat.as_str() == kind) {
        return json!({"dataType": kind, "data": params});
    }
    // The page says what it knows: a name that is none of ours may be one of its runtime's.
    let row = registry::find(kind);
    if row.is_none() {
        let known: Vec<_> = ROWS.iter().map(|row| row.name).collect();
        eprintln!("docent: `{kind}` is sent although it is none of: {}", known.join(", "));
    }
    let data_type = row.map_or(RowKind::Command, |row| row.kind).as_str();
    params.insert("type".to_owned(), Value::from(kind));
    json!({"dataType": data_type, "data": params})
}

/// An answer is good if it is a success; without an answer, what was sent is stored, which is all that was asked for
/// where nobody waits.
fn verdict(answer: &Value, wait: u64) -> ExitCode {
    if answer.get("status").and_then(Value::as_str) == Some("pending") {
        eprintln!("docent: no answer within {wait} s; it stays queued until the visitor's page takes it");
        return ExitCode::FAILURE;
    }
    let status = answer.pointer("/data/status").and_then(Value::as_str);
    match status.map(Status::parse) {
        None | Some(Some(Status::Success)) => ExitCode::SUCCESS,
        Some(_) => ExitCode::FAILURE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(word: &str) -> Map<String, Value> {
        params::parse(&[word.to_owned()]).expect("parameters")
    }

    #[test]
    fn the_registry_says_what_is_a_command_and_what_a_request() {
        assert_eq!(
            body("disableChatInput", params("value=true")),
            json!({"dataType": "command", "data": {"value": true, "type": "disableChatInput"}})
        );
        assert_eq!(body("getLocalTime", Map::new())["dataType"], "infoRequest");
        assert_eq!(body("somethingNew", Map::new())["dataType"], "command");
        assert_eq!(body("message", params("text=Hi")), json!({"dataType": "message", "data": {"text": "Hi"}}));
    }

    #[test]
    fn only_a_success_is_a_success() {
        let code = |answer| format!("{:?}", verdict(&answer, 1));
        let success = format!("{:?}", ExitCode::SUCCESS);
        assert_eq!(code(json!({"eventId": "1"})), success);
        assert_eq!(code(json!({"data": {"status": "success"}})), success);
        assert_ne!(code(json!({"data": {"status": "error|notAllowed"}})), success);
        assert_ne!(code(json!({"eventId": "1", "status": "pending"})), success);
    }
}
