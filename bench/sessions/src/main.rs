//! What variables, chat sessions and bots cost, beside what the plain store costs in the same run. See the README.

mod gateway;
mod script;
mod times;

use crate::gateway::{Begun, Gateway};
use crate::times::{Times, many};
use anyhow::{Result, ensure};
use clap::Parser;
use docent_gateway::config::SiteKey;
use docent_gateway::conversation::ConversationId;
use docent_gateway::store::embedded::Embedded;
use docent_gateway::store::{Draft, Owner, Put, Store, VariableStore};
use docent_gateway::variables::Scope;
use docent_protocol::envelope::DataType;
use docent_protocol::event::Role;
use jiff::{Timestamp, ToSpan};
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What variables, sessions and bots cost.
#[derive(Parser)]
#[command(name = "bench-sessions")]
struct Cli {
    /// Conversations with a bot each.
    #[arg(long, default_value_t = 10_000)]
    conversations: usize,
    /// How many of everything else.
    #[arg(long, default_value_t = 4000)]
    count: usize,
    /// Where the data goes. A real disk, or durability costs nothing. It is removed at the end.
    #[arg(long, default_value = "target")]
    dir: PathBuf,
}

/// Where bots' names and users stand in for the real ones.
const BENCH: &str = "bench";

fn message(text: &str) -> Draft {
    Draft {
        site: SiteKey::new(BENCH),
        role: Role::Bot,
        from: None,
        data_type: DataType::Message,
        data: json!({"text": text}).to_string(),
        answers: None,
        key: None,
        act: None,
    }
}

async fn store_put(store: &Embedded, key: usize) -> Result<()> {
    let (bot, user) = (BENCH.to_owned(), format!("{key}"));
    let owner = Owner { site: SiteKey::new(BENCH), scope: Scope::BotUserSession, bot, user };
    let expires = Timestamp::now() + 1.hour();
    let entries = vec![("k".to_owned(), "\"a value\"".to_owned())];
    let put = Put { owner, entries, expires, limit: 256, during: None };
    Ok(store.put_variables(put, Timestamp::now()).await?)
}

async fn store_get(store: &Embedded, key: usize) -> Result<()> {
    let (bot, user) = (BENCH.to_owned(), format!("{key}"));
    let owner = Owner { site: SiteKey::new(BENCH), scope: Scope::BotUserSession, bot, user };
    ensure!(store.variable(owner, "k".to_owned(), Timestamp::now()).await?.is_some(), "it was put");
    Ok(())
}

/// Everything of the plain store's.
struct Plain {
    put: Times,
    get: Times,
    append: Times,
    alone: Times,
}

async fn plain(cli: &Cli) -> Result<Plain> {
    let dir = tempfile::tempdir_in(&cli.dir)?;
    let store = Embedded::open(dir.path(), Arc::new(|_, _| {}))?;
    let (store, all) = (&store, 0..cli.count);
    let put = many(all.clone(), |n| store_put(store, n)).await?;
    let get = many(all.clone(), |n| store_get(store, n)).await?;
    let mut ids = Vec::new();
    for _ in 0..64 {
        let id = ConversationId::random()?;
        store.create(id, SiteKey::new(BENCH)).await?;
        ids.push(id);
    }
    let ids = &ids;
    let append = |n: usize| async move { Ok(store.append(ids[n % 64], message("hello")).await.map(drop)?) };
    let append_many = many(all, append).await?;
    let alone = Times::one_by_one(cli.count.min(500), append).await?;
    store.close().await?;
    Ok(Plain { put, get, append: append_many, alone })
}

fn row(name: &str, ours: f64, plain: f64, unit: &str) {
    println!("  {name:<52} {ours:>10.1} {plain:>10.1} {:>7.2}  {unit}", ours / plain);
}

fn rows(name: &str, ours: &Times, plain: &Times) {
    row(&format!("{name}, a second"), ours.per_second(), plain.per_second(), "1/s");
    row(&format!("{name}, p99"), ours.quantile(0.99), plain.quantile(0.99), "ms");
}

async fn conversations(cli: &Cli, gateway: &Gateway, plain: &Plain) -> Result<()> {
    let before = gateway::memory()?;
    gateway.begin("quiet", cli.conversations).await?;
    let quiet = gateway::memory()?;
    let begun: Vec<Begun> = gateway.begin("talking", cli.conversations).await?;
    // A bot has greeted everywhere before its memory is read and its answers are counted.
    many(0..begun.len(), |n| gateway.said(&begun[n], 1)).await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let talking = gateway::memory()?;
    let each = |bytes: i64| bytes as f64 / cli.conversations as f64 / 1024.0;
    row(
        "memory of an idle conversation with a bot",
        each(talking - quiet),
        each(quiet - before),
        "KiB; beside: without a bot",
    );
    let start = Instant::now();
    let (asked, answered) = tokio::join!(
        many(0..begun.len(), |n| gateway.say(&begun[n])),
        many(0..begun.len(), |n| gateway.said(&begun[n], 2)),
    );
    asked?;
    answered?;
    let took = start.elapsed().as_secs_f64();
    // A message, and an answer to it.
    let floor = 2.0 * cli.conversations as f64 / plain.append.per_second();
    row(&format!("{} conversations, all answered", cli.conversations), took, floor, "s; beside: as many appends");
    Ok(())
}

async fn run(cli: Cli) -> Result<()> {
    std::fs::create_dir_all(&cli.dir)?;
    let plain = plain(&cli).await?;
    let gateway = Gateway::start(&cli.dir).await?;
    let one = gateway.begin("quiet", 64).await?;
    println!("  {:<52} {:>10} {:>10} {:>7}", "", "docent", "store", "ratio");
    let put = many(0..cli.count, |n| gateway.put(&one[n % 64])).await?;
    rows("variables, put over HTTP, durable", &put, &plain.put);
    let get = many(0..cli.count, |n| gateway.get(&one[n % 64])).await?;
    rows("variables, get over HTTP", &get, &plain.get);
    let save = many(0..cli.count, |n| gateway.save(&one[n % 64])).await?;
    rows("SaveChatSessionEntity", &save, &plain.append);
    let call = script::empty(cli.count.min(1000)).await?;
    row(
        "a script's call, empty handler, median",
        call.quantile(0.5),
        plain.alone.quantile(0.5),
        "ms; beside: one append",
    );
    row(
        "a script's call, empty handler, p99",
        call.quantile(0.99),
        plain.alone.quantile(0.99),
        "ms; beside: one append",
    );
    conversations(&cli, &gateway, &plain).await?;
    gateway.stop().await
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
