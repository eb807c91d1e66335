//! `ChatSessionEntity`: a chat session as integrations see it, property by property.

pub mod save;
pub mod view;

use crate::error::Error;
use crate::session::status::SessionStatus;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Map, Value};

/// What a property holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An int32.
    Integer,
    /// Text of at most so many characters; may be null.
    Text(usize),
    /// True or false.
    Boolean,
    /// A date and time; may be null. Kept as RFC 3339 UTC.
    Date,
    /// A status by its name or number.
    Status,
    /// An object of another kind, with plain members; may be null.
    Reference,
    /// Only the gateway says it; it is read and forgotten.
    Theirs,
}

/// A property: its name and what it holds.
pub type Property = (&'static str, Kind);

/// Every property, in the document's order.
pub const PROPERTIES: [Property; 33] = [
    ("ChatSessionId", Kind::Integer),
    ("TopicId", Kind::Integer),
    ("User", Kind::Reference),
    ("Person", Kind::Reference),
    ("CustomerAlias", Kind::Text(254)),
    ("CustomerHost", Kind::Text(254)),
    ("CustomerName", Kind::Text(254)),
    ("CustomerEmail", Kind::Text(254)),
    ("CustomerPhone", Kind::Text(254)),
    ("CustomerConsented", Kind::Boolean),
    ("CustomerCompanyName", Kind::Text(254)),
    ("Status", Kind::Status),
    ("FirstMessage", Kind::Text(4000)),
    ("LastMessage", Kind::Text(4000)),
    ("WhenRequested", Kind::Date),
    ("WhenStarted", Kind::Date),
    ("WhenEnded", Kind::Date),
    ("WhenIdle", Kind::Date),
    ("WhenFetched", Kind::Date),
    ("SessionKey", Kind::Text(254)),
    ("InitialQueuePos", Kind::Integer),
    ("AlertLevel", Kind::Integer),
    ("Rank", Kind::Integer),
    ("Flags", Kind::Text(254)),
    ("Contact", Kind::Reference),
    ("Project", Kind::Reference),
    ("Sale", Kind::Reference),
    ("Ticket", Kind::Reference),
    ("TransferTo", Kind::Reference),
    ("ChatbotIsActive", Kind::Boolean),
    ("Rating", Kind::Integer),
    ("TableRight", Kind::Theirs),
    ("FieldProperties", Kind::Theirs),
];

/// Members of a reference, at most; and what they may be: plain values.
const REFERENCE_MEMBERS: usize = 64;
const REFERENCE_BYTES: usize = 8192;

/// Properties that were given, each as its kind wants it.
pub type Given = Map<String, Value>;

/// Checks properties. The error names the first that is unknown or wrong. `zone` is that of dates that name none.
pub fn check(given: &Map<String, Value>, zone: &TimeZone) -> Result<Given, Error> {
    let mut checked = Given::new();
    for (name, value) in given {
        let Some((known, kind)) = PROPERTIES.into_iter().find(|(known, _)| known == name) else {
            return Err(Error::malformed(name, format!("a ChatSessionEntity has no property `{name}`")));
        };
        if kind != Kind::Theirs {
            let value = kind
                .read(value, zone)
                .map_err(|expected| Error::malformed(known, format!("`{known}` must be {expected}")))?;
            checked.insert(known.to_owned(), value);
        }
    }
    Ok(checked)
}

impl Kind {
    /// Reads a value, from JSON or (as a string) from a form or XML. The error says what it must be.
    fn read(self, value: &Value, zone: &TimeZone) -> Result<Value, String> {
        let text = value.as_str().map(str::trim);
        match (self, value) {
            (Self::Text(_) | Self::Date | Self::Reference, Value::Null) => Ok(Value::Null),
            (Self::Date | Self::Reference, Value::String(_)) if text == Some("") => Ok(Value::Null),
            (Self::Integer, _) => integer(value).map(Value::from).ok_or_else(|| "a whole number of 32 bits".to_owned()),
            (Self::Boolean, Value::Bool(_)) => Ok(value.clone()),
            (Self::Boolean, _) => match text {
                Some("true" | "True" | "1") => Ok(true.into()),
                Some("false" | "False" | "0") => Ok(false.into()),
                _ => Err("true or false".to_owned()),
            },
            (Self::Text(max), Value::String(text)) if text.chars().count() <= max => Ok(value.clone()),
            (Self::Text(max), _) => Err(format!("text of at most {max} characters")),
            (Self::Date, _) => text
                .and_then(|text| date(text, zone))
                .map(|date| date.to_string().into())
                .ok_or_else(|| "a date and time, as in 2024-12-15T09:22:45+01:00".to_owned()),
            (Self::Status, _) => status(value).map(|status| status.name().into()).ok_or_else(|| {
                let names: Vec<_> = SessionStatus::ALL.iter().map(|status| status.name()).collect();
                format!("one of {}", names.join(", "))
            }),
            (Self::Reference, Value::Object(members)) if is_reference(members) => Ok(value.clone()),
            (Self::Reference, _) => Err("an object of plain values, or null".to_owned()),
            (Self::Theirs, _) => Ok(Value::Null),
        }
    }
}

fn integer(value: &Value) -> Option<i32> {
    match value {
        Value::String(text) => text.trim().parse().ok(),
        _ => value.as_i64().and_then(|number| i32::try_from(number).ok()),
    }
}

fn status(value: &Value) -> Option<SessionStatus> {
    match value {
        Value::String(text) => {
            SessionStatus::parse(text.trim()).or_else(|| text.trim().parse().ok().and_then(SessionStatus::from_number))
        }
        _ => value.as_u64().and_then(|number| u8::try_from(number).ok()).and_then(SessionStatus::from_number),
    }
}

fn is_reference(members: &Map<String, Value>) -> bool {
    let plain = |value: &Value| !value.is_object() && !value.is_array();
    let bytes: usize = members.iter().map(|(name, value)| name.len() + value.as_str().map_or(8, str::len)).sum();
    members.len() <= REFERENCE_MEMBERS && bytes <= REFERENCE_BYTES && members.values().all(plain)
}

/// Reads a date: with an offset, or (without one) in `zone`.
pub fn date(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let local = || {
        let local: jiff::civil::DateTime = text.parse().ok()?;
        local.to_zoned(zone.clone()).ok().map(|zoned| zoned.timestamp())
    };
    text.parse().ok().or_else(local)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn read(name: &str, value: Value) -> Result<Value, String> {
        let given = Map::from_iter([(name.to_owned(), value)]);
        check(&given, &TimeZone::UTC).map(|checked| checked[name].clone()).map_err(|error| error.to_string())
    }

    #[test]
    fn each_kind_takes_its_own_and_names_the_property_otherwise() {
        assert_eq!(read("Rank", json!(235)), Ok(json!(235)));
        assert_eq!(read("Rank", json!("235")), Ok(json!(235)));
        assert_eq!(read("Rank", json!(2_147_483_648_i64)), Err("`Rank` must be a whole number of 32 bits".to_owned()));
        assert!(read("Rank", json!(1.5)).is_err() && read("Rank", Value::Null).is_err());
        assert_eq!(read("CustomerConsented", json!("True")), Ok(json!(true)));
        assert_eq!(read("CustomerConsented", json!(1)), Err("`CustomerConsented` must be true or false".to_owned()));
        assert_eq!(read("Status", json!("Closed")), Ok(json!("Closed")));
        assert_eq!(read("Status", json!(4)), Ok(json!("InQueue")));
        assert!(read("Status", json!("pending")).expect_err("refused").contains("PreChatForm"));
        assert!(read("CustomerName", json!("x".repeat(255))).expect_err("refused").contains("at most 254"));
        assert_eq!(read("CustomerName", json!("ø".repeat(254))), Ok(json!("ø".repeat(254))));
        assert_eq!(read("User", json!({"Name": "ada"})), Ok(json!({"Name": "ada"})));
        assert!(read("User", json!({"Name": {"a": 1}})).is_err() && read("User", json!(7)).is_err());
        assert!(read("Nickname", json!("x")).expect_err("refused").contains("no property `Nickname`"));
    }

    #[test]
    fn dates_are_kept_in_utc_to_the_last_digit() {
        let date = read("WhenRequested", json!("2002-08-11T10:10:59.0850049+02:00"));
        assert_eq!(date, Ok(json!("2002-08-11T08:10:59.0850049Z")));
        assert_eq!(read("WhenEnded", Value::Null), Ok(Value::Null));
        assert!(read("WhenEnded", json!("yesterday")).expect_err("refused").contains("WhenEnded"));
        let oslo = TimeZone::get("Europe/Oslo").expect("a zone");
        let local = super::date("2024-12-15T09:22:45", &oslo).expect("a date");
        assert_eq!(local.to_string(), "2024-12-15T08:22:45Z");
    }

    proptest! {
        #[test]
        fn no_text_panics(name in proptest::sample::select(PROPERTIES.map(|property| property.0).to_vec()), text in "\\PC{0,40}") {
            let _ = check(&Map::from_iter([(name.to_owned(), json!(text))]), &TimeZone::UTC);
        }
    }
}
