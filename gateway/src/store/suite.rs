//! What every store must do. `contract!(open)` makes the tests for the store that `open` opens in a directory.

mod faq;
mod session;

pub(super) use self::faq::*;
pub(super) use self::session::*;
use super::{Draft, Edit, Event, From, OnCommit, Owner, Put, Range, Store, StoreError, UserId};
use crate::config::SiteKey;
use crate::conversation::ConversationId;
use crate::session::state::{Act, Actor, SessionError};
use crate::session::transition::{Rules, Trigger};
use crate::variables::Scope;
use docent_protocol::envelope::DataType;
use docent_protocol::event::{EventId, Role};
use jiff::Timestamp;
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Opens the store to be tested.
pub(super) type Open = fn(&Path, OnCommit) -> Arc<dyn Store>;

macro_rules! contract {
    ($open:path) => {
        crate::store::suite::contract!($open =>
            what_goes_in_comes_out, ids_count_from_one_without_gaps, concurrent_appends_all_get_their_own_id,
            a_key_stores_once, the_first_answer_wins, an_answer_needs_a_question, an_ended_conversation_takes_nothing,
            another_sites_conversation_is_unknown, pages_go_both_ways, types_filter, conversations_are_listed,
            what_is_acknowledged_survives_reopening, a_closed_store_says_so, news_comes_in_order_before_the_answer,
            a_variable_reads_back_after_reopening, what_is_put_together_is_refused_together,
            session_data_goes_with_the_session, a_conversation_is_its_own_users_unless_told,
            a_session_begins_with_its_event, a_session_changes_with_its_event, a_message_moves_its_session,
            what_a_session_refuses_is_not_stored, sessions_are_found_and_listed, a_question_finds_its_answer,
            a_faq_is_edited);

        /// This test is its own victim: a second process runs it, appends, and is killed.
        #[tokio::test(flavor = "multi_thread")]
        async fn what_is_acknowledged_survives_a_kill() {
            let name = concat!(module_path!(), "::what_is_acknowledged_survives_a_kill");
            crate::store::suite::survives_a_kill($open, name).await;
        }
    };
    ($open:path => $($name:ident),*) => {
        $(#[tokio::test(flavor = "multi_thread")]
        async fn $name() {
            let dir = tempfile::tempdir().expect("a directory");
            crate::store::suite::$name($open, dir.path()).await;
        })*
    };
}
pub(super) use contract;

fn site() -> SiteKey {
    SiteKey::new("demo")
}

fn draft(role: Role, data_type: DataType, data: &str) -> Draft {
    let from = (role != Role::Visitor).then(|| "ada \"the\" agent".to_owned());
    Draft { site: site(), role, from, data_type, data: data.to_owned(), answers: None, key: None, act: None }
}

fn message(text: &str) -> Draft {
    draft(Role::Agent, DataType::Message, &format!(r#"{{"text":"{text}"}}"#))
}

fn answer(to: EventId) -> Draft {
    Draft { answers: Some(to), ..draft(Role::Visitor, DataType::CommandResponse, "{}") }
}

fn act(trigger: Trigger) -> Act {
    let actor = Actor { role: Role::Agent, name: Some("ada".to_owned()) };
    Act { trigger, actor, rules: Rules { channel: true, ..Rules::default() }, to: None, form: None }
}

fn happens(trigger: Trigger) -> Edit {
    Box::new(move |session, now| session.apply(&act(trigger), now))
}

fn close() -> Edit {
    happens(Trigger::Dropped)
}

fn quiet() -> OnCommit {
    Arc::new(|_, _| {})
}

fn id(n: u64) -> EventId {
    EventId::new(n).expect("an id")
}

async fn begun(store: &dyn Store) -> ConversationId {
    let id = ConversationId::random().expect("randomness");
    store.create(id, site()).await.expect("created");
    id
}

fn all() -> Range {
    Range { from: From::After(EventId::START), types: Vec::new(), limit: 10_000 }
}

fn ids(events: &[Arc<Event>]) -> Vec<u64> {
    events.iter().map(|event| event.id.get()).collect()
}

pub(super) async fn what_goes_in_comes_out(open: Open, dir: &Path) {
    let store = open(dir, quiet());
    let conversation = begun(&*store).await;
    let text = r#"{"text":"héllo \"you\" ☃","n":1.5}"#;
    let appended = store.append(conversation, draft(Role::Agent, DataType::Message, text)).await.expect("appended");
    assert!(appended.fresh);
    let events = store.events(conversation, all()).await.expect("read");
    let event: Value = serde_json::from_str(&events[0].json).expect("JSON");
    assert_eq!(event["eventId"], "0000000000000001");
    assert_eq!(event["conversationId"], conversation.to_string());
    assert_eq!(event["from"], serde_json::json!({"role": "agent", "id": "ada \"the\" agent"}));
    assert_eq!(event["dataType"], "message");
    assert_eq!(event["data"].to_string(), text);
    let when: jiff::Timestamp = event["whenPosted"].as_str().expect("a time").parse().expect("RFC 3339");
    assert!(when.duration_since(jiff::Timestamp::now()).as_secs().abs() < 5);
    let found = store.find(conversation).await.expect("read").expect("found");
    assert_eq!((found.head, found.last_event_at, found.ended()), (id(1), Some(when), false));
}

pub(super) async fn ids_count_from_one_without_gaps(open: Open, dir: &Path) {
    let store = open(dir, quiet());
    let (one, two) = (begun(&*store).await, begun(&*store).await);
    for n in 1..=20 {
        assert_eq!(store.append(one, message("a")).await.expect("appended").event_id, id(n));
        // What is refused takes no number.
        assert_eq!(store.append(one, answer(id(999))).await, Err(StoreError::NotAsked));
        if n % 2 == 0 {
            assert_eq!(store.append(two, message("b")).await.expect("appended").event_id, id(n / 2));
        }
    }
}

pub(super) async fn concurrent_appends_all_get_their_own_id(open: Open, dir: &Path) {
    let store = open(dir, quiet());
    let conversation = begun(&*store).await;
    let tasks: Vec<_> = (0..200)
        .map(|n| {
            let store = store.clone();
            tokio::spawn(async move { store.append(conversation, message(&n.to_string())).await })
        })
        .collect();
    let mut given = Vec::new();
    for task in tasks {
        given.push(task.await.expect("ran").expect("appended").event_id.get());
    }
    given.sort_unstable();
    assert_eq!(given, (1..=200).collect::<Vec<_>>());
    assert_eq!(ids(&store.events(conversation, all()).await.expect("read")), given);
}

pub(super) async fn a_key_stores_once(open: Open, dir: &Path) {
    let store = open(dir, quiet());
    let conversation = begun(&*store).await;
    let keyed = |text| Draft { key: Some("k".to_owned()), ..message(text) };
    let first = store.append(conversation, keyed("a")).await.expect("appended");
    let (again, other) = tokio::join!(store.append(conversation, keyed("b")), store.append(conversation, message("c")));
    let again = again.expect("answered");
    assert_eq!((again.event_id, again.fresh), (first.event_id, false));
    assert!(other.expect("appended").fresh);
    let visitors = Draft { key: Some("k".to_owned()), ..draft(Role::Visitor, DataType::Message, "{}") };
    assert!(store.append(conversation, visitors).await.expect("appended").fresh, "another poster's key is another key");
    assert!(store.append(begun(&*store).await, keyed("a")).await.expect("appended").fresh);
    assert_eq!(store.events(conversation, all()).await.expect("read").len(), 3);
}

pub(super) async fn the_first_answer_wins(open: Open, dir: &Path) {
    let store = open(dir, quiet());
    let conversation = begun(&*store).await;
    let asked = store.append(conversation, draft(Role::Bot, DataType::Command, "{}")).await.expect("appended").event_id;
    assert_eq!(store.answer(conversation, asked).await.expect("read"), None);
    let first = store.append(conversation, answer(asked)).await.expect("appended");
    let second = store.append(conversation, answer(asked)).await.expect("answered");
    assert_eq!((second.event_id, second.fresh), (first.event_id, false));
    let stored = store.answer(conversation, asked).await.expect("read").expect("answered");
    assert_eq!((stored.id, stored.answers), (first.event_id, Some(asked)));
    assert_eq!(store.events(conversation, all()).await.expect("read").len(), 2);
}

pub(super) async fn an_answer_needs_a_question(open: Open, dir: &Path) {
    let store = open(dir, quiet());
    let conversation = begun(&*store).await;
    let said = store.append(conversation, message("a")).await.expect("appended").event_id;
    for asked in [said, id(2), id(0), id(9_999_999_999)] {
        assert_eq!(store.append(conversation, answer(asked)).await, Err(StoreError::NotAsked));
    }
    let other = begun(&*store).await;
    let asked = store.append(conversation, draft(Role::Bot, DataType::InfoRequest, "{}")).await.expect("appended");
    assert_eq!(store.append(other, answer(asked.event_id)).await, Err(StoreError::NotAsked));
    assert!(store.append(conversation, answer(asked.event_id)).await.expect("appended").fresh);
}

pub(super) async fn an_ended_conversation_takes_nothing(open: Open, dir: &Path) {
    let store = open(dir, quiet());
    let conversation = begun(&*store).await;
    let keyed = Draft { key: Some("k".to_owned()), ..message("a") };
    let first = store.append(conversation, keyed.clone()).await.expect("appended");
    store.edit(conversation, close()).await.expect("ended");
    assert_eq!(store.append(conversation, message("b")).await, Err(StoreError::Ended));
    assert_eq!(store.edit(conversation, close()).await, Err(StoreError::Session(SessionError::Over)));
    let repeated = store.append(conversation, keyed.clone()).await.expect("still answered");
    assert_eq!(repeated.event_id, first.event_id);
    store.close().await.expect("closed");
    let store = open(dir, quiet());
    assert_eq!(store.append(conversation, message("b")).await, Err(StoreError::Ended));
    assert!(store.find(conversation).await.expect("read").expect("found").ended());
    assert_eq!(store.events(conversation, all()).await.expect("read").len(), 2);
}

pub(super) async fn another_sites_conversation_is_unknown(open: Open, dir: &Path) {
    let store = open(dir, quiet());
    let conversation = begun(&*store).await;
    let foreign = Draft { site: SiteKey::new("other"), ..message("a") };
    assert_eq!(store.append(conversation, foreign).await, Err(StoreError::Unknown));
    let nowhere = ConversationId::random().expect("randomness");
    assert_eq!(store.append(nowhere, message("a")).await, Err(StoreError::Unknown));
    assert_eq!(store.events(nowhere, all()).await, Err(StoreError::Unknown));
    assert_eq!(store.find(nowhere).await, Ok(None));
    assert_eq!(store.answer(nowhere, id(1)).await, Ok(None));
}

pub(super) async fn pages_go_both_ways(open: Open, dir: &Path) {
    let store = open(dir, quiet());
    let conversation = begun(&*store).await;
    let neighbour = begun(&*store).await;
    for _ in 0..10 {
        store.append(neighbour, message("n")).await.expect("appended");
        store.append(conversation, message("a")).await.expect("appended");
    }
    let page = async |from, limit| {
        let range = Range { from, types: Vec::new(), limit };
        ids(&store.events(conversation, range).await.expect("read"))
    };
    assert_eq!(page(From::After(id(0)), 3).await, [1, 2, 3]);
    assert_eq!(page(From::After(id(8)), 3).await, [9, 10]);
    assert_eq!(page(From::After(id(10)), 3).await, [0; 0]);
    assert_eq!(page(From::After(id(9_999_999_999)), 3).await, [0; 0]);
    assert_eq!(page(From::Before(id(4)), 2).await, [2, 3]);
    assert_eq!(page(From::Before(id(9_999_999_999)), 2).await, [9, 10]);
    assert_eq!(page(From::Before(id(2)), 5).await, [1]);
    assert_eq!(page(From::Before(id(1)), 5).await, [0; 0]);
    assert_eq!(page(From::Before(id(0)), 5).await, [0; 0]);
}

pub(super) async fn types_filter(open: Open, dir: &Path) {
    let store = open(dir, quiet());
    let conversation = begun(&*store).await;
    for data_type in DataType::ALL.into_iter().filter(|data_type| !data_type.is_answer()) {
        store.append(conversation, draft(Role::Agent, data_type, "{}")).await.expect("appended");
    }
    let range = Range { types: vec![DataType::Message, DataType::Command], ..all() };
    let events = store.events(conversation, range).await.expect("read");
    assert_eq!(events.iter().map(|event| event.data_type).collect::<Vec<_>>(), [DataType::Command, DataType::Message]);
}

pub(super) async fn conversations_are_listed(open: Open, dir: &Path) {
    let store = open(dir, quiet());
    let mut begun_ones = Vec::new();
    for _ in 0..5 {
        begun_ones.push(begun(&*store).await);
    }
    let foreign = ConversationId::random().expect("randomness");
    store.create(foreign, SiteKey::new("other")).await.expect("created");
    begun_ones.reverse();
    let list = async |before, limit| {
        let page = store.list(site(), before, limit).await.expect("read");
        page.into_iter().map(|conversation| conversation.id).collect::<Vec<_>>()
    };
    assert_eq!(list(None, 3).await, begun_ones[..3]);
    assert_eq!(list(Some(begun_ones[2]), 3).await, begun_ones[3..]);
    assert_eq!(list(Some(begun_ones[4]), 3).await, []);
}

pub(super) async fn what_is_acknowledged_survives_reopening(open: Open, dir: &Path) {
    let store = open(dir, quiet());
    let conversation = begun(&*store).await;
    let asked = store.append(conversation, draft(Role::Bot, DataType::Command, "{}")).await.expect("appended").event_id;
    let keyed = Draft { key: Some("k".to_owned()), ..message("a") };
    store.append(conversation, keyed.clone()).await.expect("appended");
    store.append(conversation, answer(asked)).await.expect("appended");
    let before = store.events(conversation, all()).await.expect("read");
    store.close().await.expect("closed");
    drop(store);
    let store = open(dir, quiet());
    assert_eq!(store.events(conversation, all()).await.expect("read"), before);
    assert!(!store.append(conversation, keyed).await.expect("answered").fresh);
    assert!(!store.append(conversation, answer(asked)).await.expect("answered").fresh);
    assert_eq!(store.append(conversation, message("b")).await.expect("appended").event_id, id(4));
}

pub(super) async fn a_closed_store_says_so(open: Open, dir: &Path) {
    let store = open(dir, quiet());
    let conversation = begun(&*store).await;
    store.close().await.expect("closed");
    assert_eq!(store.append(conversation, message("a")).await, Err(StoreError::Closed));
    assert_eq!(store.close().await, Err(StoreError::Closed));
}

pub(super) async fn news_comes_in_order_before_the_answer(open: Open, dir: &Path) {
    let told = Arc::new(Mutex::new(Vec::<(ConversationId, Arc<Event>)>::new()));
    let news = told.clone();
    let store = open(dir, Arc::new(move |id, event| news.lock().expect("a lock").push((id, event.clone()))));
    let (one, two) = (begun(&*store).await, begun(&*store).await);
    let count = |id| told.lock().expect("a lock").iter().filter(|news| news.0 == id).count();
    for n in 1..=20 {
        let (first, second) = tokio::join!(store.append(one, message("a")), store.append(two, message("b")));
        first.and(second).expect("appended");
        assert_eq!((count(one), count(two)), (n, n), "told before acknowledged");
    }
    assert_eq!(store.append(one, answer(id(1))).await, Err(StoreError::NotAsked));
    let told: Vec<_> =
        told.lock().expect("a lock").iter().filter(|news| news.0 == one).map(|news| news.1.clone()).collect();
    assert_eq!(told, store.events(one, all()).await.expect("read"));
}

fn put(owner: Owner, keys: &[&str]) -> Put {
    let entries = keys.iter().map(|key| (key.to_string(), format!("\"{key}\""))).collect();
    Put { owner, entries, expires: Timestamp::MAX, limit: 3, during: None }
}

async fn keys(store: &dyn Store, owner: &Owner) -> Vec<String> {
    let variables = store.variables(owner.clone(), Timestamp::now()).await.expect("read");
    variables.into_iter().map(|variable| variable.key).collect()
}

pub(super) async fn a_variable_reads_back_after_reopening(open: Open, dir: &Path) {
    let store = open(dir, quiet());
    let user = UserId(begun(&*store).await);
    let owner = Scope::BotUserSession.owner(site(), "echo", user);
    let now = Timestamp::now();
    let expires = now + Duration::from_secs(60);
    let entries = vec![("k".to_owned(), r#"{"a":[1,"ø"]}"#.to_owned())];
    store.put_variables(Put { entries, expires, ..put(owner.clone(), &[]) }, now).await.expect("put");
    store.close().await.expect("closed");
    let store = open(dir, quiet());
    let read = async |at| store.variable(owner.clone(), "k".to_owned(), at).await.expect("read");
    let found = read(now).await.expect("there");
    assert_eq!((found.value.as_str(), found.expires.as_millisecond()), (r#"{"a":[1,"ø"]}"#, expires.as_millisecond()));
    assert_eq!(read(found.expires).await, None);
    assert_eq!(store.delete_variable(owner.clone(), "k".to_owned(), now).await, Ok(true));
    assert_eq!(store.delete_variable(owner.clone(), "k".to_owned(), now).await, Ok(false));
    assert_eq!(read(now).await, None);
}

pub(super) async fn what_is_put_together_is_refused_together(open: Open, dir: &Path) {
    let store = open(dir, quiet());
    let owner = Scope::Enterprise.owner(site(), "", UserId(begun(&*store).await));
    let now = Timestamp::now();
    store.put_variables(put(owner.clone(), &["a", "b"]), now).await.expect("put");
    assert_eq!(store.put_variables(put(owner.clone(), &["b", "c", "d"]), now).await, Err(StoreError::Full(3)));
    assert_eq!(keys(&*store, &owner).await, ["a", "b"]);
    store.put_variables(put(owner.clone(), &["a", "b", "c"]), now).await.expect("fits");
    assert_eq!(keys(&*store, &owner).await, ["a", "b", "c"]);
}

pub(super) async fn session_data_goes_with_the_session(open: Open, dir: &Path) {
    let store = open(dir, quiet());
    let (one, two) = (begun(&*store).await, begun(&*store).await);
    let data = |id| Put { during: Some(id), ..put(Scope::session_data(site(), id), &["size"]) };
    let now = Timestamp::now();
    for id in [one, two] {
        store.put_variables(data(id), now).await.expect("put");
    }
    store.edit(one, close()).await.expect("ended");
    assert_eq!(keys(&*store, &data(one).owner).await, [""; 0]);
    assert_eq!(keys(&*store, &data(two).owner).await, ["size"]);
    assert_eq!(store.put_variables(data(one), now).await, Err(StoreError::Ended));
}

pub(super) async fn a_conversation_is_its_own_users_unless_told(open: Open, dir: &Path) {
    let store = open(dir, quiet());
    let (one, two) = (begun(&*store).await, begun(&*store).await);
    assert_eq!(store.user(one).await, Ok(UserId(one)));
    store.set_user(two, UserId(one)).await.expect("set");
    assert_eq!(store.user(two).await, Ok(UserId(one)));
}

const CHILD: &str = "DOCENT_STORE_TEST_DIR";
const ACKNOWLEDGED: &str = "acknowledged ";

/// `name` is the test that calls this, with its crate.
pub(super) async fn survives_a_kill(open: Open, name: &str) {
    if let Some(dir) = std::env::var_os(CHILD) {
        return append_until_killed(open, Path::new(&dir)).await;
    }
    let dir = tempfile::tempdir().expect("a directory");
    let test = name.split_once("::").map_or(name, |(_, rest)| rest);
    let program = std::env::current_exe().expect("this program");
    let mut child = Command::new(program)
        .args(["--exact", test, "--nocapture"])
        .env(CHILD, dir.path())
        .stdout(Stdio::piped())
        .spawn()
        .expect("started");
    let lines = BufReader::new(child.stdout.take().expect("its output")).lines();
    let mut acknowledged: Vec<(ConversationId, u64)> = Vec::new();
    for line in lines.map_while(Result::ok) {
        // The harness may have begun the line.
        if let Some((_, told)) = line.split_once(ACKNOWLEDGED) {
            let (conversation, event) = told.split_once(' ').expect("two words");
            let conversation = ConversationId::parse(conversation).expect("a conversation");
            acknowledged.push((conversation, event.parse().expect("a number")));
        }
        if acknowledged.len() == 500 {
            child.kill().expect("killed");
        }
    }
    child.wait().expect("ended");
    assert!(acknowledged.len() >= 500, "{}", acknowledged.len());
    let store = open(dir.path(), quiet());
    for (conversation, event) in acknowledged {
        let range = Range { from: From::After(id(event - 1)), types: Vec::new(), limit: 1 };
        let events = store.events(conversation, range).await.expect("read");
        assert_eq!(ids(&events), [event], "{conversation}");
        assert!(events[0].json.contains(&format!("number {event}.")), "{}", events[0].json);
    }
}

async fn append_until_killed(open: Open, dir: &Path) {
    let store = open(dir, quiet());
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let store = store.clone();
        tasks.spawn(async move {
            let conversation = begun(&*store).await;
            for n in 1.. {
                let appended = store.append(conversation, message(&format!("number {n}."))).await.expect("appended");
                println!("\n{ACKNOWLEDGED}{conversation} {}", appended.event_id.get());
            }
        });
    }
    tasks.join_all().await;
}
