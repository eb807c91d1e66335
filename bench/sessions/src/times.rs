//! How long things took.

use anyhow::Result;
use futures_util::{StreamExt, TryStreamExt, stream};
use std::ops::Range;
use std::time::{Duration, Instant};

/// So many are on their way at once.
const AT_ONCE: usize = 64;

/// How long each took, sorted, and all of them.
pub(crate) struct Times {
    each: Vec<Duration>,
    all: Duration,
}

impl Times {
    fn new(mut each: Vec<Duration>, all: Duration) -> Self {
        each.sort();
        Self { each, all }
    }

    pub(crate) async fn one_by_one<F: Future<Output = Result<()>>>(
        count: usize,
        work: impl Fn(usize) -> F,
    ) -> Result<Self> {
        let begun = Instant::now();
        let mut each = Vec::new();
        for n in 0..count {
            let begun = Instant::now();
            work(n).await?;
            each.push(begun.elapsed());
        }
        Ok(Self::new(each, begun.elapsed()))
    }

    pub(crate) fn per_second(&self) -> f64 {
        self.each.len() as f64 / self.all.as_secs_f64()
    }

    /// In milliseconds.
    pub(crate) fn quantile(&self, part: f64) -> f64 {
        let at = (self.each.len().saturating_sub(1) as f64 * part) as usize;
        self.each.get(at).map_or(0.0, |time| time.as_secs_f64() * 1000.0)
    }
}

/// Does it for each number, some at a time.
pub(crate) async fn many<F: Future<Output = Result<()>>>(
    numbers: Range<usize>,
    work: impl Fn(usize) -> F,
) -> Result<Times> {
    let begun = Instant::now();
    let timed = |n| {
        let doing = work(n);
        async move {
            let begun = Instant::now();
            doing.await?;
            Ok::<_, anyhow::Error>(begun.elapsed())
        }
    };
    let each = stream::iter(numbers.map(timed)).buffer_unordered(AT_ONCE).try_collect().await?;
    Ok(Times::new(each, begun.elapsed()))
}
