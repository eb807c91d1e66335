//! What changes on a site, for those who look at all of it: consoles.
//!
//! Whoever knows of a change says so and never waits ([`News::tell`], [`News::touch`]). One task ([`keep_telling`]) reads
//! what a changed conversation is now, once for everybody, and puts it into the queue of each listener of its site. There
//! a conversation waits once, however often it changes. A queue is bounded: over that it holds nothing but that its
//! listener has to read the lists again.

use super::ConversationId;
use super::list::told;
use crate::app::AppState;
use crate::config::SiteKey;
use crate::session::presence::Presence;
use crate::store::{Event, SessionKey, StoreError};
use docent_protocol::envelope::DataType;
use serde_json::json;
use std::collections::{HashMap, VecDeque};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, mpsc};

/// Changes that may wait for the task; over it every listener reads the lists again.
const TOLD: usize = 4096;
/// Changes the task looks at together.
const BATCH: usize = 256;
/// Conversations that may wait for one listener.
const WAITING: usize = 1000;
/// Bytes of JSON that may wait for one listener, save that one conversation always may.
const WAITING_BYTES: usize = 1024 * 1024;
/// How often is looked who has fallen silent.
const SILENCE: Duration = Duration::from_secs(5);

/// Who listens to what changes on which site.
pub struct News {
    changes: mpsc::Sender<Change>,
    /// The task takes it.
    queue: Mutex<Option<mpsc::Receiver<Change>>>,
    /// Not every change found a place in `changes`.
    lost: AtomicBool,
    listeners: AtomicUsize,
    sites: Mutex<HashMap<SiteKey, Vec<Arc<Queue>>>>,
    closing: AtomicBool,
}

enum Change {
    /// A conversation's: this event, or something that is no event.
    Of(ConversationId, Option<Arc<Event>>),
    /// Who is available.
    Agents,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Default for News {
    fn default() -> Self {
        let (changes, queue) = mpsc::channel(TOLD);
        Self {
            changes,
            queue: Mutex::new(Some(queue)),
            lost: AtomicBool::default(),
            listeners: AtomicUsize::default(),
            sites: Mutex::default(),
            closing: AtomicBool::default(),
        }
    }
}

impl News {
    /// Tells of an event that is durable, where it is one that lists show.
    pub fn tell(&self, id: ConversationId, event: &Arc<Event>) {
        if matches!(event.data_type, DataType::Message | DataType::VisitorEvent | DataType::Session) {
            self.changed(|| Change::Of(id, Some(event.clone())));
        }
    }

    /// Tells that a conversation has begun, or that its visitor came or went.
    pub fn touch(&self, id: ConversationId) {
        self.changed(|| Change::Of(id, None));
    }

    /// Tells that an agent came or went.
    pub fn touch_agents(&self) {
        self.changed(|| Change::Agents);
    }

    fn changed(&self, change: impl FnOnce() -> Change) {
        if self.listeners.load(Ordering::Acquire) > 0 && self.changes.try_send(change()).is_err() {
            self.lost.store(true, Ordering::Release);
        }
    }

    /// Listens to a site from now on.
    pub fn listen(self: &Arc<Self>, site: &SiteKey) -> Listener {
        let queue = Arc::new(Queue::default());
        lock(&self.sites).entry(site.clone()).or_default().push(queue.clone());
        self.listeners.fetch_add(1, Ordering::Release);
        Listener { news: self.clone(), site: site.clone(), queue }
    }

    /// Sends everybody away.
    pub fn close(&self) {
        self.closing.store(true, Ordering::Release);
        lock(&self.sites).values().flatten().for_each(|queue| queue.news.notify_one());
    }

    fn of(&self, site: &SiteKey) -> Vec<Arc<Queue>> {
        lock(&self.sites).get(site).cloned().unwrap_or_default()
    }

    fn have_all_reload(&self) {
        lock(&self.sites).values().flatten().for_each(|queue| queue.put(Waiting::have_reload));
    }

    /// Tells of who is available, where that is not what was told before.
    fn tell_agents(&self, presence: &Presence, before: &mut HashMap<SiteKey, Vec<String>>) {
        let sites: Vec<SiteKey> = lock(&self.sites).keys().cloned().collect();
        before.retain(|site, _| sites.contains(site));
        for site in sites {
            let now = presence.available(&site);
            if before.get(&site) == Some(&now) {
                continue;
            }
            let agents: Arc<str> = json!({"agents": now}).to_string().into();
            self.of(&site).iter().for_each(|queue| queue.put(|waiting| waiting.agents = Some(agents.clone())));
            before.insert(site, now);
        }
    }
}

/// Brings changes to whoever listens, as long as it is polled.
pub async fn keep_telling(state: &AppState) {
    let Some(mut queue) = lock(&state.news.queue).take() else { return };
    let mut agents = HashMap::new();
    loop {
        let mut batch = Vec::new();
        tokio::select! {
            count = queue.recv_many(&mut batch, BATCH) => if count == 0 { return },
            () = tokio::time::sleep(SILENCE) => {}
        }
        if state.news.lost.swap(false, Ordering::AcqRel) {
            state.news.have_all_reload();
        }
        for (id, events) in grouped(batch) {
            if let Err(error) = tell_of(state, id, events).await {
                tracing::warn!(%error, "consoles read their lists again: a change could not be read");
                state.news.have_all_reload();
            }
        }
        state.news.tell_agents(&state.presence, &mut agents);
    }
}

/// The changes by conversation, each in its order.
fn grouped(batch: Vec<Change>) -> Vec<(ConversationId, Vec<Arc<Event>>)> {
    let mut order: Vec<(ConversationId, Vec<Arc<Event>>)> = Vec::new();
    let mut places = HashMap::new();
    for change in batch {
        let Change::Of(id, event) = change else { continue };
        let place = *places.entry(id).or_insert_with(|| {
            order.push((id, Vec::new()));
            order.len() - 1
        });
        if let Some((_, events)) = order.get_mut(place) {
            events.extend(event);
        }
    }
    order
}

async fn tell_of(state: &AppState, id: ConversationId, events: Vec<Arc<Event>>) -> Result<(), StoreError> {
    let Some(conversation) = state.store.find(id).await? else { return Ok(()) };
    let listeners = state.news.of(&conversation.site);
    if listeners.is_empty() {
        return Ok(());
    }
    let sessions = state.sessions();
    let session = state.store.session(SessionKey::Conversation(id)).await?;
    let session = session.filter(|session| sessions.is_listed(session)).map(|session| sessions.summary(&session));
    let (conversation, session) = (told(state, &conversation), session.unwrap_or_default());
    let standing: Arc<str> = format!(r#""conversation":{conversation},"session":{session}"#).into();
    for listener in listeners {
        listener.put(|waiting| waiting.add(id, &standing, &events));
    }
    Ok(())
}

/// What a listener has not taken yet.
#[derive(Default)]
struct Queue {
    waiting: Mutex<Waiting>,
    news: Notify,
}

impl Queue {
    fn put(&self, put: impl FnOnce(&mut Waiting)) {
        put(&mut lock(&self.waiting));
        self.news.notify_one();
    }
}

#[derive(Default)]
struct Waiting {
    reload: bool,
    agents: Option<Arc<str>>,
    order: VecDeque<ConversationId>,
    updates: HashMap<ConversationId, Update>,
    bytes: usize,
}

struct Update {
    /// The members `conversation` and `session`.
    standing: Arc<str>,
    events: Vec<Arc<Event>>,
    bytes: usize,
}

/// Something to tell a listener.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// More has changed than could wait: read the lists again.
    Reload,
    /// Who is available, as JSON.
    Agents(Arc<str>),
    /// A conversation as it is now, and what was said, as JSON.
    Conversation(String),
}

impl Waiting {
    fn have_reload(&mut self) {
        *self = Self { reload: true, agents: self.agents.take(), ..Self::default() };
    }

    fn add(&mut self, id: ConversationId, standing: &Arc<str>, events: &[Arc<Event>]) {
        let more = standing.len() + events.iter().map(|event| event.json.len()).sum::<usize>();
        let is_full = self.bytes + more > WAITING_BYTES || self.order.len() >= WAITING;
        if self.reload || (is_full && !self.order.is_empty()) {
            return self.have_reload();
        }
        self.bytes += more;
        let update = self.updates.entry(id).or_insert_with(|| {
            self.order.push_back(id);
            Update { standing: standing.clone(), events: Vec::new(), bytes: 0 }
        });
        update.standing = standing.clone();
        update.bytes += more;
        update.events.extend_from_slice(events);
    }

    fn take(&mut self) -> Option<Item> {
        if std::mem::take(&mut self.reload) {
            return Some(Item::Reload);
        }
        if let Some(agents) = self.agents.take() {
            return Some(Item::Agents(agents));
        }
        let update = self.updates.remove(&self.order.pop_front()?)?;
        self.bytes -= update.bytes;
        let events: Vec<_> = update.events.iter().map(|event| event.json.as_str()).collect();
        // Each of them is JSON already.
        Some(Item::Conversation(format!(r#"{{{},"events":[{}]}}"#, update.standing, events.join(","))))
    }
}

/// Somebody listening to a site. Dropping it ends that.
#[must_use = "dropping it ends the listening"]
pub struct Listener {
    news: Arc<News>,
    site: SiteKey,
    queue: Arc<Queue>,
}

impl Listener {
    /// The next thing to tell. `None` when the gateway stops.
    pub async fn next(&mut self) -> Option<Item> {
        loop {
            let mut news = pin!(self.queue.news.notified());
            news.as_mut().enable();
            if self.news.closing.load(Ordering::Acquire) {
                return None;
            }
            if let Some(item) = lock(&self.queue.waiting).take() {
                return Some(item);
            }
            news.await;
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.news.listeners.fetch_sub(1, Ordering::Release);
        let mut sites = lock(&self.news.sites);
        if let Some(queues) = sites.get_mut(&self.site) {
            queues.retain(|queue| !Arc::ptr_eq(queue, &self.queue));
            if queues.is_empty() {
                sites.remove(&self.site);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::extract::ws::Utf8Bytes;
    use docent_protocol::event::EventId;

    fn id(n: u8) -> ConversationId {
        ConversationId::from_bytes([n; 16])
    }

    fn event(n: u64, bytes: usize) -> Arc<Event> {
        let id = EventId::new(n).expect("an id");
        let json = Utf8Bytes::from(n.to_string() + &" ".repeat(bytes - 1));
        Arc::new(Event { id, data_type: DataType::Message, answers: None, json })
    }

    fn standing(text: &str) -> Arc<str> {
        format!(r#""conversation":"{text}""#).into()
    }

    #[test]
    fn a_conversation_waits_once_as_it_is_now_with_all_that_was_said() {
        let mut waiting = Waiting::default();
        waiting.add(id(1), &standing("old"), &[event(1, 1)]);
        waiting.add(id(2), &standing("other"), &[]);
        waiting.add(id(1), &standing("new"), &[event(2, 1), event(3, 1)]);
        let first = r#"{"conversation":"new","events":[1,2,3]}"#.to_owned();
        assert_eq!(waiting.take(), Some(Item::Conversation(first)));
        assert_eq!(waiting.take(), Some(Item::Conversation(r#"{"conversation":"other","events":[]}"#.to_owned())));
        assert_eq!((waiting.take(), waiting.bytes), (None, 0));
    }

    #[test]
    fn what_waits_is_bounded_and_then_everything_is_read_again() {
        let mut waiting = Waiting { agents: Some("{}".into()), ..Waiting::default() };
        waiting.add(id(1), &standing("a"), &[event(1, 2 * WAITING_BYTES)]);
        assert!(!waiting.reload, "one always may");
        waiting.add(id(2), &standing("b"), &[]);
        assert!(waiting.reload && waiting.updates.is_empty() && waiting.bytes == 0);
        waiting.add(id(3), &standing("c"), &[]);
        assert_eq!(waiting.take(), Some(Item::Reload));
        assert_eq!(waiting.take(), Some(Item::Agents("{}".into())));
        assert_eq!(waiting.take(), None);
        for n in 0..=WAITING {
            waiting.add(ConversationId::from_bytes((n as u128).to_be_bytes()), &standing("d"), &[]);
        }
        assert!(waiting.reload && waiting.order.is_empty());
    }

    #[tokio::test]
    async fn who_does_not_listen_costs_nothing_and_what_is_lost_is_noticed() {
        let news = Arc::new(News::default());
        news.touch(id(1));
        assert_eq!(news.changes.capacity(), TOLD);
        let site = SiteKey::new("demo");
        let mut listener = news.listen(&site);
        for n in 0..=TOLD as u64 {
            news.tell(id(1), &event(n, 1));
        }
        assert!(news.lost.load(Ordering::Relaxed));
        news.have_all_reload();
        assert_eq!(listener.next().await, Some(Item::Reload));
        news.close();
        assert_eq!(listener.next().await, None);
        drop(listener);
        assert!(lock(&news.sites).is_empty());
    }
}
