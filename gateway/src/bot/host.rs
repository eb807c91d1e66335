//! What a script may do: everything about its own conversation, and nothing about any other.

use super::engine::Host;
use super::fetch::fetch;
use crate::app::AppState;
use crate::config::Bot;
use crate::conversation::ConversationId;
use crate::conversation::data::answer;
use crate::session::state::Actor;
use crate::session::status::SessionStatus;
use crate::store::{Draft, Owner, UserId};
use crate::variables::{Scope, Ttl, user, visitorsession};
use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use docent_protocol::envelope::DataType;
use docent_protocol::event::{EventId, Role};
use futures_util::future::BoxFuture;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::runtime::Handle;

/// What goes out in one call: messages, commands, requests, fetches, writes.
const EFFECTS: u32 = 100;
/// `type` of a message to the customer.
const TO_CUSTOMER: u64 = 1;

/// A call's way to the gateway.
pub struct Desk {
    /// The gateway.
    pub state: AppState,
    /// Whose script runs.
    pub bot: Arc<Bot>,
    /// For which conversation.
    pub conversation: ConversationId,
    /// Its site.
    pub site: crate::config::SiteKey,
    /// Its user.
    pub user: UserId,
    /// Its session's number.
    pub session: i64,
    /// The same when the call is made again after a crash: what it stored is not stored twice.
    pub key: String,
    /// What went out so far.
    pub effects: AtomicU32,
}

type Done = Result<Value, String>;

fn wrong(error: impl std::fmt::Display) -> String {
    error.to_string()
}

fn text(args: &[Value], at: usize) -> Option<&str> {
    args.get(at).and_then(Value::as_str)
}

impl Desk {
    fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        // Scripts run on threads for blocking work.
        Handle::current().block_on(work)
    }

    fn actor(&self) -> Actor {
        Actor { role: Role::Bot, name: Some(self.bot.name.to_string()) }
    }

    /// Counts something that goes out; the number is part of its key.
    fn effect(&self) -> Result<u32, String> {
        let n = self.effects.fetch_add(1, Ordering::Relaxed);
        if n < EFFECTS {
            Ok(n)
        } else {
            Err(format!("one call does at most {EFFECTS} things; the rest is for the next"))
        }
    }

    fn own_session(&self, args: &[Value]) -> Result<(), String> {
        let given = args.first().and_then(|id| id.as_i64().or_else(|| id.as_f64().map(|id| id as i64)));
        let given = given.or_else(|| text(args, 0)?.parse().ok());
        if given == Some(self.session) {
            Ok(())
        } else {
            Err(format!("this call is about the session {}", self.session))
        }
    }

    fn draft(&self, data_type: DataType, data: String) -> Result<Draft, String> {
        // A script that has changed meanwhile may do something else at the same place.
        let content = Sha256::digest(format!("{} {data}", data_type.as_str()));
        let key =
            Some(format!("{}/{}/{}", self.key, self.effect()?, STANDARD.encode(content.get(..12).unwrap_or_default())));
        let from = Some(self.bot.name.to_string());
        let site = self.site.clone();
        Ok(Draft { site, role: Role::Bot, from, data_type, data, answers: None, key, act: None })
    }

    fn add_chat_message(&self, args: &[Value]) -> Done {
        self.own_session(args)?;
        let said = text(args, 1).filter(|text| !text.trim().is_empty()).ok_or("a message is text that is not blank")?;
        if args.get(2).is_some_and(|kind| !kind.is_null() && kind.as_u64() != Some(TO_CUSTOMER)) {
            return Err("the type of a bot's message is 1: to the customer".to_owned());
        }
        let mut data = Map::from_iter([("text".to_owned(), json!(said))]);
        if let Some(author) = text(args, 3).filter(|author| !author.is_empty() && **author != *self.bot.name) {
            data.insert("author".to_owned(), json!(author));
        }
        let special = args.get(4).filter(|special| !special.is_null() && special.as_i64() != Some(0));
        for (name, value) in
            [("specialType", special), ("specialParams", special.and(args.get(5))), ("whenPosted", args.get(6))]
        {
            if let Some(value) = value.filter(|value| !value.is_null()) {
                data.insert(name.to_owned(), value.clone());
            }
        }
        let mut draft = self.draft(DataType::Message, Value::Object(data).to_string())?;
        self.state.sessions().heed(&mut draft);
        let appended = self.wait(self.state.store.append(self.conversation, draft)).map_err(wrong)?;
        Ok(json!(appended.event_id.to_string()))
    }

    fn set_chat_status(&self, args: &[Value]) -> Done {
        self.own_session(args)?;
        let number = args.get(1).and_then(Value::as_u64).and_then(|number| u8::try_from(number).ok());
        let status = number.and_then(SessionStatus::from_number).ok_or("a status is a number from 0 to 11")?;
        self.effect()?;
        let sessions = self.state.sessions();
        self.wait(sessions.set_status(self.conversation, status, self.actor()))
            .map(|session| session.status.wire())
            .map_err(wrong)
    }

    fn reset_chat(&self, args: &[Value]) -> Done {
        self.own_session(args)?;
        let sessions = self.state.sessions();
        self.wait(sessions.hand_off(self.conversation, self.actor()))
            .map(|session| session.status.wire())
            .map_err(wrong)
    }

    fn owner(&self, args: &[Value]) -> Result<Owner, String> {
        let scope = text(args, 0).and_then(Scope::parse).ok_or("there is no such scope")?;
        Ok(scope.owner(self.site.clone(), &self.bot.name, self.user))
    }

    /// The FAQ's best answer, where it is good enough.
    fn search_faq(&self, args: &[Value]) -> Done {
        let question = text(args, 0).unwrap_or_default().to_owned();
        let sessions = self.state.sessions();
        let Some((channel, faq)) =
            sessions.channel(&self.site).and_then(|channel| Some((channel, channel.faq.as_ref()?)))
        else {
            return Ok(Value::Null);
        };
        let hits = self.wait(self.state.store.search_faq(channel.id, question, 1)).map_err(wrong)?;
        let hit = hits.into_iter().next().filter(|hit| hit.score >= faq.threshold);
        Ok(hit.map_or(Value::Null, |hit| json!({"question": hit.entry.question, "answer": hit.entry.answer})))
    }

    fn facts(&self) -> Result<Map<String, Value>, String> {
        self.wait(user::context(&*self.state.store, self.conversation, self.user)).map_err(wrong)
    }

    fn variable(&self, name: &str, args: &[Value]) -> Done {
        let owner = self.owner(args)?;
        let key = text(args, 1).unwrap_or_default();
        let variables = &self.state.variables;
        match (name, owner.scope) {
            ("all", Scope::User) => self.facts().map(Value::Object),
            ("all", _) => self.wait(variables.all(owner)).map(Value::Object).map_err(wrong),
            ("get", Scope::User) => {
                self.wait(variables.get(owner, key)).map_err(wrong)?;
                Ok(self.facts()?.remove(key).unwrap_or_default())
            }
            ("get", _) => {
                let found = self.wait(variables.get(owner, key)).map_err(wrong)?;
                Ok(found.and_then(|found| serde_json::from_str(&found.value).ok()).unwrap_or_default())
            }
            ("put", _) => {
                self.effect()?;
                let ttl = Ttl::read(args.get(3)).map_err(wrong)?;
                let value = args.get(2).cloned().unwrap_or_default();
                self.wait(variables.put(owner, key, &value, ttl)).map_err(wrong)?;
                Ok(Value::Null)
            }
            ("delete", _) => {
                self.effect()?;
                self.wait(variables.delete(owner, key)).map(Value::from).map_err(wrong)
            }
            _ => {
                self.effect()?;
                let path = args.get(2).and_then(Value::as_array).into_iter().flatten();
                let path = path.filter_map(Value::as_str).map(str::to_owned).collect();
                self.wait(variables.delete_inside(owner, key, path)).map(Value::from).map_err(wrong)
            }
        }
    }

    fn session_data(&self, name: &str, args: &[Value]) -> Done {
        let portal = text(args, 0).unwrap_or_default();
        if !visitorsession::is_portal(&self.state.config, &self.site, portal) {
            return Ok(visitorsession::invalid_portal());
        }
        let variables = &self.state.variables;
        if name == "getSessionData" {
            let read = variables.session_data(self.site.clone(), self.conversation, text(args, 1));
            return Ok(visitorsession::envelope(portal, self.wait(read).map_err(wrong)?));
        }
        let map = args.get(1).and_then(Value::as_object).cloned().ok_or("the session data is a map")?;
        self.effect()?;
        self.wait(variables.set_session_data(self.site.clone(), self.conversation, &map)).map_err(wrong)?;
        Ok(visitorsession::envelope(portal, map))
    }

    fn log(&self, args: &[Value]) -> Done {
        let level = match text(args, 0) {
            Some("warn") => "warn",
            Some("error") => "error",
            Some("debug") => "debug",
            _ => "info",
        };
        let said = text(args, 1).unwrap_or_default();
        tracing::debug!(bot = &*self.bot.name, conversation = %self.conversation, level, said, "a bot's script says");
        self.state.bots.views.add(self.conversation, level, said, "");
        Ok(Value::Null)
    }

    /// Asks the visitor's page. The event is durable when this returns; the future is the answer's `data`.
    fn ask(&self, data_type: DataType, args: &[Value]) -> Result<BoxFuture<'static, Done>, String> {
        let kind = text(args, 0).filter(|kind| !kind.is_empty()).ok_or("say which command or request, as a text")?;
        let mut data = args.get(1).and_then(Value::as_object).cloned().unwrap_or_default();
        data.insert("type".to_owned(), json!(kind));
        let draft = self.draft(data_type, Value::Object(data).to_string())?;
        let state = self.state.clone();
        // Listening begins before it can be answered.
        let listener = state.rooms.join(self.conversation, EventId::START, false);
        let asked = self.wait(state.store.append(self.conversation, draft)).map_err(wrong)?;
        Ok(Box::pin(async move {
            let answered = answer(&state, listener, asked).await.map_err(wrong)?;
            let event = answered.ok_or("the gateway is stopping")?;
            let mut event: Value = serde_json::from_str(&event.json).map_err(wrong)?;
            Ok(event["data"].take())
        }))
    }

    fn fetch(&self, args: &[Value]) -> Result<BoxFuture<'static, Done>, String> {
        self.effect()?;
        let client = self.state.bots.client.clone().ok_or("fetch: this system has no TLS")?;
        let bot = self.bot.clone();
        let url = text(args, 0).unwrap_or_default().to_owned();
        let options = args.get(1).cloned().unwrap_or_default();
        Ok(Box::pin(async move { fetch(client, &bot, &url, &options).await }))
    }
}

#[async_trait]
impl Host for Desk {
    fn call(&self, name: &str, args: Vec<Value>) -> Done {
        match name {
            "addChatMessage" => self.add_chat_message(&args),
            "resetChat" => self.reset_chat(&args),
            "setChatStatus" => self.set_chat_status(&args),
            "get" | "put" | "delete" | "deleteInside" | "all" => self.variable(name, &args),
            "getSessionData" | "setSessionData" => self.session_data(name, &args),
            "searchFaq" => self.search_faq(&args),
            "log" => self.log(&args),
            _ => Err(format!("there is no `{name}`")),
        }
    }

    fn begin(&self, name: &str, args: Vec<Value>) -> BoxFuture<'static, Done> {
        let begun = match name {
            "command" => self.ask(DataType::Command, &args),
            "request" => self.ask(DataType::InfoRequest, &args),
            "fetch" => self.fetch(&args),
            _ => Err(format!("there is no `{name}`")),
        };
        begun.unwrap_or_else(|error| Box::pin(async move { Err(error) }))
    }
}
