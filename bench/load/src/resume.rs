//! Every visitor is dropped at once and comes back, while bots go on talking. Nothing is lost, nothing comes twice.

use crate::docent::Docent;
use crate::nchan::Nchan;
use crate::peer::{Bot, Heard, Peer, Visitor};
use crate::table::{Goal, Table};
use anyhow::{Context, Result, bail};
use futures_util::{StreamExt, TryStreamExt, stream};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use tokio::time::sleep;

const BOTS: usize = 16;
/// What the bots say a second, all the time.
const PER_SECOND: f64 = 500.0;
/// What each visitor misses while it is away, and a little more.
const MISSED: usize = 2;
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(clap::Args)]
pub(crate) struct Resume {
    /// How many visitors.
    #[arg(long, default_value_t = 5000)]
    visitors: usize,
}

impl Default for Resume {
    fn default() -> Self {
        Self { visitors: 5000 }
    }
}

/// What one visitor has heard, over all its sockets.
#[derive(Default)]
struct Ear {
    numbers: Vec<u64>,
    seen: Option<String>,
}

/// What both sides of all conversations know.
struct Scene {
    ears: Vec<Mutex<Ear>>,
    /// The last number each conversation's bot has said, and the server has taken.
    said: Vec<AtomicU64>,
    /// How often every bot shall go through all its conversations without a pause.
    rounds_wanted: AtomicUsize,
    rounds_done: AtomicUsize,
    over: AtomicBool,
}

impl Scene {
    fn new(count: usize) -> Self {
        Self {
            ears: (0..count).map(|_| Mutex::default()).collect(),
            said: (0..count).map(|_| AtomicU64::new(0)).collect(),
            rounds_wanted: AtomicUsize::new(0),
            rounds_done: AtomicUsize::new(0),
            over: AtomicBool::new(false),
        }
    }

    fn said(&self) -> Vec<u64> {
        self.said.iter().map(|said| said.load(Relaxed)).collect()
    }

    fn hear(&self, conversation: usize, heard: Heard) {
        let mut ear = self.ears[conversation].lock().unwrap_or_else(PoisonError::into_inner);
        ear.numbers.push(heard.number);
        ear.seen = Some(heard.id);
    }

    fn seen(&self, conversation: usize) -> Option<String> {
        self.ears[conversation].lock().unwrap_or_else(PoisonError::into_inner).seen.clone()
    }

    /// How many visitors have not heard all of `said`.
    fn behind(&self, said: &[u64]) -> usize {
        let heard = |ear: &Mutex<Ear>| ear.lock().unwrap_or_else(PoisonError::into_inner).numbers.len() as u64;
        self.ears.iter().zip(said).filter(|(ear, said)| heard(ear) < **said).count()
    }

    async fn caught_up(&self, said: &[u64]) -> Result<()> {
        let begun = Instant::now();
        while self.behind(said) > 0 {
            if begun.elapsed() > PATIENCE {
                bail!("{} visitors have not caught up after {PATIENCE:?}", self.behind(said));
            }
            sleep(Duration::from_millis(5)).await;
        }
        Ok(())
    }

    /// Has every bot go through its conversations so many times at once.
    async fn rounds(&self, count: usize) -> Result<()> {
        let wanted = self.rounds_wanted.fetch_add(count, Relaxed) + count;
        let begun = Instant::now();
        while self.rounds_done.load(Relaxed) < wanted * BOTS {
            if begun.elapsed() > PATIENCE {
                bail!("the bots could not say all in {PATIENCE:?}");
            }
            sleep(Duration::from_millis(5)).await;
        }
        Ok(())
    }

    /// How many numbers were lost, and how many came twice or out of turn.
    fn faults(&self) -> (u64, u64) {
        let (mut lost, mut again) = (0, 0);
        for (ear, said) in self.ears.iter().zip(self.said()) {
            let ear = ear.lock().unwrap_or_else(PoisonError::into_inner);
            let mut last = 0;
            let mut fresh = 0;
            for &number in &ear.numbers {
                match number > last {
                    true => (fresh, last) = (fresh + 1, number),
                    false => again += 1,
                }
            }
            lost += said - fresh;
        }
        (lost, again)
    }
}

struct Figures {
    seconds: f64,
    lost: u64,
    again: u64,
}

impl Resume {
    pub(crate) async fn run(&self, docent: Docent, nchan: Option<Nchan>) -> Result<()> {
        let docent = self.measure(docent).await.context("docent")?;
        let nchan = match nchan {
            Some(nchan) => Some(self.measure(nchan).await.context("nchan")?),
            None => None,
        };
        let of = |figure: fn(&Figures) -> f64| nchan.as_ref().map(figure);
        let mut table = Table::new(format!(
            "resume: {} visitors dropped at once, {MISSED} messages or more missed by each, {PER_SECOND}/s going on",
            self.visitors
        ));
        table.goal("all have caught up after, s", docent.seconds, of(|figures| figures.seconds), Goal::AtMost(1.0));
        table.row("messages lost", docent.lost as f64, of(|figures| figures.lost as f64));
        table.row("messages twice or out of turn", docent.again as f64, of(|figures| figures.again as f64));
        print!("{table}");
        match (docent.lost, docent.again) {
            (0, 0) => Ok(()),
            (lost, again) => bail!("the gateway lost {lost} messages and brought {again} twice"),
        }
    }

    async fn measure<P: Peer>(&self, mut peer: P) -> Result<Figures> {
        peer.begin(self.visitors).await?;
        let peer = Arc::new(peer);
        let scene = Arc::new(Scene::new(self.visitors));
        let mut listening = JoinSet::new();
        let connecting = stream::iter(0..self.visitors).map(|conversation| peer.visitor(conversation, None));
        let visitors: Vec<_> = connecting.buffered(64).try_collect().await?;
        for (conversation, visitor) in visitors.into_iter().enumerate() {
            listening.spawn(listen(visitor, conversation, scene.clone()));
        }
        let mut talking = JoinSet::new();
        for first in 0..BOTS {
            let own: Vec<_> = (first..self.visitors).step_by(BOTS).collect();
            talking.spawn(talk(peer.bot(&own).await?, own, scene.clone()));
        }
        // So that everybody has a place to go on from.
        scene.rounds(1).await?;
        scene.caught_up(&scene.said()).await?;

        listening.shutdown().await;
        scene.rounds(MISSED).await?;
        let missed = scene.said();
        let begun = Instant::now();
        for conversation in 0..self.visitors {
            listening.spawn(come_back(peer.clone(), conversation, scene.clone()));
        }
        scene.caught_up(&missed).await?;
        let seconds = begun.elapsed().as_secs_f64();

        sleep(Duration::from_secs(1)).await;
        scene.over.store(true, Relaxed);
        while let Some(talked) = talking.join_next().await {
            talked??;
        }
        scene.caught_up(&scene.said()).await.or_else(|_| Ok::<_, anyhow::Error>(()))?;
        // What comes twice may come late.
        sleep(Duration::from_millis(500)).await;
        let (lost, again) = scene.faults();
        Ok(Figures { seconds, lost, again })
    }
}

async fn come_back<P: Peer>(peer: Arc<P>, conversation: usize, scene: Arc<Scene>) -> Result<()> {
    let visitor = peer.visitor(conversation, scene.seen(conversation).as_deref()).await?;
    listen(visitor, conversation, scene).await
}

async fn listen(mut visitor: impl Visitor, conversation: usize, scene: Arc<Scene>) -> Result<()> {
    while let Some(heard) = visitor.next().await? {
        scene.hear(conversation, heard);
    }
    Ok(())
}

async fn talk(mut bot: impl Bot, own: Vec<usize>, scene: Arc<Scene>) -> Result<()> {
    let pause = Duration::from_secs_f64(BOTS as f64 / PER_SECOND);
    let mut rounds = 0;
    for &next in own.iter().cycle() {
        if scene.over.load(Relaxed) {
            break;
        }
        while rounds < scene.rounds_wanted.load(Relaxed) {
            for &conversation in &own {
                say(&mut bot, conversation, &scene).await?;
            }
            rounds += 1;
            scene.rounds_done.fetch_add(1, Relaxed);
        }
        say(&mut bot, next, &scene).await?;
        sleep(pause).await;
    }
    Ok(())
}

async fn say(bot: &mut impl Bot, conversation: usize, scene: &Scene) -> Result<()> {
    let number = scene.said[conversation].load(Relaxed) + 1;
    bot.tell(conversation, number).await?;
    scene.said[conversation].store(number, Relaxed);
    Ok(())
}
