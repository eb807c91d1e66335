//! A chat session: what is known of it, and what becomes of it when something happens.

use super::form::{Filled, property};
use super::status::SessionStatus;
use super::transition::{Holder, Rules, Trigger, next};
use crate::config::SiteKey;
use crate::conversation::ConversationId;
use docent_protocol::event::Role;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Why something cannot happen to a session. Nothing has changed.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum SessionError {
    /// It is over.
    #[error("the chat session is over")]
    Over,
    /// Not in this status.
    #[error("a session whose status is {} cannot {}", .0.name(), .1.words())]
    Impossible(SessionStatus, Trigger),
    /// Another agent has it.
    #[error("`{0}` has this session; ask for a transfer")]
    Taken(String),
    /// It is not offered to this agent, or to nobody.
    #[error("this session is not being transferred to you")]
    NotOffered,
    /// Only its agent can do that.
    #[error("only the agent who has this session can transfer it; pick it up first")]
    NotYours,
    /// It was changed since it was read.
    #[error("the session was changed meanwhile: its version is {0}; read it again")]
    Stale(u64),
}

/// Who does something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// What they are.
    pub role: Role,
    /// An agent's or bot's name.
    pub name: Option<String>,
}

impl Actor {
    /// The gateway itself.
    pub const GATEWAY: Self = Self { role: Role::Gateway, name: None };
}

/// Something that happens to a session.
#[derive(Clone, Debug)]
pub struct Act {
    /// What.
    pub trigger: Trigger,
    /// Who does it.
    pub actor: Actor,
    /// What the channel has, and who is there.
    pub rules: Rules,
    /// For [`Trigger::TransferOffered`]: to whom.
    pub to: Option<String>,
    /// For a form's triggers: the form.
    pub form: Option<Filled>,
}

/// A conversation's chat session.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    /// `ChatSessionId`.
    pub number: i64,
    /// Its conversation.
    pub conversation: ConversationId,
    /// The conversation's site.
    pub site: SiteKey,
    /// The id of its channel; 0 where the site had none.
    pub topic: i32,
    /// Where it stands.
    pub status: SessionStatus,
    /// Counts its changes.
    pub version: u64,
    /// When it began.
    pub created_at: Timestamp,
    /// When it came into the queue it is in.
    pub queued_at: Option<Timestamp>,
    /// Everything else.
    pub details: Details,
}

/// What else is known of a session.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Details {
    /// A bot has it.
    #[serde(skip_serializing_if = "is_false")]
    pub chatbot_is_active: bool,
    /// A bot had it and handed it to humans: bots' messages move it no more.
    #[serde(skip_serializing_if = "is_false")]
    pub handed_off: bool,
    /// The agent who has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The agent it is offered to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transfer_to: Option<String>,
    /// When an agent took it first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// Its place in the queue when it began.
    #[serde(skip_serializing_if = "is_zero")]
    pub initial_queue_pos: i32,
    /// The visitor has filled in the form before the chat.
    #[serde(skip_serializing_if = "is_false")]
    pub form_done: bool,
    /// What the visitor gave in forms, by form (`preChat`, `offline`, `postChat`) and field.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub forms: Map<String, Value>,
    /// The entity's properties that were saved, by name.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub properties: Map<String, Value>,
    /// The log's last message when some of them were saved: what was said since wins over them.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub pins: BTreeMap<String, u64>,
}

#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_false(value: &bool) -> bool {
    !value
}

#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_zero(value: &i32) -> bool {
    *value == 0
}

impl Session {
    /// The session of a conversation nobody has said anything about.
    pub fn plain(number: i64, conversation: ConversationId, site: SiteKey, created_at: Timestamp) -> Self {
        let (status, details) = (SessionStatus::InQueue, Details::default());
        let queued_at = Some(created_at);
        Self { number, conversation, site, topic: 0, status, version: 0, created_at, queued_at, details }
    }

    /// Lets something happen. On an error nothing has changed.
    pub fn apply(&mut self, act: &Act, now: Timestamp) -> Result<(), SessionError> {
        let Act { trigger, actor, rules, .. } = act;
        let is_message = matches!(trigger, Trigger::VisitorMessage | Trigger::BotMessage | Trigger::AgentMessage);
        if self.status.is_over() && !matches!(trigger, Trigger::Set(_)) {
            return Err(SessionError::Over);
        }
        if is_message && (!rules.channel || (*trigger == Trigger::BotMessage && self.details.handed_off)) {
            return Ok(());
        }
        let details = &self.details;
        let holder =
            Holder { bot: details.chatbot_is_active, agent: details.user.is_some(), form_done: details.form_done };
        // Whoever hands off is no longer there.
        let holder = if *trigger == Trigger::HandedOff { Holder { bot: false, ..holder } } else { holder };
        let status =
            next(self.status, *trigger, *rules, holder).ok_or(SessionError::Impossible(self.status, *trigger))?;
        self.hold(act, now)?;
        if let Some(filled) = &act.form {
            self.take_form(filled);
        }
        self.enter(status, *trigger, now);
        // An agent who writes to somebody nobody had has them.
        if *trigger == Trigger::AgentMessage && actor.role == Role::Agent && self.status == SessionStatus::UserLast {
            self.take(actor.name.clone(), now);
        }
        Ok(())
    }

    /// Who has it, after this; refuses those who may not.
    fn hold(&mut self, act: &Act, now: Timestamp) -> Result<(), SessionError> {
        let actor = act.actor.name.as_ref();
        let details = &mut self.details;
        match act.trigger {
            Trigger::PickedUp => match (&details.user, actor) {
                (Some(user), Some(actor)) if user != actor => return Err(SessionError::Taken(user.clone())),
                _ => self.take(actor.cloned(), now),
            },
            Trigger::TransferOffered if details.user.as_ref() != actor => return Err(SessionError::NotYours),
            Trigger::TransferOffered => details.transfer_to.clone_from(&act.to),
            Trigger::TransferAccepted if details.transfer_to.is_none() || details.transfer_to.as_ref() != actor => {
                return Err(SessionError::NotOffered);
            }
            Trigger::TransferAccepted => {
                details.user = details.transfer_to.take();
            }
            Trigger::TransferRejected
                if details.transfer_to.is_none()
                    || (details.transfer_to.as_ref() != actor && details.user.as_ref() != actor) =>
            {
                return Err(SessionError::NotOffered);
            }
            Trigger::TransferRejected => details.transfer_to = None,
            Trigger::HandedOff => {
                (details.chatbot_is_active, details.handed_off) = (false, true);
                (details.user, details.transfer_to) = (None, None);
            }
            Trigger::PreChatSubmitted => details.form_done = true,
            _ => {}
        }
        Ok(())
    }

    fn take_form(&mut self, filled: &Filled) {
        for (field, value) in &filled.values {
            if let Some(property) = property(field) {
                self.details.properties.insert(property.to_owned(), value.clone());
            }
        }
        self.details.forms.insert(filled.form.as_str().to_owned(), Value::Object(filled.values.clone()));
    }

    /// Gives it to an agent, where it has none.
    fn take(&mut self, agent: Option<String>, now: Timestamp) {
        let details = &mut self.details;
        if details.chatbot_is_active {
            (details.chatbot_is_active, details.handed_off) = (false, true);
        }
        if details.user.is_none() {
            details.user = agent;
            if details.started_at.is_none() {
                details.started_at = Some(now);
                details.properties.remove("WhenStarted");
            }
        }
    }

    fn enter(&mut self, status: SessionStatus, trigger: Trigger, now: Timestamp) {
        let requeued = trigger == Trigger::HandedOff;
        if status == self.status && !requeued {
            return;
        }
        self.status = status;
        self.details.properties.remove("WhenEnded");
        self.queued_at = (status == SessionStatus::InQueue).then_some(now);
        if status.is_over() || status == SessionStatus::Finished {
            self.details.ended_at = Some(now);
            self.details.transfer_to = None;
        } else {
            self.details.ended_at = None;
        }
    }
}

/// What a `session` event tells of a change: the old status and the new, and what else can be seen of it. `None` where
/// nothing can. `old` is `None` for a session that begins.
pub fn told(old: Option<&Session>, new: &Session) -> Option<Value> {
    let mut told = Map::new();
    told.insert("old".to_owned(), old.map_or(Value::Null, |old| old.status.wire()));
    told.insert("new".to_owned(), new.status.wire());
    let moved = old.is_none_or(|old| old.status != new.status);
    let mut tell = |name: &str, old: Option<Value>, new: Value| {
        if old.unwrap_or_default() != new {
            told.insert(name.to_owned(), new);
        }
    };
    let before = old.map(|old| &old.details);
    let after = &new.details;
    tell("user", before.map(|details| details.user.clone().into()), after.user.clone().into());
    tell("transferTo", before.map(|details| details.transfer_to.clone().into()), after.transfer_to.clone().into());
    let was_active = before.is_some_and(|details| details.chatbot_is_active);
    tell("chatbotIsActive", Some(was_active.into()), after.chatbot_is_active.into());
    (moved || told.len() > 2).then_some(Value::Object(told))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rules() -> Rules {
        Rules { channel: true, ..Rules::default() }
    }

    fn act(trigger: Trigger, name: &str) -> Act {
        let role = match trigger {
            Trigger::VisitorMessage => Role::Visitor,
            Trigger::BotMessage => Role::Bot,
            _ => Role::Agent,
        };
        Act {
            trigger,
            actor: Actor { role, name: Some(name.to_owned()) },
            rules: rules(),
            to: Some("bob".to_owned()),
            form: None,
        }
    }

    fn session() -> Session {
        Session::plain(1, ConversationId::from_bytes([1; 16]), SiteKey::new("demo"), Timestamp::UNIX_EPOCH)
    }

    fn now() -> Timestamp {
        Timestamp::from_second(100).expect("a time")
    }

    #[test]
    fn the_first_to_pick_up_has_it() {
        let mut session = session();
        session.apply(&act(Trigger::PickedUp, "ada"), now()).expect("picked up");
        assert_eq!(session.status, SessionStatus::CustomerLast);
        assert_eq!((session.details.user.as_deref(), session.details.started_at), (Some("ada"), Some(now())));
        let again = session.apply(&act(Trigger::PickedUp, "bob"), now());
        assert_eq!(again, Err(SessionError::Taken("ada".to_owned())));
        assert_eq!(session.apply(&act(Trigger::PickedUp, "ada"), now()), Ok(()));
    }

    #[test]
    fn a_transfer_is_offered_then_accepted_or_rejected() {
        let mut session = session();
        session.apply(&act(Trigger::PickedUp, "ada"), now()).expect("picked up");
        assert_eq!(session.apply(&act(Trigger::TransferAccepted, "bob"), now()), Err(SessionError::NotOffered));
        assert_eq!(session.apply(&act(Trigger::TransferOffered, "eve"), now()), Err(SessionError::NotYours));
        session.apply(&act(Trigger::TransferOffered, "ada"), now()).expect("offered");
        assert_eq!(session.apply(&act(Trigger::TransferAccepted, "eve"), now()), Err(SessionError::NotOffered));
        assert_eq!(session.apply(&act(Trigger::TransferRejected, "eve"), now()), Err(SessionError::NotOffered));
        session.apply(&act(Trigger::TransferRejected, "bob"), now()).expect("rejected");
        assert_eq!(session.details.user.as_deref(), Some("ada"));
        session.apply(&act(Trigger::TransferOffered, "ada"), now()).expect("offered again");
        session.apply(&act(Trigger::TransferAccepted, "bob"), now()).expect("accepted");
        assert_eq!((session.details.user.as_deref(), session.details.transfer_to), (Some("bob"), None));
    }

    #[test]
    fn a_bot_that_handed_off_moves_nothing() {
        let mut session = session();
        session.details.chatbot_is_active = true;
        session.apply(&act(Trigger::BotMessage, "echo"), now()).expect("said");
        assert_eq!(session.status, SessionStatus::UserLast);
        session.apply(&act(Trigger::HandedOff, "echo"), now()).expect("handed off");
        assert_eq!((session.status, session.details.chatbot_is_active), (SessionStatus::InQueue, false));
        session.apply(&act(Trigger::BotMessage, "echo"), now()).expect("said");
        assert_eq!(session.status, SessionStatus::InQueue);
    }

    #[test]
    fn an_agent_who_picks_up_relieves_the_bot() {
        let mut session = session();
        session.details.chatbot_is_active = true;
        session.apply(&act(Trigger::PickedUp, "ada"), now()).expect("picked up");
        assert!(!session.details.chatbot_is_active && session.details.handed_off);
    }

    #[test]
    fn a_visitors_message_takes_a_finished_chat_up_again() {
        let mut session = session();
        session.apply(&act(Trigger::AgentMessage, "ada"), now()).expect("said");
        session.apply(&act(Trigger::Set(SessionStatus::Finished), "ada"), now()).expect("finished");
        assert_eq!(session.details.ended_at, Some(now()));
        session.apply(&act(Trigger::VisitorMessage, ""), now()).expect("said");
        assert_eq!((session.status, session.details.ended_at), (SessionStatus::CustomerLast, None));
        assert_eq!(session.details.user.as_deref(), Some("ada"));
    }

    #[test]
    fn without_a_channel_messages_move_nothing() {
        let mut session = session();
        let plain = Act { rules: Rules::default(), ..act(Trigger::AgentMessage, "ada") };
        session.apply(&plain, now()).expect("said");
        assert_eq!(session, self::session());
    }

    #[test]
    fn what_a_change_tells() {
        let old = session();
        let mut new = old.clone();
        assert_eq!(told(Some(&old), &new), None);
        new.details.properties.insert("CustomerName".to_owned(), "Kari".into());
        assert_eq!(told(Some(&old), &new), None);
        new.apply(&act(Trigger::PickedUp, "ada"), now()).expect("picked up");
        let change = serde_json::json!({"old": old.status.wire(), "new": new.status.wire(), "user": "ada"});
        assert_eq!(told(Some(&old), &new), Some(change));
        let begun = serde_json::json!({"old": null, "new": old.status.wire()});
        assert_eq!(told(None, &old), Some(begun));
    }

    fn any_trigger() -> impl Strategy<Value = Trigger> {
        let set = (0_u8..12).prop_filter_map("a status", SessionStatus::from_number).prop_map(Trigger::Set);
        prop_oneof![4 => proptest::sample::select(Trigger::ALL.to_vec()), 1 => set]
    }

    fn any_rules() -> impl Strategy<Value = Rules> {
        any::<[bool; 7]>().prop_map(|[channel, pre_chat, pre_chat_after_bot, faq, offline_form, post_chat, staffed]| {
            Rules { channel, pre_chat, pre_chat_after_bot, faq, offline_form, post_chat, staffed }
        })
    }

    proptest! {
        /// Whatever happens in whatever order: what is refused changes nothing, and what holds always, holds.
        #[test]
        fn whatever_happens_a_session_stays_sound(
            rules in any_rules(),
            bot in any::<bool>(),
            steps in prop::collection::vec((any_trigger(), prop_oneof![Just("ada"), Just("bob")]), 0..40),
        ) {
            let mut session = session();
            session.status = SessionStatus::Invalid;
            session.details.chatbot_is_active = bot;
            let mut handed_off = false;
            for (trigger, name) in steps {
                let before = session.clone();
                let result = session.apply(&Act { rules, ..act(trigger, name) }, now());
                if result.is_err() {
                    prop_assert_eq!(&session, &before);
                }
                let (details, status) = (&session.details, session.status);
                prop_assert_eq!(session.queued_at.is_some(), status == SessionStatus::InQueue || before.queued_at.is_some() && status == before.status);
                prop_assert!(!status.is_over() || details.transfer_to.is_none());
                prop_assert!(!(details.chatbot_is_active && details.handed_off));
                handed_off |= details.handed_off;
                prop_assert!(!handed_off || !details.chatbot_is_active, "a bot that handed off is not active again");
                if before.status.is_over() {
                    prop_assert!(status == before.status || status == SessionStatus::Deleted);
                }
                prop_assert_eq!(before.status == SessionStatus::Invalid || status != SessionStatus::Invalid, true);
                if details.user.is_some() && before.details.user.is_none() {
                    prop_assert!(details.started_at.is_some());
                }
            }
        }
    }
}
