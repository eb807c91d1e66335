//! The command line: one file a command.

mod bot;
mod check;
mod params;
mod remote;
mod send;
mod serve;
mod settings;
mod tail;
mod token;
mod webhook;

use crate::app::RunError;
use crate::config::LoadError;
use clap::{Parser, Subcommand};
use std::fmt::Display;
use std::io::{self, Write};
use std::process::ExitCode;

/// Docent joins the people on a website with the agents and bots that help them.
#[derive(Debug, Parser)]
#[command(name = "docent", version, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::Serve),
    Token(token::Token),
    Send(send::Send),
    Tail(tail::Tail),
    Check(check::Check),
    Bot(bot::Bot),
    Webhook(webhook::Webhook),
}

/// Why a command failed, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The configuration cannot be used.
    #[error("{}", told(.0))]
    Config(#[from] LoadError),
    /// The arguments do not fit.
    #[error("{0}")]
    Usage(String),
    /// The gateway could not be started, or did not stop well.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The address to listen on cannot be had.
    #[error("cannot listen on {address}: {cause}; choose another with --listen")]
    Listen {
        /// The address.
        address: std::net::SocketAddr,
        /// What the system says.
        cause: io::Error,
    },
    /// No token could be made.
    #[error("no token could be made: {0}")]
    Token(crate::error::Error),
    /// The gateway was not reached.
    #[error("{url} does not answer: {cause}; is `docent serve` running there? Name it with --url or DOCENT_URL")]
    Unreachable {
        /// The gateway's address.
        url: String,
        /// What the connection says.
        cause: String,
    },
    /// The gateway refused.
    #[error("{0}")]
    Refused(String),
    /// The system failed.
    #[error(transparent)]
    Io(#[from] io::Error),
}

fn told(error: &LoadError) -> String {
    match error {
        LoadError::Faulty { path, faults } => {
            let lines: Vec<_> = faults.iter().map(|fault| format!("\n  {}:{fault}", path.display())).collect();
            format!("{error}{}", lines.concat())
        }
        _ => error.to_string(),
    }
}

impl Cli {
    /// Runs the command. The exit code is the command's answer; a failure is for the caller to tell.
    pub fn run(self) -> Result<ExitCode, Failure> {
        match self.command {
            Command::Serve(serve) => serve.run(),
            Command::Token(token) => token.run(),
            Command::Send(send) => client(send.run()),
            Command::Tail(tail) => client(tail.run()),
            Command::Check(check) => check.run(),
            Command::Bot(bot) => bot.run(),
            Command::Webhook(webhook) => client(webhook.run()),
        }
    }
}

fn client(command: impl Future<Output = Result<ExitCode, Failure>>) -> Result<ExitCode, Failure> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(command)
}

/// Writes a line to standard output. A reader that has gone away (`docent tail … | head`) is an error like any other:
/// it ends the command.
fn print(line: impl Display) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn secrets_from_the_environment_are_not_shown_in_the_help() {
        for mut command in Cli::command().get_subcommands().cloned() {
            let help = command.render_long_help().to_string();
            assert!(!help.contains("DOCENT_TOKEN="), "{help}");
        }
    }
}
