//! `docent webhook`: what webhooks could not be told of.

use super::remote::Remote;
use super::{Failure, print};
use clap::Subcommand;
use serde_json::{Value, json};
use std::process::ExitCode;

/// Lists what webhooks could not be told of, and sends it again.
#[derive(Debug, clap::Args)]
pub(super) struct Webhook {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Lists the dead letters of the token's site, one a line.
    List {
        #[command(flatten)]
        remote: Remote,
    },
    /// Sends dead letters again.
    Replay {
        #[command(flatten)]
        remote: Remote,
        /// Only this one; all without it.
        id: Option<i64>,
    },
}

impl Webhook {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        match self.action {
            Action::List { remote } => {
                let gateway = remote.open()?;
                let answer = gateway.json(gateway.get("/webhooks/dead-letters")).await?;
                for letter in answer["deadLetters"].as_array().into_iter().flatten() {
                    let text = |name: &str| letter[name].as_str().unwrap_or_default();
                    let (id, attempts) = (&letter["id"], &letter["attempts"]);
                    let (conversation, event) = (text("conversationId"), text("eventId").trim_start_matches('0'));
                    let (webhook, why) = (text("webhook"), text("why"));
                    print(format_args!("{id} {webhook} {conversation} #{event} after {attempts} attempts: {why}"))?;
                }
            }
            Action::Replay { remote, id } => {
                let gateway = remote.open()?;
                let body = id.map_or(json!({}), |id| json!({"id": id}));
                let answer = gateway.json(gateway.post("/webhooks/dead-letters/replay", &body)).await?;
                print(format_args!("{} sent again", answer.get("replayed").unwrap_or(&Value::Null)))?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
