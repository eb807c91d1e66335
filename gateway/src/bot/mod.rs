//! Bots: scripts that answer visitors (contract section 6), and webhooks for bots that live elsewhere.
//!
//! Whatever happens in a conversation whose channel has a bot is in the [outbox](crate::store::outbox) until the bot's
//! script has dealt with it: one event after the other in each conversation, conversations beside each other. A script
//! begins anew with every event; what shall last goes into variables.

pub mod dead_letters;
pub mod deliver;
pub mod engine;
pub mod fetch;
pub mod host;
pub mod script;
pub mod view;
pub mod webhook;

use self::engine::Fault;
use self::host::Desk;
use self::script::Script;
use self::view::Views;
use crate::app::AppState;
use crate::config::{Bot, Config, SiteKey};
use crate::conversation::ConversationId;
use crate::session::state::{Actor, Session};
use crate::store::{Consumer, Pending, StoreError};
use axum::Router;
use axum::routing::{get, post};
use docent_protocol::event::Role;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use std::sync::atomic::AtomicU32;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinSet;

/// Calls that are under way at once, those that wait for a visitor or a host included; further ones wait in the outbox.
const CALLS: usize = 256;

/// Every bot whose script runs here.
pub struct Bots {
    bots: HashMap<Arc<str>, (Arc<Bot>, Script)>,
    woken: Mutex<HashSet<ConversationId>>,
    news: Notify,
    calls: Semaphore,
    /// What agents see of them.
    pub views: Views,
    client: Option<reqwest::Client>,
}

impl Bots {
    /// The configured ones.
    pub fn new(config: &Config) -> Self {
        let bots = config.bots.iter().map(|bot| (bot.name.clone(), (bot.clone(), Script::default()))).collect();
        let calls = Semaphore::new(CALLS);
        Self {
            bots,
            woken: Mutex::default(),
            news: Notify::new(),
            calls,
            views: Views::default(),
            client: fetch::client(),
        }
    }

    /// The bot of a site's channel, where its script runs here.
    pub fn of(&self, config: &Config, site: &SiteKey) -> Option<&Arc<Bot>> {
        let name = config.site(site)?.channel.as_ref()?.bot.as_ref()?;
        self.bots.get(name.as_str()).map(|(bot, _)| bot)
    }

    /// Tells that a conversation's bot has something to do.
    pub fn wake(&self, id: ConversationId) {
        self.woken.lock().unwrap_or_else(PoisonError::into_inner).insert(id);
        self.news.notify_one();
    }

    fn take_woken(&self) -> Vec<ConversationId> {
        self.woken.lock().unwrap_or_else(PoisonError::into_inner).drain().collect()
    }
}

/// Runs the bots' scripts as long as it is polled.
pub async fn keep_running(state: &AppState) {
    if state.bots.bots.is_empty() {
        return;
    }
    // What a stop or a crash left behind.
    match state.store.waiting(&Consumer::Bot).await {
        Ok(left) => left.into_iter().for_each(|id| state.bots.wake(id)),
        Err(error) => tracing::warn!(%error, "what waits for bots could not be read"),
    }
    let mut running: HashMap<ConversationId, bool> = HashMap::new();
    let mut tasks = JoinSet::new();
    loop {
        for id in state.bots.take_woken() {
            match running.get_mut(&id) {
                Some(again) => *again = true,
                None => {
                    running.insert(id, false);
                    tasks.spawn(serve(state.clone(), id));
                }
            }
        }
        tokio::select! {
            () = state.bots.news.notified() => {}
            Some(served) = tasks.join_next(), if !tasks.is_empty() => match served {
                Ok(id) if running.remove(&id) == Some(true) => state.bots.wake(id),
                Ok(_) => {}
                Err(error) => tracing::error!(%error, "a bot's task failed"),
            }
        }
    }
}

/// Deals with all that a conversation has for its bot.
async fn serve(state: AppState, id: ConversationId) -> ConversationId {
    loop {
        let Ok(_call) = state.bots.calls.acquire().await else { return id };
        let served = match state.store.next_for_bot(id).await {
            Ok(None) => return id,
            Ok(Some(pending)) => deal(&state, &pending).await,
            Err(error) => Err(error),
        };
        match served {
            Ok(()) => {}
            Err(StoreError::Closed) => return id,
            Err(error) => {
                tracing::error!(conversation = %id, %error, "a bot's event waits: the store failed");
                return id;
            }
        }
    }
}

async fn deal(state: &AppState, pending: &Pending) -> Result<(), StoreError> {
    let session = state.sessions().find(pending.conversation).await?;
    let bot = state.bots.of(&state.config, &pending.site).filter(|_| session.details.chatbot_is_active);
    let event: Value = serde_json::from_str(&pending.event.json).unwrap_or_default();
    if let Some(bot) = bot
        && let Some(function) = function(&event)
    {
        run(state, bot, &session, pending, function, &event).await?;
    }
    state.store.settle(pending.id, Some(Timestamp::now())).await
}

/// Which function an event calls.
pub fn function(event: &Value) -> Option<&'static str> {
    match event["dataType"].as_str() {
        Some("message") => Some("onMessageReceived"),
        Some("session") if event["data"]["old"].is_null() => Some("onSessionCreated"),
        Some("session") if event["data"]["old"]["status"] != event["data"]["new"]["status"] => Some("onSessionChanged"),
        _ => None,
    }
}

async fn run(
    state: &AppState,
    bot: &Arc<Bot>,
    session: &Session,
    pending: &Pending,
    name: &'static str,
    event: &Value,
) -> Result<(), StoreError> {
    let id = pending.conversation;
    let argument = argument(state, bot, session, pending, event);
    let user = state.store.user(id).await?;
    let desk = |key: String| Desk {
        state: state.clone(),
        bot: bot.clone(),
        conversation: id,
        site: session.site.clone(),
        user,
        session: session.number,
        key,
        effects: AtomicU32::new(0),
    };
    let call = async |function, args: &[Value], key| {
        let (_, script) =
            state.bots.bots.get(&bot.name).ok_or_else(|| Fault::Engine("there is no script".to_owned()))?;
        engine::call(&script.current(bot)?, function, args, bot.limits, Arc::new(desk(key))).await
    };
    let Err(fault) = call(name, std::slice::from_ref(&argument), format!("bot/{}", pending.id)).await else {
        return Ok(());
    };
    // What a stop cut off is done again after it.
    if state.rooms.are_closing() {
        return Err(StoreError::Closed);
    }
    failed(state, bot, id, name, &fault);
    // The script says what is to become of the session; one that cannot even say that leaves it to humans.
    let told = json!({"message": fault.to_string(), "place": fault.place()});
    if let Err(fault) = call("onError", &[told, argument], format!("bot/{}/error", pending.id)).await {
        failed(state, bot, id, "onError", &fault);
        let actor = Actor { role: Role::Bot, name: Some(bot.name.to_string()) };
        match state.sessions().hand_off(id, actor).await {
            Ok(_) | Err(StoreError::Session(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// The log gets no message: it may hold what a visitor wrote.
fn failed(state: &AppState, bot: &Bot, id: ConversationId, function: &str, fault: &Fault) {
    let kind = match fault {
        Fault::Thrown { message, .. } => message.split(':').next().unwrap_or_default().to_owned(),
        fault => fault.to_string(),
    };
    let place = fault.place();
    tracing::warn!(bot = &*bot.name, conversation = %id, function, place, kind, "a bot's script failed");
    state.bots.views.add(id, "error", &format!("{function}: {fault}"), place);
}

/// What the function gets.
fn argument(state: &AppState, bot: &Bot, session: &Session, pending: &Pending, event: &Value) -> Value {
    let topic = state.sessions().channel(&session.site).map(|channel| channel.name.clone());
    let fields = session.details.forms.values().filter_map(Value::as_object).cloned().fold(
        serde_json::Map::new(),
        |mut fields, form| {
            fields.extend(form);
            fields
        },
    );
    let last_run = pending.last_run.map(|at| format!("{}+00:00", at.strftime("%Y-%m-%dT%H:%M:%S")));
    let is_session = event["dataType"] == "session";
    // The status the event told of, whatever has happened since.
    let status = if is_session { event["data"]["new"]["status"].clone() } else { json!(session.status.number()) };
    let mut argument = json!({
        "conversationId": pending.conversation.to_string(),
        "eventId": event["eventId"],
        "chatSession": {"id": session.number, "topicId": session.topic, "status": status},
        "chatTopic": {"name": topic, "botName": &*bot.name},
        "_tenant_": bot.tenant.clone().unwrap_or_else(|| session.site.to_string()),
        "_labels_": bot.labels,
        "_fields_": fields,
        "_last_run": last_run,
    });
    if is_session {
        let (old, new) = (&event["data"]["old"]["status"], &event["data"]["new"]["status"]);
        argument["status"] = json!({"old": old, "new": new});
    } else {
        argument["message"] = json!({"text": event["data"]["text"], "whenPosted": event["whenPosted"]});
    }
    argument
}

/// The routes.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/conversation/{id}/bot", get(view::view))
        .route("/webhooks/dead-letters", get(dead_letters::list))
        .route("/webhooks/dead-letters/replay", post(dead_letters::replay))
}
