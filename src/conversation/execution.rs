//! Commands and requests: executed at most once, answered exactly once.

use super::Conversation;
use super::journal::Entry;
use crate::command;
use crate::context::Call;
use crate::dom::value::Value;
use crate::error::Failure;
use crate::page::hooks;
use crate::task::Scope;
use docent_protocol::envelope::DataType;
use docent_protocol::event::{Event, EventId};
use docent_protocol::json::{Json, Object};
use docent_protocol::param::member;
use docent_protocol::registry::RowKind;
use docent_protocol::status::Status;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// The longest answer, in bytes: the data endpoint's limit, less room for the envelope's rest.
const LONGEST: usize = 255 * 1024;

/// What was asked and is not answered yet, in order. As many as the gateway's log holds unanswered.
#[derive(Default)]
pub(super) struct Asks {
    list: RefCell<Vec<Ask>>,
    acting: Cell<bool>,
}

struct Ask {
    event: Rc<Event<Value>>,
    /// Dropping it stops the execution.
    scope: Option<Scope>,
}

impl Asks {
    pub(super) fn add(&self, event: Event<Value>) {
        self.list.borrow_mut().push(Ask { event: Rc::new(event), scope: None });
    }

    pub(super) fn clear(&self) {
        drop(self.list.take());
    }

    fn remove(&self, event: EventId) {
        let ask = {
            let mut list = self.list.borrow_mut();
            let at = list.iter().position(|ask| ask.event.event_id == event);
            at.map(|at| list.remove(at))
        };
        drop(ask);
    }

    fn waiting(&self) -> Vec<Rc<Event<Value>>> {
        let list = self.list.borrow();
        list.iter().filter(|ask| ask.scope.is_none()).map(|ask| ask.event.clone()).collect()
    }

    fn started(&self, event: EventId, scope: Scope) {
        if let Some(ask) = self.list.borrow_mut().iter_mut().find(|ask| ask.event.event_id == event) {
            ask.scope = Some(scope);
        }
    }

    fn first(&self) -> Option<EventId> {
        self.list.borrow().first().map(|ask| ask.event.event_id)
    }
}

impl Conversation {
    pub(super) fn set_acting(&self, acting: bool) {
        if self.asks.acting.replace(acting) == acting {
            return;
        }
        self.cx.mirror.set_acting(&self.cx, acting);
        if acting {
            self.cx.journal.take_over(&self.cx.memory);
            self.send_unsettled();
            self.act();
        } else {
            self.stop_asking();
        }
    }

    /// Executes what waits, where this tab acts and knows the log to its end: an answer may stand further on.
    pub(super) fn act(&self) {
        if !self.asks.acting.get() || !self.greeted.get() || self.seen.get() < self.head.get() {
            return;
        }
        for event in self.asks.waiting() {
            match self.cx.journal.entry(&self.cx.memory, event.event_id) {
                Entry::Fresh => self.execute(event),
                Entry::Ours => {}
                Entry::Settled => self.asks.remove(event.event_id),
                Entry::Done(body) => self.cx.outbox.answer(event.event_id, &body),
                Entry::Others(instance) => self.wait_for(event, instance),
            }
        }
    }

    /// The gateway has the answer.
    pub(super) fn settled(&self, event: EventId) {
        self.asks.remove(event);
        let (journal, memory) = (&self.cx.journal, &self.cx.memory);
        // A tab that neither acts nor did it leaves the journal to the one that does.
        if self.asks.acting.get() || matches!(journal.entry(memory, event), Entry::Ours | Entry::Done(_)) {
            journal.settled(memory, event);
        }
        self.remember_place();
    }

    /// The next load of a page begins after what is answered.
    pub(super) fn remember_place(&self) {
        if self.asks.acting.get() {
            let before_first = self.asks.first().and_then(|first| EventId::new(first.get().saturating_sub(1)));
            self.cx.journal.advance(&self.cx.memory, before_first.unwrap_or(self.seen.get()));
        }
    }

    /// The gateway will never take this answer: the conversation has ended, or the answer is malformed.
    pub(super) fn answer_refused(&self, event: EventId) {
        self.cx.journal.settled(&self.cx.memory, event);
        self.asks.remove(event);
    }

    fn send_unsettled(&self) {
        for (event, body) in self.cx.journal.unsettled(&self.cx.memory) {
            self.cx.outbox.answer(event, &body);
        }
    }

    fn execute(&self, event: Rc<Event<Value>>) {
        let scope = Scope::new();
        let name: String = member(&event.data, "type").unwrap_or_default();
        let asks = command::find(&name).is_some_and(|entry| entry.asks);
        if !asks {
            self.cx.journal.begin(&self.cx.memory, event.event_id);
        }
        let call = Call::new(self.cx.clone(), event.event_id);
        let me = self.me.clone();
        let running = event.clone();
        scope.spawn(async move {
            let outcome = perform(&running, call).await;
            if let Some(conversation) = me.upgrade() {
                conversation.answer(&running, outcome);
            }
        });
        self.asks.started(event.event_id, scope);
    }

    /// Another load of a page began it: it answers, or it is gone and cannot any more.
    fn wait_for(&self, event: Rc<Event<Value>>, instance: String) {
        let scope = Scope::new();
        let me = self.me.clone();
        let tabs = self.tabs.clone();
        let waited = event.clone();
        scope.spawn(async move {
            tabs.gone(&instance).await;
            let Some(conversation) = me.upgrade() else { return };
            match conversation.cx.journal.entry(&conversation.cx.memory, waited.event_id) {
                Entry::Done(body) => conversation.cx.outbox.answer(waited.event_id, &body),
                Entry::Others(_) => {
                    let left = Failure::other("the page was left before this was done");
                    conversation.answer(&waited, Err(left));
                }
                Entry::Fresh | Entry::Ours | Entry::Settled => {}
            }
        });
        self.asks.started(event.event_id, scope);
    }

    /// The visitor went to another tab: what only asks here is asked there.
    fn stop_asking(&self) {
        let stopped: Vec<Option<Scope>> = {
            let mut list = self.asks.list.borrow_mut();
            let memory = &self.cx.memory;
            let undone = |ask: &&mut Ask| self.cx.journal.entry(memory, ask.event.event_id) == Entry::Fresh;
            list.iter_mut().filter(undone).map(|ask| ask.scope.take()).collect()
        };
        drop(stopped);
    }

    fn answer(&self, event: &Event<Value>, outcome: Result<Object, Failure>) {
        let default = self.cx.policy().info_response;
        let mut body = answer_body(event, &outcome, default);
        if body.as_str().len() > LONGEST {
            let long = Failure::other("the answer is longer than 255 KiB: ask for less");
            body = answer_body(event, &Err(long), default);
        }
        self.cx.journal.answered(&self.cx.memory, event.event_id, &body);
        self.cx.outbox.answer(event.event_id, &body);
    }
}

async fn perform(event: &Event<Value>, call: Call) -> Result<Object, Failure> {
    let data = hooks::before_command(&call, &event.data).await?;
    let name: String = member(&data, "type")?;
    let Some(entry) = command::find(&name) else {
        return Err(Failure::other(&["`", &name, "` is unknown here; getCapabilities lists what is known"].concat()));
    };
    let kind = match event.data_type {
        DataType::Command => RowKind::Command,
        _ => RowKind::InfoRequest,
    };
    if entry.row.kind != kind {
        let message = ["`", &name, "` is sent with the dataType `", entry.row.kind.as_str(), "`"].concat();
        return Err(Failure::other(&message));
    }
    (entry.run)(&data, call).await
}

/// The one place that decides how an answer is told: requests are answered with `commandResponse` as commands are,
/// unless the site or the request asks for `infoResponse`.
fn answer_type(event: &Event<Value>, site_default: bool) -> DataType {
    let asked: Option<String> = member(&event.data, "responseType").unwrap_or_default();
    let info = match asked.as_deref() {
        Some("infoResponse") => true,
        Some("commandResponse") => false,
        _ => site_default,
    };
    match event.data_type {
        DataType::InfoRequest if info => DataType::InfoResponse,
        _ => DataType::CommandResponse,
    }
}

fn answer_body(event: &Event<Value>, outcome: &Result<Object, Failure>, site_default: bool) -> Json {
    let (status, values, message) = match outcome {
        Ok(values) => (Status::Success, values, None),
        Err(failure) => (failure.status, &failure.values, Some(failure.message.as_str())),
    };
    let mut data = Object::new()
        .with("eventId", &event.event_id.to_string())
        .with("id", &member::<Option<String>, _>(&event.data, "id").unwrap_or_default())
        .with("type", &member::<String, _>(&event.data, "type").unwrap_or_default())
        .with("status", &status.as_str());
    data.extend(values);
    data.put("message", &message);
    Object::new().with("dataType", &answer_type(event, site_default).as_str()).with("data", &data).end()
}
