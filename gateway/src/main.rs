//! The `docent` command.

use clap::Parser;
use docent_gateway::cli::Cli;
use std::process::ExitCode;

fn main() -> ExitCode {
    match Cli::parse().run() {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("docent: {failure}");
            ExitCode::FAILURE
        }
    }
}
