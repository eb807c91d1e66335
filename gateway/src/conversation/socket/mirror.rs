//! A socket's part in co-browse: a visitor's page is watched, an agent or a bot watches.

use crate::config::Rate;
use crate::conversation::watch::{Page, Relay, Watcher};
use crate::error::Error;
use axum::extract::ws::Message;
use bytes::Bytes;
use governor::{DefaultDirectRateLimiter, Quota};
use std::sync::Arc;

/// The longest frame of a watcher's.
pub(super) const SIGNAL_BYTES: usize = 1024;

/// See the module.
pub(super) enum Mirror {
    /// The visitor's side.
    Page(Page),
    /// An agent's or bot's side.
    Agent(Box<Agent>),
}

/// Somebody who may watch.
pub(super) struct Agent {
    relay: Arc<Relay>,
    /// Who the visitor is told watches.
    id: String,
    queue_bytes: usize,
    signals: Option<DefaultDirectRateLimiter>,
    watcher: Option<Watcher>,
}

impl Mirror {
    pub(super) fn page(relay: &Arc<Relay>) -> Self {
        Self::Page(relay.page())
    }

    pub(super) fn agent(relay: &Arc<Relay>, id: &str, queue_bytes: usize, signals: Option<Rate>) -> Self {
        let quota = |rate: Rate| Quota::per_second(rate.per_second).allow_burst(rate.burst);
        let signals = signals.map(|rate| DefaultDirectRateLimiter::direct(quota(rate)));
        Self::Agent(Box::new(Agent { relay: relay.clone(), id: id.to_owned(), queue_bytes, signals, watcher: None }))
    }

    /// Begins or ends watching.
    pub(super) fn watch(&mut self, on: bool) -> Result<(), Error> {
        let agent = self.watching()?;
        if !on {
            agent.watcher = None;
        } else if agent.watcher.is_none() {
            agent.watcher = Some(agent.relay.watch(&agent.id, agent.queue_bytes));
        }
        Ok(())
    }

    /// Asks the page for all of it.
    pub(super) fn ask_snapshot(&mut self) -> Result<(), Error> {
        let agent = self.watching()?;
        agent.watcher.as_ref().ok_or_else(unwatched)?.ask_snapshot();
        Ok(())
    }

    fn watching(&mut self) -> Result<&mut Agent, Error> {
        match self {
            Self::Agent(agent) => Ok(agent),
            Self::Page(_) => Err(Error::forbidden("a visitor's page does not watch; agents and bots do")),
        }
    }

    /// Takes a frame that is within its limit.
    pub(super) fn frame(&self, frame: &Bytes) -> Result<(), Error> {
        match self {
            Self::Page(page) => page
                .forward(frame)
                .map_err(|_| Error::malformed("(body)", "a binary frame begins with flags and a watcher, 5 bytes")),
            Self::Agent(agent) => agent.signal(frame),
        }
    }

    /// Waits until there is something to take.
    pub(super) async fn ready(&self) {
        match self {
            Self::Page(page) => page.ready().await,
            Self::Agent(agent) => match &agent.watcher {
                Some(watcher) => watcher.ready().await,
                None => std::future::pending().await,
            },
        }
    }

    /// What is to be written next. To be called when all before is written.
    pub(super) fn take(&self) -> Vec<Message> {
        match self {
            Self::Page(page) => {
                let (watchers, signals) = page.take();
                watchers.map(Message::Text).into_iter().chain(signals.into_iter().map(Message::Binary)).collect()
            }
            Self::Agent(agent) => {
                let frames = agent.watcher.as_ref().map(Watcher::take).unwrap_or_default();
                frames.into_iter().map(Message::Binary).collect()
            }
        }
    }
}

impl Agent {
    /// A signal over the rate is passed over: the next one tells where the pointer is now.
    fn signal(&self, payload: &Bytes) -> Result<(), Error> {
        let watcher = self.watcher.as_ref().ok_or_else(unwatched)?;
        if payload.len() > SIGNAL_BYTES {
            return Err(Error::TooLarge(SIGNAL_BYTES));
        }
        if self.signals.as_ref().is_none_or(|signals| signals.check().is_ok()) {
            watcher.signal(payload);
        }
        Ok(())
    }
}

fn unwatched() -> Error {
    Error::malformed("watch", "this socket does not watch; send {\"watch\": true} first")
}
