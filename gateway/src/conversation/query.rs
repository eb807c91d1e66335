//! What stands in the query of the data and events endpoints.

use crate::error::Error;
use docent_protocol::envelope::DataType;
use docent_protocol::event::EventId;
use std::time::Duration;

/// The longest a request waits.
pub const MAX_WAIT: u64 = 60;
/// The most events (or conversations) of one page.
pub const MAX_LIMIT: usize = 1000;
const LIMIT: usize = 100;

/// The query's parameters. Unknown ones are ignored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// `after`.
    pub after: Option<EventId>,
    /// `before`.
    pub before: Option<EventId>,
    /// `dataType`, repeated or comma separated; empty is all.
    pub types: Vec<DataType>,
    /// `limit`, 1 to 1000.
    pub limit: usize,
    /// `wait`, 0 to 60 seconds.
    pub wait: Duration,
}

impl Query {
    /// Reads the part of a URI after `?`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut query = Self { after: None, before: None, types: Vec::new(), limit: LIMIT, wait: Duration::ZERO };
        for (name, value) in form_urlencoded::parse(text.as_bytes()) {
            match &*name {
                "after" => query.after = Some(event_id("after", &value)?),
                "before" => query.before = Some(event_id("before", &value)?),
                "dataType" => query.add_types(&value)?,
                "limit" => query.limit = number("limit", &value, 1, MAX_LIMIT)?,
                "wait" => query.wait = Duration::from_secs(number("wait", &value, 0, MAX_WAIT)?),
                _ => {}
            }
        }
        if query.after.is_some() && query.before.is_some() {
            return Err(Error::malformed("before", "give `after` or `before`, not both"));
        }
        Ok(query)
    }

    fn add_types(&mut self, names: &str) -> Result<(), Error> {
        for name in names.split(',') {
            let data_type = DataType::parse(name)
                .ok_or_else(|| Error::malformed("dataType", format!("`dataType` must be {}", DataType::EXPECTED)))?;
            if !self.types.contains(&data_type) {
                self.types.push(data_type);
            }
        }
        Ok(())
    }

    /// Whether an event of this type is asked for.
    pub fn wants(&self, data_type: DataType) -> bool {
        self.types.is_empty() || self.types.contains(&data_type)
    }
}

/// An event's id, from a parameter or header.
pub fn event_id(field: &str, text: &str) -> Result<EventId, Error> {
    EventId::parse(text).ok_or_else(|| Error::malformed(field, format!("`{field}` must be an event's id")))
}

fn number<T: std::str::FromStr + PartialOrd + std::fmt::Display>(
    field: &str,
    text: &str,
    least: T,
    most: T,
) -> Result<T, Error> {
    let number = text.parse().ok().filter(|number| *number >= least && *number <= most);
    number.ok_or_else(|| Error::malformed(field, format!("`{field}` must be a number from {least} to {most}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_query_is_read() {
        let query =
            Query::parse("after=12&dataType=command,message&dataType=typing&limit=5&wait=3&x=y").expect("reads");
        assert_eq!(query.after, EventId::new(12));
        assert_eq!(query.types, [DataType::Command, DataType::Message, DataType::Typing]);
        assert_eq!((query.limit, query.wait), (5, Duration::from_secs(3)));
        assert!(query.wants(DataType::Typing) && !query.wants(DataType::Session));
    }

    #[test]
    fn a_fault_is_named() {
        for (text, field) in [
            ("after=x", "after"),
            ("before=-1", "before"),
            ("dataType=comand", "dataType"),
            ("dataType=", "dataType"),
            ("limit=0", "limit"),
            ("limit=1001", "limit"),
            ("wait=61", "wait"),
            ("wait=-1", "wait"),
            ("wait=", "wait"),
            ("after=1&before=2", "before"),
        ] {
            let error = Query::parse(text).expect_err(text);
            assert!(matches!(error, Error::Malformed { field: Some(named), .. } if named == field), "{text}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_read_is_within_bounds(text in "((after|before|dataType|limit|wait|x)=[a-z0-9%,+-]{0,8}&?){0,5}|\\PC*") {
            if let Ok(query) = Query::parse(&text) {
                prop_assert!((1..=MAX_LIMIT).contains(&query.limit));
                prop_assert!(query.wait <= Duration::from_secs(MAX_WAIT));
            }
        }
    }
}
