//! Chat sessions in the real store, beside a model of them that fits a page.

use crate::support;
use crate::support::{SECRET, SITE};
use docent_gateway::app::AppState;
use docent_gateway::config::{Draft, Secret, SiteKey};
use docent_gateway::conversation::ConversationId;
use docent_gateway::session::state::{Act, Actor};
use docent_gateway::session::status::SessionStatus;
use docent_gateway::session::transition::Trigger;
use docent_gateway::session::{ChatMessage, Sessions};
use docent_gateway::store::{From, Range, StoreError};
use docent_protocol::envelope::DataType;
use docent_protocol::event::{EventId, Role};
use proptest::prelude::*;
use serde_json::Value;

const FULL: &str = r#"
[[channel]]
id = 7
name = "support"
faq = { threshold = 0.5 }
pre_chat = [{ name = "name" }]
offline = [{ name = "message" }]
post_chat = [{ name = "rating" }]
"#;
const BARE: &str = "[[channel]]\nid = 7\nname = \"support\"\n";

/// What can be done to one of a few sessions.
#[derive(Clone, Copy, Debug)]
enum Op {
    Visitor,
    Bot,
    Agent(&'static str),
    PreChat,
    FaqYes,
    FaqNo,
    PickUp(&'static str),
    Offer(&'static str),
    Accept(&'static str),
    Reject(&'static str),
    HandOff,
    Offline,
    End,
    PostChat,
    Silence,
    Delete,
    Present(bool),
}

/// Agents whom sessions are offered to.
const TO: &str = "bo";

fn any_op() -> impl Strategy<Value = Op> {
    let who = || proptest::sample::select(vec!["ada", TO, "eve"]);
    prop_oneof![
        4 => Just(Op::Visitor),
        2 => Just(Op::Bot),
        3 => who().prop_map(Op::Agent),
        2 => Just(Op::PreChat),
        1 => Just(Op::FaqYes),
        2 => Just(Op::FaqNo),
        4 => who().prop_map(Op::PickUp),
        3 => who().prop_map(Op::Offer),
        3 => who().prop_map(Op::Accept),
        2 => who().prop_map(Op::Reject),
        2 => Just(Op::HandOff),
        2 => Just(Op::Offline),
        1 => Just(Op::End),
        1 => Just(Op::PostChat),
        1 => Just(Op::Silence),
        1 => Just(Op::Delete),
        1 => any::<bool>().prop_map(Op::Present),
    ]
}

/// What a channel has: everything or nothing.
#[derive(Clone, Copy)]
struct Place {
    full: bool,
    staffed: bool,
}

/// A session as it can be seen.
#[derive(Clone, Debug, PartialEq)]
struct Model {
    status: u8,
    user: Option<&'static str>,
    offered: Option<&'static str>,
    bot: bool,
    relieved: bool,
    /// When it came into the queue, counted.
    queued: usize,
}

impl Model {
    fn new(place: Place, bot: bool) -> Self {
        let mut model = Self { status: 1, user: None, offered: None, bot, relieved: false, queued: 0 };
        if !place.full {
            model.status = model.queue(place);
        }
        model
    }

    fn queue(&self, place: Place) -> u8 {
        if place.full && !place.staffed && !self.bot { 3 } else { 4 }
    }

    fn take(&mut self, who: &'static str) {
        self.relieved |= self.bot;
        self.bot = false;
        self.user = self.user.or(Some(who));
    }

    /// Where it stands after this. `None` where it cannot happen.
    fn after(&self, op: Op, place: Place) -> Option<Self> {
        let mut new = self.clone();
        let end = if place.full { 7 } else { 9 };
        let talking = matches!(self.status, 5 | 6);
        match (op, self.status) {
            (Op::Present(_), _) => {}
            (Op::Delete, _) => new.status = 8,
            (_, 8 | 9 | 11) => return None,
            (Op::Visitor, 1 | 3) => return None,
            (Op::Visitor, 2 | 4 | 5) => {}
            (Op::Visitor, 6) => new.status = 5,
            (Op::Visitor, _) if self.bot || self.user.is_some() => new.status = 5,
            (Op::Visitor, _) => new.status = self.queue(place),
            (Op::Bot, _) if self.relieved => {}
            (Op::Bot, 7 | 10) | (Op::Agent(_), 7) => {}
            (Op::Bot, _) => new.status = 6,
            (Op::Agent(who), _) => {
                new.status = 6;
                new.take(who);
            }
            (Op::PreChat, 1) => new.status = 2,
            (Op::FaqYes, 2) => new.status = end,
            (Op::FaqNo, 2) => new.status = self.queue(place),
            (Op::PickUp(who), 2..=6 | 10) if self.user.is_none_or(|user| user == who) => {
                new.status = if talking { self.status } else { 5 };
                new.take(who);
            }
            (Op::Offer(who), _) if talking && self.user == Some(who) => new.offered = Some(TO),
            (Op::Accept(who), _) if talking && self.offered == Some(who) => new.user = new.offered.take(),
            (Op::Reject(who), _) if talking && self.offered.is_some_and(|to| to == who || self.user == Some(who)) => {
                new.offered = None;
            }
            (Op::HandOff, 1..=6) => {
                new = Self { bot: false, relieved: true, user: None, offered: None, ..new };
                new.status = new.queue(place);
            }
            (Op::Offline, 3) => new.status = 10,
            (Op::End, 2 | 5 | 6) => new.status = end,
            (Op::End | Op::Silence, 4) => new.status = 11,
            (Op::End | Op::Silence, _) | (Op::PostChat, 7) => new.status = 9,
            _ => return None,
        }
        if matches!(new.status, 7..=9 | 11) {
            new.offered = None;
        }
        Some(new)
    }

    /// What a `session` event tells of.
    fn seen(&self) -> (u8, Option<&str>, Option<&str>, bool) {
        (self.status, self.user, self.offered, self.bot)
    }
}

async fn happen(state: &AppState, sessions: &Sessions, id: ConversationId, op: Op) -> Result<(), StoreError> {
    let named = |name: &str| Actor { role: Role::Agent, name: Some(name.to_owned()) };
    let visitor = Actor { role: Role::Visitor, name: None };
    let say = async |role, author: Option<&str>| {
        let data = serde_json::Map::from_iter([("text".to_owned(), Value::from("hi"))]);
        let message = ChatMessage { role, author: author.map(str::to_owned), data };
        sessions.add_message(id, message).await.map(drop)
    };
    let (trigger, actor) = match op {
        Op::Visitor => return say(Role::Visitor, None).await,
        Op::Bot => return say(Role::Bot, Some("Echo")).await,
        Op::Agent(who) => return say(Role::Agent, Some(who)).await,
        Op::Present(available) => {
            state.presence.set(&SiteKey::new(SITE), "zoe", available);
            return Ok(());
        }
        Op::PreChat => (Trigger::PreChatSubmitted, visitor),
        Op::FaqYes => (Trigger::FaqHelped, visitor),
        Op::FaqNo => (Trigger::FaqNotHelped, visitor),
        Op::PickUp(who) => (Trigger::PickedUp, named(who)),
        Op::Offer(who) => (Trigger::TransferOffered, named(who)),
        Op::Accept(who) => (Trigger::TransferAccepted, named(who)),
        Op::Reject(who) => (Trigger::TransferRejected, named(who)),
        Op::HandOff => (Trigger::HandedOff, Actor { role: Role::Bot, name: Some("Echo".to_owned()) }),
        Op::Offline => (Trigger::OfflineSubmitted, visitor),
        Op::End => (Trigger::Ended, visitor),
        Op::PostChat => (Trigger::PostChatSubmitted, visitor),
        Op::Silence => (Trigger::Dropped, Actor::GATEWAY),
        Op::Delete => (Trigger::Set(SessionStatus::Deleted), named("ada")),
    };
    let rules = sessions.rules(&SiteKey::new(SITE));
    sessions.act(id, Act { trigger, actor, rules, to: Some(TO.to_owned()), form: None }).await.map(drop)
}

async fn assert_is(sessions: &Sessions, id: ConversationId, model: &Model) {
    let session = sessions.find(id).await.expect("there");
    let details = &session.details;
    let seen =
        (session.status.number(), details.user.as_deref(), details.transfer_to.as_deref(), details.chatbot_is_active);
    assert_eq!(seen, model.seen());
}

/// The statuses the log tells of.
async fn told(state: &AppState, id: ConversationId) -> Vec<u64> {
    let range = Range { from: From::After(EventId::START), types: vec![DataType::Session], limit: 500 };
    let events = state.store.events(id, range).await.expect("read");
    let status = |json: &str| serde_json::from_str::<Value>(json).expect("JSON")["data"]["new"]["status"].as_u64();
    events.iter().map(|event| status(&event.json).expect("a number")).collect()
}

async fn run(full: bool, bot: bool, steps: Vec<(usize, Op)>) {
    let dir = tempfile::tempdir().expect("a directory");
    let open = || {
        let sites = support::SITES.replacen("key = \"demo\"", "key = \"demo\"\nchannel = \"support\"", 1);
        let channel = if full { FULL } else { BARE };
        let channel = if bot { channel.replace("id = 7", "id = 7\nbot = \"Echo\"") } else { channel.to_owned() };
        let draft = Draft::parse(&format!("{sites}{channel}")).expect("a configuration");
        let mut config = draft.with_secret(Secret::new(SECRET.to_owned()).expect("a secret"));
        config.data_dir = dir.path().to_owned();
        AppState::open(config).expect("opens")
    };
    let state = open();
    let (sessions, site) = (state.sessions(), SiteKey::new(SITE));
    let mut place = Place { full, staffed: false };
    let mut all = Vec::new();
    for queued in 0..3 {
        let id = ConversationId::random().expect("randomness");
        sessions.begin(id, site.clone()).await.expect("begun");
        let model = Model { queued, ..Model::new(place, bot) };
        let history = vec![u64::from(model.status)];
        all.push((id, model, history));
    }
    for (count, (at, op)) in (3..).zip(steps) {
        let (id, model, history) = &mut all[at];
        let result = happen(&state, &sessions, *id, op).await;
        match model.after(op, place) {
            Some(mut new) => {
                result.unwrap_or_else(|error| panic!("{op:?} at {model:?}: {error}"));
                if new.status == 4 && (model.status != 4 || matches!(op, Op::HandOff)) {
                    new.queued = count;
                }
                if new.seen() != model.seen() {
                    history.push(u64::from(new.status));
                }
                *model = new;
            }
            None => assert!(
                matches!(result, Err(StoreError::Session(_) | StoreError::Ended)),
                "{op:?} at {model:?}: {result:?}"
            ),
        }
        if let Op::Present(staffed) = op {
            place.staffed = staffed;
        }
        assert_is(&sessions, *id, model).await;
        assert_eq!(told(&state, *id).await, *history, "{op:?}");
        let mut waiting: Vec<_> = all.iter().filter(|(_, model, _)| model.status == 4 && !model.bot).collect();
        waiting.sort_by_key(|(_, model, _)| model.queued);
        let queue: Vec<_> = sessions.queue(&site).await.expect("read").iter().map(|one| one.conversation).collect();
        assert_eq!(queue, waiting.iter().map(|(id, ..)| *id).collect::<Vec<_>>(), "{op:?}");
    }
    state.store.close().await.expect("closed");
    let state = open();
    for (id, model, history) in &all {
        assert_is(&state.sessions(), *id, model).await;
        assert_eq!(told(&state, *id).await, *history);
    }
    state.store.close().await.expect("closed");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    /// Whatever is done in whatever order, to whichever session: each stands where the model says, its log tells of
    /// each change once, the queue is in order, and a restart changes nothing.
    #[test]
    fn sessions_are_what_the_model_says(
        full in any::<bool>(),
        bot in any::<bool>(),
        steps in prop::collection::vec((0_usize..3, any_op()), 1..50),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(run(full, bot, steps));
    }
}
