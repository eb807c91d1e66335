//! What a conversation's log holds.

use crate::envelope::DataType;
use crate::param::{FieldError, member};
use crate::source::Source;

/// An event's place in its conversation's log, counted from 1.
///
/// On the wire it is a string of 16 digits, so that comparing the text compares the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId(u64);

impl EventId {
    /// Before every event.
    pub const START: Self = Self(0);
    const DIGITS: usize = 16;
    const END: u64 = 10_u64.pow(16);

    /// The `n`th event, from 1. `None` past what 16 digits hold.
    pub fn new(n: u64) -> Option<Self> {
        (n < Self::END).then_some(Self(n))
    }

    /// The count.
    pub fn get(self) -> u64 {
        self.0
    }

    /// Reads the wire form; leading zeroes may be left out.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = (1..=Self::DIGITS).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| Self(text.bytes().fold(0, |n, byte| n * 10 + u64::from(byte - b'0'))))
    }
}

impl std::fmt::Display for EventId {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut digits = [b'0'; Self::DIGITS];
        let mut rest = self.0;
        for digit in digits.iter_mut().rev() {
            *digit += (rest % 10) as u8;
            rest /= 10;
        }
        out.write_str(std::str::from_utf8(&digits).unwrap_or_default())
    }
}

/// Who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// A person on a website.
    Visitor,
    /// A human in the console.
    Agent,
    /// A program.
    Bot,
    /// The server itself.
    Gateway,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 4] = [Self::Visitor, Self::Agent, Self::Bot, Self::Gateway];

    /// The role as the wire has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Visitor => "visitor",
            Self::Agent => "agent",
            Self::Bot => "bot",
            Self::Gateway => "gateway",
        }
    }

    /// Reads the wire form.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }
}

/// An event as a reader sees it; `data` is left to whoever understands the `dataType`.
#[derive(Clone, Debug)]
pub struct Event<S> {
    /// Its place in the log.
    pub event_id: EventId,
    /// When the gateway stored it, RFC 3339 UTC.
    pub when_posted: String,
    /// Who posted it.
    pub role: Role,
    /// Their name, where the token holds one.
    pub from_id: Option<String>,
    /// How to read `data`.
    pub data_type: DataType,
    /// The body.
    pub data: S,
}

impl<S: Source> Event<S> {
    /// Reads the wire form.
    pub fn read(value: &S) -> Result<Self, FieldError> {
        let event_id = EventId::parse(&member::<String, _>(value, "eventId")?)
            .ok_or_else(|| FieldError::wrong("eventId", "an event's id"))?;
        let from = value.field("from").ok_or_else(|| FieldError::wrong("from", "an object"))?;
        let role = Role::parse(&member::<String, _>(&from, "role")?)
            .ok_or_else(|| FieldError::wrong("from.role", "a role"))?;
        let data_type = DataType::parse(&member::<String, _>(value, "dataType")?)
            .ok_or_else(|| FieldError::wrong("dataType", DataType::EXPECTED))?;
        Ok(Self {
            event_id,
            when_posted: member(value, "whenPosted")?,
            role,
            from_id: member(&from, "id")?,
            data_type,
            data: value.field("data").ok_or_else(|| FieldError::wrong("data", "an object"))?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn ids_order_as_text_as_they_order_as_numbers(a in 0..EventId::END, b in 0..EventId::END) {
            let (a, b) = (EventId(a), EventId(b));
            prop_assert_eq!(a.to_string().cmp(&b.to_string()), a.cmp(&b));
            prop_assert_eq!(EventId::parse(&a.to_string()), Some(a));
        }

        #[test]
        fn anything_else_is_refused(text in "\\PC*") {
            let digits = (1..=16).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
            prop_assert_eq!(EventId::parse(&text).is_some(), digits);
        }
    }

    #[test]
    fn an_event_reads_from_the_wire() {
        let wire = serde_json::json!({
            "eventId": "0000000000000007", "conversationId": "c", "whenPosted": "2026-01-01T00:00:00Z",
            "from": {"role": "bot", "id": "echo"}, "dataType": "command", "data": {"type": "x"}
        });
        let event = Event::read(&&wire).expect("reads");
        assert_eq!((event.event_id.get(), event.role, event.from_id.as_deref()), (7, Role::Bot, Some("echo")));
    }
}
