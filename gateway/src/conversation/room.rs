//! Who listens to a conversation, and how news reaches them.
//!
//! A room is there while somebody listens, and for a while after: who comes back after a broken connection, as
//! thousands may at once, finds what was missed without the store. It keeps the last events and says that there are new ones; every listener
//! has a cursor and takes what follows it, from the room or, where that no longer has it, from the store. Nobody
//! queues for anybody: a slow listener falls behind and loses nothing.

use super::ConversationId;
use super::watch::Relay;
use crate::config::SiteKey;
use crate::store::{Conversation, Event, From, Range, Store, StoreError};
use docent_protocol::envelope::DataType;
use docent_protocol::event::EventId;
use std::collections::{HashMap, VecDeque};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// Events a room keeps; older ones are read from the store.
const KEPT: usize = 64;
/// Bytes of JSON a room keeps, save that it always keeps its last event.
const KEPT_BYTES: usize = 256 * 1024;
/// How long a room stays when nobody listens any more.
const LINGER: Duration = Duration::from_secs(60);
/// Rooms in which nobody listens; past it the one left first goes.
const EMPTY: usize = 10_000;
/// Bytes of JSON such a room keeps, save that it always keeps its last event.
const EMPTY_BYTES: usize = 8 * 1024;
/// Events a listener takes at once.
const PAGE: usize = 64;

/// The rooms in which somebody listens, or did a moment ago.
#[derive(Default)]
pub struct Rooms {
    rooms: Mutex<Table>,
    latest: Mutex<HashMap<SiteKey, ConversationId>>,
    closing: AtomicBool,
}

#[derive(Default)]
struct Table {
    by_id: HashMap<ConversationId, Arc<Room>>,
    /// Rooms that were left, and when. One with somebody in it is passed over; one left twice goes by the first time.
    left: VecDeque<(Instant, ConversationId)>,
    empty: usize,
}

#[derive(Default)]
struct Room {
    recent: Mutex<Recent>,
    /// The last event told of here; 0 before the first.
    head: AtomicU64,
    known: Mutex<Known>,
    changed: Notify,
    /// Changed only under the lock of [`Rooms::rooms`].
    listeners: AtomicUsize,
    visitors: AtomicUsize,
    relay: Arc<Relay>,
}

/// What the store said of the conversation, as long as it holds: until its session changes.
#[derive(Default)]
struct Known {
    conversation: Option<Conversation>,
    /// Counts the session's changes.
    changes: u64,
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
        let table = lock(&self.rooms);
        table.by_id.len() - table.empty
    }

    /// Tells a conversation's listeners of an event that is durable. To be called in the log's order.
    pub fn tell(&self, id: ConversationId, event: &Arc<Event>) {
        let room = lock(&self.rooms).by_id.get(&id).cloned();
        if let Some(room) = room {
            let listened_to = room.listeners.load(Ordering::Relaxed) > 0;
            lock(&room.recent).push(event.clone(), if listened_to { KEPT_BYTES } else { EMPTY_BYTES });
            if event.data_type == DataType::Session {
                let mut known = lock(&room.known);
                (known.conversation, known.changes) = (None, known.changes + 1);
            }
            room.head.store(event.id.get(), Ordering::Release);
            room.changed.notify_waiters();
        }
    }

    /// Listens to what follows an event. `visitor` counts the listener as one of the visitor's tabs.
    pub fn join(self: &Arc<Self>, id: ConversationId, after: EventId, visitor: bool) -> Listener {
        let mut table = lock(&self.rooms);
        let room = match table.by_id.get(&id).cloned() {
            Some(room) => {
                table.empty -= usize::from(room.listeners.load(Ordering::Relaxed) == 0);
                room
            }
            None => table.by_id.entry(id).or_default().clone(),
        };
        room.listeners.fetch_add(1, Ordering::Relaxed);
        room.visitors.fetch_add(usize::from(visitor), Ordering::Relaxed);
        Listener { rooms: self.clone(), room, id, cursor: after, stored: after, visitor }
    }

    /// How many tabs the visitor has open.
    pub fn connected(&self, id: ConversationId) -> usize {
        lock(&self.rooms).by_id.get(&id).map_or(0, |room| room.visitors.load(Ordering::Relaxed))
    }

    /// Remembers whose visitor was heard of last.
    pub fn heard(&self, site: &SiteKey, id: ConversationId) {
        lock(&self.latest).insert(site.clone(), id);
    }

    /// The conversation of a site whose visitor was heard of last, since this gateway began.
    pub fn latest(&self, site: &SiteKey) -> Option<ConversationId> {
        lock(&self.latest).get(site).copied()
    }

    /// Whether everybody has been sent away.
    pub fn are_closing(&self) -> bool {
        self.closing.load(Ordering::Acquire)
    }

    /// Sends everybody away: their [`Listener::ready`] says [`Ready::Closing`] from now on.
    pub fn close(&self) {
        self.closing.store(true, Ordering::Release);
        for room in lock(&self.rooms).by_id.values() {
            room.changed.notify_waiters();
        }
    }
}

impl Table {
    /// Nobody listens to this conversation any more.
    fn leave(&mut self, id: ConversationId, now: Instant) {
        self.empty += 1;
        self.left.push_back((now, id));
        while let Some((when, id)) = self.left.front().copied() {
            if self.empty <= EMPTY && self.left.len() <= 2 * EMPTY && now.duration_since(when) < LINGER {
                break;
            }
            self.left.pop_front();
            if self.by_id.get(&id).is_some_and(|room| room.listeners.load(Ordering::Relaxed) == 0) {
                self.by_id.remove(&id);
                self.empty -= 1;
            }
        }
    }
}

impl Recent {
    fn push(&mut self, event: Arc<Event>, most: usize) {
        self.bytes += event.json.len();
        self.events.push_back(event);
        self.shrink(most);
    }

    /// Lets go of the oldest until there are at most so many bytes.
    fn shrink(&mut self, most: usize) {
        while self.events.len() > 1 && (self.events.len() > KEPT || self.bytes > most) {
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

    /// The conversation's relay of co-browse frames.
    pub fn relay(&self) -> &Arc<Relay> {
        &self.room.relay
    }

    /// What is known of the conversation, and the listener stands at its head. Only what no listener has read in a
    /// while is read from the store.
    pub async fn conversation_known(&mut self, store: &dyn Store) -> Result<Option<Conversation>, StoreError> {
        let (known, changes) = {
            let known = lock(&self.room.known);
            (known.conversation.clone(), known.changes)
        };
        let found = match known {
            Some(known) => Some(known),
            None => store.find(self.id).await?,
        };
        let Some(mut conversation) = found else { return Ok(None) };
        let head = conversation.head.get().max(self.room.head.load(Ordering::Acquire));
        conversation.head = EventId::new(head).unwrap_or(conversation.head);
        self.seek(conversation.head, conversation.head);
        let mut known = lock(&self.room.known);
        if known.changes == changes {
            known.conversation = Some(conversation.clone());
        }
        Ok(Some(conversation))
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
        let mut table = lock(&self.rooms.rooms);
        self.room.visitors.fetch_sub(usize::from(self.visitor), Ordering::Relaxed);
        if self.room.listeners.fetch_sub(1, Ordering::Relaxed) == 1 {
            lock(&self.room.recent).shrink(EMPTY_BYTES);
            table.leave(self.id, Instant::now());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::embedded::Embedded;
    use crate::store::{Draft, Store};
    use axum::extract::ws::Utf8Bytes;
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
        (1..=100).for_each(|n| recent.push(event(n, 10), KEPT_BYTES));
        assert_eq!(recent.events.len(), KEPT);
        assert_eq!(after(&recent, 97), Some(vec![98, 99, 100]));
        assert_eq!(after(&recent, 36).map(|events| events.len()), Some(KEPT));
        assert_eq!(after(&recent, 35), None, "the store has it");
        assert_eq!(after(&recent, 100), None);
        (101..=104).for_each(|n| recent.push(event(n, KEPT_BYTES), KEPT_BYTES));
        assert_eq!((recent.events.len(), recent.bytes), (1, KEPT_BYTES));
    }

    #[test]
    fn a_room_is_there_while_somebody_listens_and_a_while_after() {
        let rooms = Arc::new(Rooms::default());
        let id = ConversationId::from_bytes([1; 16]);
        let kept = || lock(&rooms.rooms).by_id.contains_key(&id);
        let (one, two) = (rooms.join(id, EventId::START, true), rooms.join(id, EventId::START, false));
        assert_eq!((rooms.count(), rooms.connected(id)), (1, 1));
        drop(one);
        assert_eq!((rooms.count(), rooms.connected(id)), (1, 0));
        drop(two);
        assert_eq!((rooms.count(), kept()), (0, true));
        rooms.tell(id, &event(1, 10));
        let back = rooms.join(id, EventId::START, true);
        assert_eq!((rooms.count(), back.is_behind()), (1, true));
        assert_eq!(after(&lock(&back.room.recent), 0), Some(vec![1]), "what was missed is here");
        drop(back);
        let other = ConversationId::from_bytes([2; 16]);
        lock(&rooms.rooms).by_id.insert(other, Arc::default());
        lock(&rooms.rooms).leave(other, Instant::now() + LINGER);
        assert_eq!((rooms.count(), kept()), (0, false), "whoever was left long ago goes");
    }

    #[tokio::test]
    async fn what_is_known_of_a_conversation_holds_until_its_session_changes() {
        let dir = tempfile::tempdir().expect("a directory");
        let rooms = Arc::new(Rooms::default());
        let told = rooms.clone();
        let store = Embedded::open(dir.path(), Arc::new(move |id, event| told.tell(id, event))).expect("opens");
        let id = ConversationId::from_bytes([3; 16]);
        let mut listener = rooms.join(id, EventId::START, true);
        assert_eq!(listener.conversation_known(&store).await, Ok(None));
        store.create(id, SiteKey::new("demo")).await.expect("created");
        let first = listener.conversation_known(&store).await.expect("read").expect("found");
        rooms.tell(id, &event(7, 10));
        drop(listener);
        let mut back = rooms.join(id, EventId::START, true);
        let known = back.conversation_known(&store).await.expect("read").expect("known");
        assert_eq!((known.head.get(), known.session), (7, first.session), "the store was not asked");
        let changed = Event { data_type: DataType::Session, ..(*event(8, 10)).clone() };
        rooms.tell(id, &Arc::new(changed));
        assert!(lock(&back.room.known).conversation.is_none());
    }

    #[test]
    fn the_rooms_nobody_listens_in_are_bounded() {
        let rooms = Arc::new(Rooms::default());
        for n in 0..EMPTY as u128 + 500 {
            drop(rooms.join(ConversationId::from_bytes(n.to_be_bytes()), EventId::START, true));
        }
        assert_eq!(lock(&rooms.rooms).by_id.len(), EMPTY);
        assert_eq!(rooms.count(), 0);
        let first = ConversationId::from_bytes([0; 16]);
        for _ in 0..3 * EMPTY {
            drop(rooms.join(first, EventId::START, true));
        }
        assert!(lock(&rooms.rooms).left.len() <= 2 * EMPTY);
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
                        act: None,
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
