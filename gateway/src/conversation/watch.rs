//! Who watches a visitor's page, and how its frames reach them. Nothing here reads what a frame holds past its header,
//! stores it or logs it.
//!
//! A page numbers nobody; the relay numbers the watchers and says which of them need a full snapshot. A watcher's queue
//! is bounded: over its limit it is dropped, and once the watcher's socket has taken what it was writing, the watcher
//! needs a snapshot again. So who is slow sees fewer, later states, and no memory grows.

mod seat;

use axum::extract::ws::Utf8Bytes;
use bytes::Bytes;
use seat::{Header, Seat, Stage};
use serde::Serialize;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// Bytes handed to a socket at once; a frame is never cut.
const BATCH: usize = 64 * 1024;
/// Agents' frames that wait for a page; the oldest is dropped for a new one.
const SIGNALS: usize = 64;

#[derive(Debug)]
struct Tab {
    signals: VecDeque<Bytes>,
    /// The watchers changed since this page heard of them.
    stale: bool,
    news: Arc<Notify>,
}

#[derive(Debug, Default)]
struct State {
    last: u32,
    seats: BTreeMap<u32, Seat>,
    tabs: BTreeMap<u32, Tab>,
}

/// One conversation's relay.
#[derive(Debug, Default)]
pub struct Relay(Mutex<State>);

impl Relay {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A socket of the visitor's.
    pub fn page(self: &Arc<Self>) -> Page {
        let mut state = self.lock();
        let number = state.number();
        let news = Arc::new(Notify::new());
        let stale = !state.seats.is_empty();
        state.tabs.insert(number, Tab { signals: VecDeque::new(), stale, news: news.clone() });
        Page { relay: self.clone(), number, news }
    }

    /// Somebody begins to watch; `id` is who, `limit` how many bytes may wait for them.
    pub fn watch(self: &Arc<Self>, id: &str, limit: usize) -> Watcher {
        let mut state = self.lock();
        let number = state.number();
        let news = Arc::new(Notify::new());
        let (stage, queue) = (Stage::Needs, VecDeque::new());
        let seat = Seat { id: id.to_owned(), stage, lost: None, queue, bytes: 0, limit, news: news.clone() };
        state.seats.insert(number, seat);
        state.changed();
        Watcher { relay: self.clone(), number, news }
    }
}

impl State {
    fn number(&mut self) -> u32 {
        self.last = self.last.wrapping_add(1).max(1);
        self.last
    }

    /// The pages are to hear who watches.
    fn changed(&mut self) {
        for tab in self.tabs.values_mut() {
            tab.stale = true;
            tab.news.notify_one();
        }
    }

    fn forward(&mut self, page: u32, header: Header, frame: &Bytes) {
        let mut changed = false;
        for (number, seat) in &mut self.seats {
            if header.watcher == 0 || header.watcher == *number {
                changed |= seat.take(page, header, frame);
            }
        }
        if changed {
            self.changed();
        }
    }

    fn describe(&self) -> Utf8Bytes {
        let watchers = self.seats.iter().map(|(number, seat)| Who { watcher: *number, id: &seat.id }).collect();
        let needing = self.seats.iter().filter(|(_, seat)| seat.stage == Stage::Needs);
        let frame = Watchers { watchers, snapshot: needing.map(|(number, _)| *number).collect() };
        serde_json::to_string(&frame).unwrap_or_default().into()
    }
}

/// The frame that tells a page of its watchers.
#[derive(Serialize)]
struct Watchers<'a> {
    watchers: Vec<Who<'a>>,
    snapshot: Vec<u32>,
}

#[derive(Serialize)]
struct Who<'a> {
    watcher: u32,
    id: &'a str,
}

/// A frame that has no header.
#[derive(Debug, PartialEq, Eq)]
pub struct NoHeader;

/// A socket of the visitor's. Dropping it leaves, and whoever watched what it told needs a snapshot.
#[must_use = "dropping it leaves the relay"]
#[derive(Debug)]
pub struct Page {
    relay: Arc<Relay>,
    number: u32,
    news: Arc<Notify>,
}

impl Page {
    /// Brings a frame to those it is for.
    pub fn forward(&self, frame: &Bytes) -> Result<(), NoHeader> {
        let header = Header::read(frame).ok_or(NoHeader)?;
        self.relay.lock().forward(self.number, header, frame);
        Ok(())
    }

    /// Waits until there is something to take. It may be dropped and called again at any time.
    pub async fn ready(&self) {
        while !self.has_news() {
            self.news.notified().await;
        }
    }

    fn has_news(&self) -> bool {
        self.relay.lock().tabs.get(&self.number).is_some_and(|tab| tab.stale || !tab.signals.is_empty())
    }

    /// Who watches, where that changed, and what they signal.
    pub fn take(&self) -> (Option<Utf8Bytes>, VecDeque<Bytes>) {
        let mut state = self.relay.lock();
        let Some(tab) = state.tabs.get_mut(&self.number) else { return Default::default() };
        let signals = std::mem::take(&mut tab.signals);
        let stale = std::mem::take(&mut tab.stale);
        (stale.then(|| state.describe()), signals)
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        let mut state = self.relay.lock();
        state.tabs.remove(&self.number);
        let mut changed = false;
        for seat in state.seats.values_mut().filter(|seat| seat.builds_on(self.number)) {
            seat.stage = Stage::Needs;
            seat.lost = None;
            changed = true;
        }
        if changed {
            state.changed();
        }
    }
}

/// A socket that watches. Dropping it ends that.
#[must_use = "dropping it ends the watching"]
#[derive(Debug)]
pub struct Watcher {
    relay: Arc<Relay>,
    number: u32,
    news: Arc<Notify>,
}

impl Watcher {
    /// Asks for a full snapshot; what waits is of no use any more.
    pub fn ask_snapshot(&self) {
        let mut state = self.relay.lock();
        let Some(seat) = state.seats.get_mut(&self.number) else { return };
        seat.restart();
        state.changed();
    }

    /// Brings a payload to the visitor's pages.
    pub fn signal(&self, payload: &[u8]) {
        let frame = Header::signal(self.number, payload);
        for tab in self.relay.lock().tabs.values_mut() {
            if tab.signals.len() == SIGNALS {
                tab.signals.pop_front();
            }
            tab.signals.push_back(frame.clone());
            tab.news.notify_one();
        }
    }

    /// Waits until there is something to take. It may be dropped and called again at any time.
    pub async fn ready(&self) {
        while !self.has_news() {
            self.news.notified().await;
        }
    }

    fn has_news(&self) -> bool {
        let state = self.relay.lock();
        state.seats.get(&self.number).is_some_and(|seat| !seat.queue.is_empty() || seat.stage == Stage::Behind)
    }

    /// The next frames, at least one where there is one. To be called when those before are written: who fell behind
    /// has caught up by it.
    pub fn take(&self) -> Vec<Bytes> {
        let mut state = self.relay.lock();
        let Some(seat) = state.seats.get_mut(&self.number) else { return Vec::new() };
        if seat.stage == Stage::Behind {
            seat.stage = Stage::Needs;
            state.changed();
            return Vec::new();
        }
        let (mut frames, mut bytes) = (Vec::new(), 0);
        while bytes < BATCH
            && let Some(frame) = seat.queue.pop_front()
        {
            bytes += frame.len();
            frames.push(frame);
        }
        seat.bytes -= bytes;
        frames
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        let mut state = self.relay.lock();
        state.seats.remove(&self.number);
        state.changed();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    const LIMIT: usize = 1000;

    fn frame(flags: u8, watcher: u32, payload: &[u8]) -> Bytes {
        let head = [&[flags][..], &watcher.to_le_bytes(), payload].concat();
        Bytes::from(head)
    }

    fn forward(page: &Page, flags: u8, watcher: &Watcher, payload: &[u8]) {
        page.forward(&frame(flags, watcher.number, payload)).expect("a header");
    }

    fn all(page: &Page, flags: u8, payload: &[u8]) {
        page.forward(&frame(flags, 0, payload)).expect("a header");
    }

    /// The payloads that wait, as text.
    fn taken(watcher: &Watcher) -> Vec<String> {
        let frames = watcher.take();
        frames.iter().map(|frame| String::from_utf8_lossy(&frame[Header::LEN..]).into_owned()).collect()
    }

    fn needing(page: &Page) -> Value {
        let text = page.take().0.expect("it changed");
        serde_json::from_str::<Value>(&text).expect("JSON")["snapshot"].take()
    }

    fn parties() -> (Page, Watcher, Watcher) {
        let relay = Arc::new(Relay::default());
        (relay.page(), relay.watch("ada", LIMIT), relay.watch("bob", LIMIT))
    }

    #[test]
    fn a_watcher_without_a_snapshot_is_sent_one_first() {
        let (page, ada, bob) = parties();
        assert_eq!(needing(&page), json!([ada.number, bob.number]));
        all(&page, 0, b"lost");
        forward(&page, 1, &ada, b"snapshot");
        assert_eq!(needing(&page), json!([bob.number]));
        all(&page, 0, b"change");
        assert_eq!(taken(&ada), ["snapshot", "change"]);
        assert_eq!(taken(&bob), [""; 0]);
        all(&page, 1, b"for everybody");
        assert_eq!(taken(&ada), ["for everybody"]);
        assert_eq!(taken(&bob), ["for everybody"]);
        assert_eq!(needing(&page), json!([]));
    }

    #[test]
    fn nothing_comes_between_the_parts_of_a_snapshot() {
        let (page, ada, bob) = parties();
        forward(&page, 1, &bob, b"whole");
        forward(&page, 3, &ada, b"1");
        all(&page, 0, b"change");
        forward(&page, 2, &ada, b"2");
        forward(&page, 0, &ada, b"3");
        all(&page, 0, b"after");
        assert_eq!(taken(&ada), ["1", "2", "3", "after"]);
        assert_eq!(taken(&bob), ["whole", "change", "after"]);
    }

    #[test]
    fn the_rest_of_a_snapshot_whose_beginning_was_dropped_is_no_beginning() {
        let (page, ada, _bob) = parties();
        forward(&page, 3, &ada, b"1");
        ada.ask_snapshot();
        forward(&page, 3, &ada, b"2");
        forward(&page, 1, &ada, b"3");
        forward(&page, 3, &ada, b"one");
        forward(&page, 1, &ada, b"two");
        assert_eq!(taken(&ada), ["one", "two"]);
        forward(&page, 3, &ada, &[b'x'; 600]);
        forward(&page, 3, &ada, &[b'x'; 600]);
        forward(&page, 1, &ada, b"the rest");
        assert_eq!(taken(&ada), [""; 0]);
        forward(&page, 1, &ada, b"again");
        assert_eq!(taken(&ada), ["again"]);
    }

    #[test]
    fn who_falls_behind_asks_again_when_the_socket_has_written() {
        let (page, ada, bob) = parties();
        all(&page, 1, b"snapshot");
        assert_eq!(taken(&bob), ["snapshot"]);
        let _ = page.take();
        let big = [b'x'; 600];
        all(&page, 0, &big);
        assert_eq!(taken(&bob).len(), 1);
        all(&page, 0, &big);
        assert_eq!(page.take().0, None, "not before the socket has written");
        all(&page, 1, b"too early");
        assert!(ada.has_news());
        assert_eq!(taken(&ada), [""; 0]);
        assert_eq!(needing(&page), json!([ada.number]));
        assert!(!ada.has_news());
        forward(&page, 1, &ada, b"again");
        assert_eq!(taken(&ada), ["again"]);
        assert_eq!(taken(&bob).last().map(String::as_str), Some("too early"));
    }

    #[test]
    fn a_snapshot_over_the_limit_still_passes() {
        let (page, ada, _bob) = parties();
        forward(&page, 1, &ada, &[b'x'; 5 * LIMIT]);
        assert_eq!(taken(&ada).len(), 1);
    }

    #[test]
    fn a_page_that_goes_or_gives_way_takes_its_snapshot_with_it() {
        let (page, ada, bob) = parties();
        all(&page, 1, b"snapshot");
        let other = page.relay.page();
        let _ = (taken(&ada), taken(&bob), other.take());
        forward(&other, 0, &bob, b"builds on nothing");
        assert_eq!(taken(&bob), [""; 0]);
        assert_eq!(needing(&other), json!([bob.number]));
        drop(page);
        assert_eq!(needing(&other), json!([ada.number, bob.number]));
    }

    #[test]
    fn numbers_are_not_used_again() {
        let (page, ada, bob) = parties();
        let first = ada.number;
        drop(ada);
        let carol = page.relay.watch("carol", LIMIT);
        assert!(carol.number > first && carol.number > bob.number);
        let text = page.take().0.expect("changed");
        let who = json!([{"watcher": bob.number, "id": "bob"}, {"watcher": carol.number, "id": "carol"}]);
        assert_eq!(serde_json::from_str::<Value>(&text).expect("JSON")["watchers"], who);
    }

    #[test]
    fn signals_are_bounded_and_the_newest_stay() {
        let (page, ada, _bob) = parties();
        for n in 0..=SIGNALS {
            ada.signal(&[u8::try_from(n).expect("small")]);
        }
        let signals = page.take().1;
        assert_eq!(signals.len(), SIGNALS);
        assert_eq!(signals[0], frame(0, ada.number, &[1]));
    }

    #[test]
    fn a_frame_without_a_header_is_refused() {
        let (page, ..) = parties();
        assert_eq!(page.forward(&Bytes::from_static(&[1, 0, 0, 0])), Err(NoHeader));
    }
}
