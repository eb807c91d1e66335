//! What every store must do with chat sessions.

use super::super::{Begin, Draft, Range, SessionKey, Sessions, StoreError};
use super::{Open, act, all, begun, close, draft, happens, id, message, quiet, site};
use crate::config::SiteKey;
use crate::conversation::ConversationId;
use crate::session::state::SessionError;
use crate::session::status::SessionStatus;
use crate::session::transition::Trigger;
use crate::store::{Event, Store};
use docent_protocol::envelope::DataType;
use docent_protocol::event::{EventId, Role};
use serde_json::Value;
use std::path::Path;
use std::sync::{Arc, Mutex};

fn begins() -> Begin {
    Begin { topic: 7, edit: happens(Trigger::Created) }
}

async fn changes(store: &dyn Store, id: ConversationId) -> Vec<Value> {
    let range = Range { types: vec![DataType::Session], ..all() };
    let events = store.events(id, range).await.expect("read");
    let data = |event: &Arc<Event>| serde_json::from_str::<Value>(&event.json).expect("JSON")["data"].clone();
    events.iter().map(data).collect()
}

pub(in crate::store) async fn a_session_begins_with_its_event(open: Open, dir: &Path) {
    let store = open(dir, quiet());
    let id = ConversationId::random().expect("randomness");
    let edited = store.begin(id, site(), begins()).await.expect("begun");
    assert_eq!((edited.session.status, edited.session.topic), (SessionStatus::InQueue, 7));
    assert_eq!(edited.event_id, EventId::new(1));
    let begun = serde_json::json!({"old": null, "new": SessionStatus::InQueue.wire()});
    assert_eq!(changes(&*store, id).await, [begun]);
    assert_eq!(store.session(SessionKey::Conversation(id)).await.expect("read"), Some(edited.session));
    let never = ConversationId::random().expect("randomness");
    let refused = store.begin(never, site(), Begin { topic: 7, edit: close() }).await;
    assert!(matches!(refused, Err(StoreError::Session(SessionError::Impossible(..)))), "{refused:?}");
    assert_eq!(store.find(never).await, Ok(None));
}

pub(in crate::store) async fn a_session_changes_with_its_event(open: Open, dir: &Path) {
    let store = open(dir, quiet());
    let conversation = begun(&*store).await;
    let edited = store.edit(conversation, happens(Trigger::PickedUp)).await.expect("picked up");
    assert_eq!(edited.event_id, Some(id(1)));
    assert_eq!((edited.session.status, edited.session.version), (SessionStatus::CustomerLast, 1));
    assert_eq!(changes(&*store, conversation).await[0]["user"], "ada");
    let same = store.edit(conversation, happens(Trigger::PickedUp)).await.expect("picked up again");
    assert_eq!((same.event_id, same.session.version), (None, 1));
    store.close().await.expect("closed");
    let store = open(dir, quiet());
    let read = store.session(SessionKey::Conversation(conversation)).await.expect("read");
    assert_eq!(read, Some(edited.session));
    store.edit(conversation, close()).await.expect("closed");
    let deleted = store.edit(conversation, happens(Trigger::Set(SessionStatus::Deleted))).await.expect("deleted");
    assert_eq!(deleted.session.status, SessionStatus::Deleted);
    assert_eq!(store.append(conversation, message("a")).await, Err(StoreError::Ended));
    let nowhere = ConversationId::random().expect("randomness");
    assert_eq!(store.edit(nowhere, close()).await, Err(StoreError::Unknown));
}

pub(in crate::store) async fn a_message_moves_its_session(open: Open, dir: &Path) {
    let told = Arc::new(Mutex::new(Vec::<u64>::new()));
    let news = told.clone();
    let store = open(dir, Arc::new(move |_, event| news.lock().expect("a lock").push(event.id.get())));
    let conversation = begun(&*store).await;
    let say = |trigger| {
        let role = if trigger == Trigger::VisitorMessage { Role::Visitor } else { Role::Agent };
        let draft = draft(role, DataType::Message, r#"{"text":"a"}"#);
        store.append(conversation, Draft { act: Some(Box::new(act(trigger))), key: None, ..draft })
    };
    for (trigger, event, length, status) in [
        (Trigger::AgentMessage, 1, 2, SessionStatus::UserLast),
        (Trigger::AgentMessage, 3, 3, SessionStatus::UserLast),
        (Trigger::VisitorMessage, 4, 5, SessionStatus::CustomerLast),
    ] {
        assert_eq!(say(trigger).await.expect("appended").event_id, id(event));
        assert_eq!(*told.lock().expect("a lock"), (1..=length).collect::<Vec<_>>());
        assert_eq!(store.find(conversation).await.expect("read").expect("found").session, status);
    }
    assert_eq!(changes(&*store, conversation).await.len(), 2);
}

pub(in crate::store) async fn what_a_session_refuses_is_not_stored(open: Open, dir: &Path) {
    let store = open(dir, quiet());
    let conversation = begun(&*store).await;
    store.edit(conversation, happens(Trigger::Set(SessionStatus::PreChatForm))).await.expect("set");
    let early = draft(Role::Visitor, DataType::Message, "{}");
    let early = Draft { act: Some(Box::new(act(Trigger::VisitorMessage))), key: Some("k".to_owned()), ..early };
    for _ in 0..2 {
        let refused = store.append(conversation, early.clone()).await;
        let impossible = SessionError::Impossible(SessionStatus::PreChatForm, Trigger::VisitorMessage);
        assert_eq!(refused, Err(StoreError::Session(impossible)));
    }
    assert_eq!(store.events(conversation, all()).await.expect("read").len(), 1);
    assert_eq!(store.append(conversation, message("a")).await.expect("appended").event_id, id(2));
}

pub(in crate::store) async fn sessions_are_found_and_listed(open: Open, dir: &Path) {
    let store = open(dir, quiet());
    let (first, second, over) = (begun(&*store).await, begun(&*store).await, begun(&*store).await);
    store.create(ConversationId::random().expect("randomness"), SiteKey::new("other")).await.expect("created");
    store.edit(over, close()).await.expect("closed");
    store.edit(second, happens(Trigger::PickedUp)).await.expect("picked up");
    let list = async |statuses: &[SessionStatus], quiet_since| {
        let which = Sessions { site: site(), statuses: statuses.to_vec(), quiet_since, limit: 10 };
        let found = store.sessions(which).await.expect("read");
        found.into_iter().map(|session| session.conversation).collect::<Vec<_>>()
    };
    assert_eq!(list(&[SessionStatus::InQueue], None).await, [first]);
    assert_eq!(list(&SessionStatus::ALL, None).await.len(), 3);
    assert_eq!(list(&[SessionStatus::ClosedFromQueue], None).await, [over]);
    assert_eq!(list(&SessionStatus::ALL, Some(jiff::Timestamp::UNIX_EPOCH)).await, []);
    assert_eq!(list(&SessionStatus::ALL, Some(jiff::Timestamp::now())).await.len(), 3);
    let session = store.session(SessionKey::Conversation(second)).await.expect("read").expect("found");
    assert_eq!(store.session(SessionKey::Number(session.number)).await.expect("read"), Some(session));
    assert_eq!(store.session(SessionKey::Number(999)).await.expect("read"), None);
}
