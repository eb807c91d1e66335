//! Visitors who have the page open and say nothing.

use crate::docent::Docent;
use crate::nchan::Nchan;
use crate::peer::{Bot, Peer, Visitor};
use crate::table::{Goal, Table};
use anyhow::{Context, Result, bail};
use futures_util::{StreamExt, TryStreamExt, stream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use tokio::time::sleep;

/// How many connect at the same time.
const AT_ONCE: usize = 128;
/// After this a server has done what it has to do, and its memory is read.
const SETTLE: Duration = Duration::from_secs(2);
/// How long the messages may take to arrive.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(clap::Args)]
pub(crate) struct Idle {
    /// How many visitors.
    #[arg(long, default_value_t = 10_000)]
    sockets: usize,
}

impl Default for Idle {
    fn default() -> Self {
        Self { sockets: 10_000 }
    }
}

struct Figures {
    /// Bytes a socket takes, before it has carried anything.
    silent: f64,
    /// The same after one message each.
    spoken: f64,
    per_second: f64,
}

impl Idle {
    pub(crate) async fn run(&self, docent: Docent, nchan: Option<Nchan>) -> Result<()> {
        let docent = self.measure(docent).await?;
        let nchan = match nchan {
            Some(nchan) => Some(self.measure(nchan).await?),
            None => None,
        };
        let kib = |bytes: f64| bytes / 1024.0;
        let of = |figure: fn(&Figures) -> f64| nchan.as_ref().map(figure);
        let mut table = Table::new(format!("idle: {} visitor sockets", self.sockets));
        let silent = of(|figures| figures.silent).map(kib);
        table.goal("memory per socket, KiB", kib(docent.silent), silent, Goal::AtMost(1.0));
        let spoken = of(|figures| figures.spoken).map(kib);
        table.goal("  after one message each", kib(docent.spoken), spoken, Goal::AtMost(1.0));
        table.row("connects/s", docent.per_second, of(|figures| figures.per_second));
        print!("{table}");
        Ok(())
    }

    async fn measure<P: Peer>(&self, mut peer: P) -> Result<Figures> {
        peer.begin(self.sockets).await?;
        sleep(SETTLE).await;
        let before = peer.memory()?;
        let begun = Instant::now();
        let connecting = stream::iter(0..self.sockets).map(|conversation| peer.visitor(conversation, None));
        let visitors: Vec<_> = connecting.buffer_unordered(AT_ONCE).try_collect().await?;
        let per_second = self.sockets as f64 / begun.elapsed().as_secs_f64();
        let heard = Arc::new(AtomicUsize::new(0));
        let mut listening = JoinSet::new();
        for visitor in visitors {
            listening.spawn(listen(visitor, heard.clone()));
        }
        sleep(SETTLE).await;
        let silent = peer.memory()?;
        self.tell_each(&peer).await?;
        let begun = Instant::now();
        while heard.load(Ordering::Relaxed) < self.sockets {
            if begun.elapsed() > PATIENCE {
                bail!("only {} of {} visitors heard a word", heard.load(Ordering::Relaxed), self.sockets);
            }
            sleep(Duration::from_millis(50)).await;
        }
        sleep(SETTLE).await;
        let spoken = peer.memory()?;
        anyhow::ensure!(listening.try_join_next().is_none(), "a socket has closed");
        let each = |now: u64| (now as f64 - before as f64) / self.sockets as f64;
        Ok(Figures { silent: each(silent), spoken: each(spoken), per_second })
    }

    async fn tell_each<P: Peer>(&self, peer: &P) -> Result<()> {
        const BOTS: usize = 16;
        let bots = (0..BOTS).map(|first| async move {
            let own: Vec<_> = (first..self.sockets).step_by(BOTS).collect();
            let mut bot = peer.bot(&own).await?;
            for conversation in own {
                bot.tell(conversation, 1).await?;
            }
            Ok::<_, anyhow::Error>(())
        });
        futures_util::future::try_join_all(bots).await.context("a bot failed")?;
        Ok(())
    }
}

async fn listen(mut visitor: impl Visitor, heard: Arc<AtomicUsize>) -> Result<()> {
    while visitor.next().await?.is_some() {
        heard.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}
