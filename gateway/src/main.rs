//! The `docent` command.

use clap::Parser;
use docent_gateway::cli::Cli;
use std::process::ExitCode;

/// A sixth less processor time for a round trip than the system's allocator, for 0.9 KiB more a socket.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match Cli::parse().run() {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("docent: {failure}");
            ExitCode::FAILURE
        }
    }
}
