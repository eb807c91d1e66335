//! What was executed, so that nothing is executed twice: not after a reload, not by another tab.
//!
//! Under `x:EVENTID` stands `?INSTANCE` while INSTANCE (one load of one page) executes it, then the answer's body
//! until the gateway has it, then `!`: another tab may hear of the answer later than of this. What is before the cursor
//! is answered and forgotten.

use super::memory::Memory;
use docent_protocol::event::EventId;
use docent_protocol::json::Json;
use std::cell::RefCell;

const CURSOR: &str = "cursor";
const SETTLED: &str = "!";

/// How far an event's execution has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// Nobody has begun.
    Fresh,
    /// This load of the page executes it.
    Ours,
    /// The named load began it.
    Others(String),
    /// It is done; this is the answer's body.
    Done(Json),
    /// The gateway has the answer.
    Settled,
}

/// This load's view of the journal.
#[derive(Debug)]
pub struct Journal {
    instance: String,
    /// What is settled and not before the cursor yet.
    settled: RefCell<Vec<EventId>>,
}

impl Journal {
    /// The journal, as seen by one load of the page.
    pub fn new(instance: String) -> Self {
        Self { instance, settled: RefCell::default() }
    }

    /// This load's name.
    pub fn instance(&self) -> &str {
        &self.instance
    }

    /// How far the event has come.
    pub fn entry(&self, memory: &Memory, event: EventId) -> Entry {
        match memory.get(&name(event)) {
            None if event <= self.cursor(memory) => Entry::Settled,
            None => Entry::Fresh,
            Some(text) if text == SETTLED => Entry::Settled,
            Some(text) => match text.strip_prefix('?') {
                Some(instance) if instance == self.instance => Entry::Ours,
                Some(instance) => Entry::Others(instance.to_owned()),
                None => Entry::Done(Json::trusted(text)),
            },
        }
    }

    /// Execution begins.
    pub fn begin(&self, memory: &Memory, event: EventId) {
        memory.set(&name(event), &["?", &self.instance].concat());
    }

    /// The answer is known.
    pub fn answered(&self, memory: &Memory, event: EventId, body: &Json) {
        memory.set(&name(event), body.as_str());
    }

    /// The gateway has the answer.
    pub fn settled(&self, memory: &Memory, event: EventId) {
        if event > self.cursor(memory) {
            memory.set(&name(event), SETTLED);
            self.settled.borrow_mut().push(event);
        } else {
            memory.remove(&name(event));
        }
    }

    /// Takes over what earlier loads have settled, to be forgotten in its time.
    pub fn take_over(&self, memory: &Memory) {
        let events = memory.names("x:");
        let events = events.iter().filter_map(|name| EventId::parse(name.get(2..)?));
        let settled = events.filter(|event| self.entry(memory, *event) == Entry::Settled).collect();
        *self.settled.borrow_mut() = settled;
    }

    /// The answers the gateway may not have yet.
    pub fn unsettled(&self, memory: &Memory) -> Vec<(EventId, Json)> {
        let answer = |key: &String| {
            let event = EventId::parse(key.get(2..)?)?;
            match self.entry(memory, event) {
                Entry::Done(body) => Some((event, body)),
                _ => None,
            }
        };
        memory.names("x:").iter().filter_map(answer).collect()
    }

    /// Everything up to here is answered.
    pub fn cursor(&self, memory: &Memory) -> EventId {
        memory.get(CURSOR).and_then(|text| EventId::parse(&text)).unwrap_or(EventId::START)
    }

    /// Moves the cursor on; never back.
    pub fn advance(&self, memory: &Memory, to: EventId) {
        if to <= self.cursor(memory) {
            return;
        }
        // First the cursor: whoever misses the entry finds the event before it.
        memory.set(CURSOR, &to.to_string());
        self.settled.borrow_mut().retain(|event| {
            if *event <= to {
                memory.remove(&name(*event));
            }
            *event > to
        });
    }
}

fn name(event: EventId) -> String {
    ["x:", &event.to_string()].concat()
}
