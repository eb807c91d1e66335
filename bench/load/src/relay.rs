//! Round trips: a bot asks, the visitor answers, the bot has the answer.

use crate::docent::Docent;
use crate::nchan::Nchan;
use crate::peer::{Bot, Peer, Visitor};
use crate::table::{Goal, Table};
use anyhow::{Context, Result};
use futures_util::future::try_join_all;
use futures_util::{StreamExt, TryStreamExt, stream};
use hdrhistogram::Histogram;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

/// Before it counts.
const WARM_UP: Duration = Duration::from_secs(1);
/// The peers take turns, so that what else the machine does hits both.
const ROUNDS: u32 = 3;
/// Round trips on their way at once.
const IN_FLIGHT: [usize; 3] = [64, 256, 1000];
/// Round trips a second of the steady load.
const STEADY: f64 = 2000.0;

#[derive(clap::Args)]
pub(crate) struct Relay {
    /// How many conversations.
    #[arg(long, default_value_t = 1000)]
    conversations: usize,
    /// How long a round lasts, in seconds.
    #[arg(long, default_value_t = 4)]
    seconds: u64,
}

impl Default for Relay {
    fn default() -> Self {
        Self { conversations: 1000, seconds: 4 }
    }
}

/// What the bots do.
#[derive(Clone, Copy)]
enum Load {
    /// So many ask, each again as soon as it has the answer.
    Closed(usize),
    /// So many round trips begin a second, whether or not earlier ones are over.
    Steady(f64),
}

impl Load {
    /// How many bots there are at most; each has one round trip on its way at a time.
    fn bots(self, conversations: usize) -> usize {
        match self {
            Self::Closed(bots) => bots.min(conversations),
            Self::Steady(_) => 256.min(conversations),
        }
    }
}

struct Figures {
    per_second: f64,
    /// Round trip times in µs.
    times: Histogram<u64>,
    /// The server's, in µs for one round trip.
    processor_time: f64,
}

impl Figures {
    fn new() -> Result<Self> {
        Ok(Self { per_second: 0.0, times: Histogram::new(3)?, processor_time: 0.0 })
    }

    fn ms(&self, quantile: f64) -> f64 {
        self.times.value_at_quantile(quantile) as f64 / 1000.0
    }

    fn add(&mut self, round: &Self) -> Result<()> {
        self.per_second += round.per_second / f64::from(ROUNDS);
        self.processor_time += round.processor_time / f64::from(ROUNDS);
        self.times.add(&round.times)?;
        Ok(())
    }
}

/// A peer with its visitors connected.
struct Ready<P> {
    peer: P,
    _visitors: JoinSet<Result<()>>,
}

async fn answer_all(mut visitor: impl Visitor) -> Result<()> {
    while let Some(heard) = visitor.next().await? {
        visitor.answer(&heard).await?;
    }
    Ok(())
}

impl Relay {
    pub(crate) async fn run(&self, docent: Docent, nchan: Option<Nchan>) -> Result<()> {
        let docent = self.ready(docent).await?;
        let nchan = match nchan {
            Some(nchan) => Some(self.ready(nchan).await?),
            None => None,
        };
        let mut table = Table::new(format!("relay: round trips in {} conversations", self.conversations));
        let mut most = (0.0_f64, None);
        for bots in IN_FLIGHT {
            let (ours, theirs) = self.measure(&docent, nchan.as_ref(), Load::Closed(bots)).await?;
            let rate = theirs.as_ref().map(|figures| figures.per_second);
            most = (most.0.max(ours.per_second), rate.into_iter().chain(most.1).reduce(f64::max));
            table.row(&format!("round trips/s, {bots} on their way"), ours.per_second, rate);
            details(&mut table, &ours, theirs.as_ref());
        }
        table.goal("round trips/s at saturation (best of these)", most.0, most.1, Goal::AtLeast(0.5));
        let (ours, theirs) = self.measure(&docent, nchan.as_ref(), Load::Steady(STEADY)).await?;
        let rate = theirs.as_ref().map(|figures| figures.per_second);
        table.row(&format!("round trips/s, {STEADY:.0}/s asked for"), ours.per_second, rate);
        details(&mut table, &ours, theirs.as_ref());
        print!("{table}");
        Ok(())
    }

    async fn ready<P: Peer>(&self, mut peer: P) -> Result<Ready<P>> {
        const AT_ONCE: usize = 64;
        peer.begin(self.conversations).await?;
        let connecting = stream::iter(0..self.conversations).map(|conversation| peer.visitor(conversation, None));
        let visitors: Vec<_> = connecting.buffer_unordered(AT_ONCE).try_collect().await?;
        let visitors = visitors.into_iter().map(answer_all).collect();
        Ok(Ready { peer, _visitors: visitors })
    }

    async fn measure(
        &self,
        docent: &Ready<Docent>,
        nchan: Option<&Ready<Nchan>>,
        load: Load,
    ) -> Result<(Figures, Option<Figures>)> {
        let (mut ours, mut theirs) = (Figures::new()?, Figures::new()?);
        for _ in 0..ROUNDS {
            ours.add(&self.round(&docent.peer, load).await.context("docent")?)?;
            if let Some(nchan) = nchan {
                theirs.add(&self.round(&nchan.peer, load).await.context("nchan")?)?;
            }
        }
        Ok((ours, nchan.map(|_| theirs)))
    }

    async fn round<P: Peer>(&self, peer: &P, load: Load) -> Result<Figures> {
        let bots = load.bots(self.conversations);
        let connecting = (0..bots).map(|first| async move {
            let own: Vec<_> = (first..self.conversations).step_by(bots).collect();
            let mut bot = peer.bot(&own).await?;
            bot.listen().await?;
            Ok::<_, anyhow::Error>((bot, own))
        });
        let connected = try_join_all(connecting).await?;
        let from = Instant::now() + WARM_UP;
        let until = from + Duration::from_secs(self.seconds);
        let before = peer.processor_time()?;
        let mut asking = JoinSet::new();
        for (place, (bot, own)) in connected.into_iter().enumerate() {
            let pace = match load {
                Load::Closed(_) => None,
                Load::Steady(rate) => Some((place, Duration::from_secs_f64(bots as f64 / rate))),
            };
            asking.spawn(ask(bot, own, pace, bots, from..until));
        }
        let (mut times, mut all) = (Histogram::new(3)?, 0);
        while let Some(asked) = asking.join_next().await {
            let asked = asked??;
            times.add(asked.times)?;
            all += asked.all;
        }
        let processor_time = (peer.processor_time()? - before).as_secs_f64() * 1e6 / f64::from(all);
        Ok(Figures { per_second: times.len() as f64 / self.seconds as f64, times, processor_time })
    }
}

/// What one bot did in a round.
struct Asked {
    /// Of the round trips that ended while it counted, in µs.
    times: Histogram<u64>,
    /// Round trips, warming up included.
    all: u32,
}

/// Asks the bot's own conversations in turn.
///
/// With a pace a late round trip's time runs from when it was due.
async fn ask(
    mut bot: impl Bot,
    own: Vec<usize>,
    pace: Option<(usize, Duration)>,
    bots: usize,
    counted: std::ops::Range<Instant>,
) -> Result<Asked> {
    let mut times = Histogram::new(3)?;
    let mut all = 0;
    let begun = Instant::now();
    for (conversation, number) in own.into_iter().cycle().zip(1_u32..) {
        let mut since = Instant::now();
        if let Some((place, period)) = pace {
            let due = begun + period.mul_f64(place as f64 / bots as f64) + period * number;
            match since < due {
                // Not from `due`: the timer's own lateness is no one's.
                true => {
                    sleep_until(due).await;
                    since = Instant::now();
                }
                false => since = due,
            }
        }
        bot.ask(conversation, number.into()).await?;
        all = number;
        let now = Instant::now();
        if now >= counted.end {
            break;
        }
        if now >= counted.start {
            times.record(u64::try_from((now - since).as_micros())?)?;
        }
    }
    Ok(Asked { times, all })
}

fn details(table: &mut Table, ours: &Figures, theirs: Option<&Figures>) {
    for (name, quantile) in [("  p50, ms", 0.5), ("  p99, ms", 0.99)] {
        table.row(name, ours.ms(quantile), theirs.map(|figures| figures.ms(quantile)));
    }
    let theirs = theirs.map(|figures| figures.processor_time);
    table.row("  the server's processor time for one, µs", ours.processor_time, theirs);
}
