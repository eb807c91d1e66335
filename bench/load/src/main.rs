//! Puts load on the gateway and, in the same run, on nchan; prints both and their ratios. `bench/README.md` says what
//! is measured.

mod client;
mod docent;
mod idle;
mod nchan;
mod peer;
mod relay;
mod resume;
mod server;
mod table;

use crate::docent::Docent;
use crate::nchan::Nchan;
use anyhow::{Context, Result, bail};
use clap::{Parser, Subcommand};
use rustix::process::{Resource, getrlimit, setrlimit};
use std::path::PathBuf;
use std::process::ExitCode;
use tokio::signal::unix::{SignalKind, signal};

/// Puts load on the gateway and on nchan. Without a command, all of them.
#[derive(Parser)]
#[command(name = "bench-load", max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(clap::Args)]
struct Options {
    /// The gateway's program. The one beside this program unless given.
    #[arg(long, global = true, value_name = "FILE")]
    docent: Option<PathBuf>,
    /// Where the servers' files go. They are removed at the end. A real disk, or durability costs nothing.
    #[arg(long, global = true, value_name = "DIR", default_value = "target")]
    dir: PathBuf,
    /// Leave nchan out.
    #[arg(long, global = true)]
    alone: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Memory of sockets that wait, and how fast they connect.
    Idle(idle::Idle),
    /// Round trips from a bot through a visitor and back.
    Relay(relay::Relay),
    /// Visitors dropped all at once, and back.
    Resume(resume::Resume),
}

impl Command {
    fn all() -> [Self; 3] {
        [
            Self::Idle(idle::Idle::default()),
            Self::Relay(relay::Relay::default()),
            Self::Resume(resume::Resume::default()),
        ]
    }

    async fn run(&self, options: &Options) -> Result<()> {
        let docent = Docent::start(&options.docent()?, &options.dir)?;
        let nchan = match options.alone {
            true => None,
            false => Nchan::start(&options.dir)?,
        };
        match self {
            Self::Idle(idle) => idle.run(docent, nchan).await,
            Self::Relay(relay) => relay.run(docent, nchan).await,
            Self::Resume(resume) => resume.run(docent, nchan).await,
        }
    }
}

impl Options {
    fn docent(&self) -> Result<PathBuf> {
        let beside = || Ok(std::env::current_exe()?.with_file_name("docent"));
        let path = self.docent.clone().map_or_else(beside, Ok::<_, std::io::Error>)?;
        anyhow::ensure!(
            path.exists(),
            "{} is not there; build it: cargo build --release -p docent-gateway",
            path.display()
        );
        Ok(path)
    }
}

/// Each socket is an open file, here and in the servers, which inherit the limit.
fn raise_open_files() -> Result<()> {
    const NEEDED: u64 = 16_384;
    let mut limit = getrlimit(Resource::Nofile);
    let most = limit.maximum.unwrap_or(NEEDED);
    limit.current = Some(most);
    setrlimit(Resource::Nofile, limit).context("the limit of open files cannot be raised")?;
    if most < NEEDED {
        println!("note: only {most} files may be open (`ulimit -Hn`); the default sizes need {NEEDED}");
    }
    Ok(())
}

async fn measure(cli: Cli) -> Result<()> {
    match cli.command {
        Some(command) => command.run(&cli.options).await,
        None => {
            for command in Command::all() {
                command.run(&cli.options).await?;
            }
            Ok(())
        }
    }
}

async fn run(cli: Cli) -> Result<()> {
    raise_open_files()?;
    std::fs::create_dir_all(&cli.options.dir)?;
    println!("{}", server::machine(&cli.options.dir)?);
    let mut terminate = signal(SignalKind::terminate())?;
    // Whatever ends it, the servers are stopped and their files removed.
    tokio::select! {
        measured = measure(cli) => measured,
        _ = tokio::signal::ctrl_c() => bail!("interrupted"),
        _ = terminate.recv() => bail!("terminated"),
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}
