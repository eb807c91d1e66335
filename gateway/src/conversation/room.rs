//! Who listens to a conversation, and how news reaches them.
//!
//! A room is there while somebody listens. It keeps the last events and says that there are new ones; every listener
//! has a cursor and takes what follows it, from the room or, where that no longer has it, from the store. Nobody
//! queues for anybody: a slow listener falls behind and loses nothing.

use super::ConversationId;
use crate::config::SiteKey;
use crate::store::{Event, From, Range, Store, StoreError};
use docent_protocol::event::EventId;
use std::collections::{HashMap, VecDeque};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// Events a room keeps; older ones are read from the store.
const KEPT: usize = 64;
/// Bytes of JSON a room keeps, save that it always keeps its last event.
const KEPT_BYTES: usize = 256 * 1024;
/// Events a listener takes at once.
const PAGE: usize = 64;

/// The rooms in which somebody listens.
#[derive(Default)]
pub struct Rooms {
    rooms: Mutex<HashMap<ConversationId, Arc<Room>>>,
    latest: Mutex<HashMap<SiteKey, ConversationId>>,
    closing: AtomicBool,
}

#[derive(Default)]
struct Room {
    recent: Mutex<Recent>,
    /// The last event told of here; 0 before the first.
    head: AtomicU64,
    changed: Notify,
    /// Changed only under the lock of [`Rooms::rooms`].
    listeners: AtomicUsize,
    visitors: AtomicUsize,
}

#[derive(Default)]
struct Recent {
    events: VecDeque<Arc<Event>>,
    bytes: usize,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Rooms {
    /// How many conversations somebody listens to.
    pub fn count(&self) -> usize {
        lock(&self.rooms).len()
    }

    /// Tells a conversation's listeners of an event that is durable. To be called in the log's order.
    pub fn tell(&self, id: ConversationId, event: &Arc<Event>) {
        let room = lock(&self.rooms).get(&id).cloned();
        if let Some(room) = room {
            lock(&room.recent).push(event.clone());
            room.head.store(event.id.get(), Ordering::Release);
            room.changed.notify_waiters();
        }
    }

    /// Listens to what follows an event. `visitor` counts the listener as one of the visitor's tabs.
    pub fn join(self: &Arc<Self>, id: ConversationId, after: EventId, visitor: bool) -> Listener {
        let mut rooms = lock(&self.rooms);
        let room = rooms.entry(id).or_default().clone();
        room.listeners.fetch_add(1, Ordering::Relaxed);
        room.visitors.fetch_add(usize::from(visitor), Ordering::Relaxed);
        Listener { rooms: self.clone(), room, id, cursor: after, stored: after, visitor }
    }

    /// How many tabs the visitor has open.
    pub fn connected(&self, id: ConversationId) -> usize {
        lock(&self.rooms).get(&id).map_or(0, |room| room.visitors.load(Ordering::Relaxed))
    }

    /// Remembers whose visitor was heard of last.
    pub fn heard(&self, site: &SiteKey, id: ConversationId) {
        lock(&self.latest).insert(site.clone(), id);
    }

    /// The conversation of a site whose visitor was heard of last, since this gateway began.
    pub fn latest(&self, site: &SiteKey) -> Option<ConversationId> {
        lock(&self.latest).get(site).copied()
    }

    /// Sends everybody away: their [`Listener::ready`] says [`Ready::Closing`] from now on.
    pub fn close(&self) {
        self.closing.store(true, Ordering::Release);
        for room in lock(&self.rooms).values() {
            room.changed.notify_waiters();
        }
    }
}

impl Recent {
    fn push(&mut self, event: Arc<Event>) {
        self.bytes += event.json.len();
        self.events.push_back(event);
        while self.events.len() > 1 && (self.events.len() > KEPT || self.bytes > KEPT_BYTES) {
            let oldest = self.events.pop_front();
            self.bytes -= oldest.map_or(0, |event| event.json.len());
        }
    }

    /// What follows an event. `None` where that is no longer (or was never) here.
    fn after(&self, cursor: EventId) -> Option<Vec<Arc<Event>>> {
        let first = self.events.front()?.id;
        let skip = usize::try_from(cursor.get().checked_sub(first.get().checked_sub(1)?)?).ok()?;
        (skip < self.events.len()).then(|| self.events.iter().skip(skip).take(PAGE).cloned().collect())
    }
}

/// What a listener waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ready {
    /// There are events to [take](Listener::take).
    Events,
    /// The gateway is stopping.
    Closing,
}

/// Somebody listening to a conversation. Dropping it leaves the room.
#[must_use = "dropping it leaves the room"]
pub struct Listener {
    rooms: Arc<Rooms>,
    room: Arc<Room>,
    id: ConversationId,
    cursor: EventId,
    /// The store is known to hold events up to this one.
    stored: EventId,
    visitor: bool,
}

impl Listener {
    /// The conversation.
    pub fn conversation(&self) -> ConversationId {
        self.id
    }

    /// Goes on from after this event. `head` is what the store was seen to hold since the listener joined.
    pub fn seek(&mut self, cursor: EventId, head: EventId) {
        self.cursor = cursor;
        self.stored = head;
    }

    /// Goes on from after this event, or from the last one where this is none yet.
    pub fn resume(&mut self, after: EventId) {
        let last = self.stored.get().max(self.room.head.load(Ordering::Acquire)).max(self.cursor.get());
        self.stored = EventId::new(last).unwrap_or(self.stored);
        self.cursor = after.min(self.stored);
    }

    /// Waits until there is something to take. It may be dropped and called again at any time.
    pub async fn ready(&self) -> Ready {
        loop {
            let mut changed = pin!(self.room.changed.notified());
            // Registered before looking, so that nothing slips in between.
            changed.as_mut().enable();
            if self.rooms.closing.load(Ordering::Acquire) {
                return Ready::Closing;
            }
            if self.is_behind() {
                return Ready::Events;
            }
            changed.await;
        }
    }

    fn is_behind(&self) -> bool {
        self.stored > self.cursor || self.room.head.load(Ordering::Acquire) > self.cursor.get()
    }

    /// Takes the next events, in order; none where there are none.
    pub async fn take(&mut self, store: &dyn Store) -> Result<Vec<Arc<Event>>, StoreError> {
        if !self.is_behind() {
            return Ok(Vec::new());
        }
        let recent = lock(&self.room.recent).after(self.cursor);
        let events = match recent {
            Some(events) => events,
            None => {
                let range = Range { from: From::After(self.cursor), types: Vec::new(), limit: PAGE };
                store.events(self.id, range).await?
            }
        };
        match events.last() {
            Some(last) => self.cursor = last.id,
            None => self.stored = self.cursor,
        }
        Ok(events)
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let mut rooms = lock(&self.rooms.rooms);
        self.room.visitors.fetch_sub(usize::from(self.visitor), Ordering::Relaxed);
        if self.room.listeners.fetch_sub(1, Ordering::Relaxed) == 1 {
            rooms.remove(&self.id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::embedded::Embedded;
    use crate::store::{Draft, Store};
    use axum::extract::ws::Utf8Bytes;
    use docent_protocol::envelope::DataType;
    use docent_protocol::event::Role;

    fn event(n: u64, bytes: usize) -> Arc<Event> {
        let id = EventId::new(n).expect("an id");
        Arc::new(Event { id, data_type: DataType::Message, answers: None, json: Utf8Bytes::from("x".repeat(bytes)) })
    }

    fn after(recent: &Recent, n: u64) -> Option<Vec<u64>> {
        let events = recent.after(EventId::new(n).expect("an id"))?;
        Some(events.iter().map(|event| event.id.get()).collect())
    }

    #[test]
    fn what_a_room_keeps_is_bounded() {
        let mut recent = Recent::default();
        assert_eq!(after(&recent, 0), None);
        (1..=100).for_each(|n| recent.push(event(n, 10)));
        assert_eq!(recent.events.len(), KEPT);
        assert_eq!(after(&recent, 97), Some(vec![98, 99, 100]));
        assert_eq!(after(&recent, 36).map(|events| events.len()), Some(KEPT));
        assert_eq!(after(&recent, 35), None, "the store has it");
        assert_eq!(after(&recent, 100), None);
        (101..=104).for_each(|n| recent.push(event(n, KEPT_BYTES)));
        assert_eq!((recent.events.len(), recent.bytes), (1, KEPT_BYTES));
    }

    #[test]
    fn a_room_is_there_while_somebody_listens() {
        let rooms = Arc::new(Rooms::default());
        let id = ConversationId::from_bytes([1; 16]);
        let count = || lock(&rooms.rooms).len();
        let (one, two) = (rooms.join(id, EventId::START, true), rooms.join(id, EventId::START, false));
        assert_eq!((count(), rooms.connected(id)), (1, 1));
        drop(one);
        assert_eq!((count(), rooms.connected(id)), (1, 0));
        drop(two);
        assert_eq!(count(), 0);
    }

    /// Listeners that join, fall behind, resume and give up while events are stored see every event once, in order.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn nothing_is_lost_and_nothing_comes_twice() {
        const EVENTS: u64 = 2000;
        let dir = tempfile::tempdir().expect("a directory");
        let rooms = Arc::new(Rooms::default());
        let told = rooms.clone();
        let store = Embedded::open(dir.path(), Arc::new(move |id, event| told.tell(id, event))).expect("opens");
        let store: Arc<dyn Store> = Arc::new(store);
        let id = ConversationId::from_bytes([2; 16]);
        store.create(id, SiteKey::new("demo")).await.expect("created");
        let mut listeners = tokio::task::JoinSet::new();
        for n in 0..8_u64 {
            let (rooms, store) = (rooms.clone(), store.clone());
            listeners.spawn(async move {
                let (mut seen, mut pages) = (0, 0_u64);
                let mut listener = rooms.join(id, EventId::START, false);
                while seen < EVENTS {
                    assert_eq!(listener.ready().await, Ready::Events);
                    for event in listener.take(&*store).await.expect("taken") {
                        assert_eq!(event.id.get(), seen + 1);
                        seen += 1;
                    }
                    pages += 1;
                    if n > 3 && pages.is_multiple_of(n) {
                        tokio::time::sleep(std::time::Duration::from_millis(n)).await;
                        listener = rooms.join(id, EventId::new(seen).expect("an id"), false);
                        let head = store.find(id).await.expect("read").expect("found").head;
                        listener.seek(EventId::new(seen).expect("an id"), head);
                    }
                }
            });
        }
        let mut appends = tokio::task::JoinSet::new();
        for _ in 0..20 {
            let store = store.clone();
            appends.spawn(async move {
                for _ in 0..EVENTS / 20 {
                    let draft = Draft {
                        site: SiteKey::new("demo"),
                        role: Role::Agent,
                        from: None,
                        data_type: DataType::Message,
                        data: "{}".to_owned(),
                        answers: None,
                        key: None,
                    };
                    store.append(id, draft).await.expect("appended");
                }
            });
        }
        appends.join_all().await;
        let listening = tokio::time::timeout(std::time::Duration::from_secs(10), listeners.join_all());
        listening.await.expect("everything arrived");
    }
}
