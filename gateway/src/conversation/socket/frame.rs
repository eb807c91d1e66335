//! The frames, up and down.

use crate::conversation::ConversationId;
use crate::error::{Error, Problem};
use crate::store::Conversation;
use axum::extract::ws::Utf8Bytes;
use docent_protocol::event::{EventId, Role};
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Number, Value};

/// The longest `ref`.
const REFERENCE: usize = 128;

/// A frame from the peer.
#[derive(Debug, PartialEq)]
pub(super) enum Up {
    /// Deliver what follows this event.
    Resume(EventId),
    /// Say something.
    Ping(Number),
    /// Begin or end watching the visitor's page.
    Watch(bool),
    /// Ask the visitor's page for all of it.
    Snapshot,
    /// A body for the data endpoint.
    Post {
        /// Names the frame in its acknowledgement.
        reference: Option<Value>,
        /// What `Idempotency-Key` is there.
        key: Option<String>,
        /// The body, as it came.
        body: Value,
    },
}

/// A frame that is refused, and its `ref` where it can be told.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) reference: Option<Value>,
    pub(super) error: Error,
}

impl Up {
    /// Reads a text frame.
    pub(super) fn parse(text: &str) -> Result<Self, Refused> {
        let refuse = |error| Refused { reference: None, error };
        let frame = crate::conversation::body::parse(text.as_bytes()).map_err(refuse)?;
        let Value::Object(mut members) = frame else {
            return Err(refuse(Error::malformed("(body)", "`(body)` must be a JSON object")));
        };
        let reference = match members.remove("ref") {
            None | Some(Value::Null) => None,
            Some(value) => Some(reference(value).map_err(refuse)?),
        };
        let refuse = |error| Refused { reference: reference.clone(), error };
        if members.contains_key("dataType") || members.contains_key("data") {
            let key = match members.remove("key") {
                None | Some(Value::Null) => None,
                Some(Value::String(key)) => Some(key),
                Some(_) => return Err(refuse(Error::malformed("key", "`key` must be a string"))),
            };
            return Ok(Self::Post { reference, key, body: Value::Object(members) });
        }
        if let Some(id) = members.get("resume") {
            let id = id.as_str().and_then(EventId::parse);
            let fault = || refuse(Error::malformed("resume", "`resume` must be an event's id"));
            return id.map(Self::Resume).ok_or_else(fault);
        }
        if let Some(watch) = members.get("watch") {
            let fault = || refuse(Error::malformed("watch", "`watch` must be true or false"));
            return watch.as_bool().map(Self::Watch).ok_or_else(fault);
        }
        match members.get("snapshot") {
            Some(Value::Bool(true)) => return Ok(Self::Snapshot),
            Some(_) => return Err(refuse(Error::malformed("snapshot", "`snapshot` must be true"))),
            None => {}
        }
        match members.remove("ping") {
            Some(Value::Number(number)) => Ok(Self::Ping(number)),
            Some(_) => Err(refuse(Error::malformed("ping", "`ping` must be a number"))),
            None => Err(refuse(Error::malformed("dataType", "`dataType` is missing; give a string"))),
        }
    }
}

fn reference(value: Value) -> Result<Value, Error> {
    match &value {
        Value::Number(_) => Ok(value),
        Value::String(text) if text.len() <= REFERENCE => Ok(value),
        _ => Err(Error::malformed("ref", format!("`ref` must be a number or a string of at most {REFERENCE} bytes"))),
    }
}

/// A frame to the peer, beside events.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Down<'a> {
    Hello {
        hello: Hello<'a>,
    },
    Ack {
        ack: Value,
        #[serde(rename = "eventId")]
        event_id: String,
    },
    Error {
        error: Problem,
        #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
        reference: Option<Value>,
    },
    Pong {
        pong: Number,
    },
}

/// The first frame.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Hello<'a> {
    conversation_id: String,
    role: &'static str,
    head: String,
    ended: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    site: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<Value>,
}

impl<'a> Hello<'a> {
    /// `policy` is the site's, for visitors; `session` is where theirs stands, where the site has a channel.
    pub(super) fn new(
        conversation: &Conversation,
        role: Role,
        policy: Option<&'a RawValue>,
        session: Option<Value>,
    ) -> Self {
        let id: ConversationId = conversation.id;
        let (head, ended) = (conversation.head.to_string(), conversation.ended());
        Self { conversation_id: id.to_string(), role: role.as_str(), head, ended, site: policy, session }
    }
}

impl Down<'_> {
    /// The frame's text.
    pub(super) fn text(&self) -> Utf8Bytes {
        serde_json::to_string(self).unwrap_or_default().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn fault(text: &str) -> (Option<Value>, String) {
        let refused = Up::parse(text).expect_err(text);
        let Error::Malformed { field, .. } = refused.error else { panic!("{text}") };
        (refused.reference, field.unwrap_or_default())
    }

    #[test]
    fn frames_are_told_apart() {
        assert_eq!(Up::parse(r#"{"ping": 3}"#).expect("reads"), Up::Ping(3.into()));
        assert_eq!(Up::parse(r#"{"watch": false}"#).expect("reads"), Up::Watch(false));
        assert_eq!(Up::parse(r#"{"snapshot": true}"#).expect("reads"), Up::Snapshot);
        let id = EventId::new(7).expect("an id");
        assert_eq!(Up::parse(r#"{"resume": "0000000000000007"}"#).expect("reads"), Up::Resume(id));
        let post = Up::parse(r#"{"dataType": "typing", "data": {}, "ref": 1, "key": "k"}"#).expect("reads");
        let body = json!({"dataType": "typing", "data": {}});
        assert_eq!(post, Up::Post { reference: Some(json!(1)), key: Some("k".to_owned()), body });
    }

    #[test]
    fn a_refusal_names_the_member_and_the_frame() {
        assert_eq!(fault("{"), (None, "(body)".to_owned()));
        assert_eq!(fault("[1]"), (None, "(body)".to_owned()));
        assert_eq!(fault(r#"{"ref": "a"}"#), (Some(json!("a")), "dataType".to_owned()));
        assert_eq!(fault(r#"{"ref": {}}"#), (None, "ref".to_owned()));
        assert_eq!(fault(r#"{"resume": 7, "ref": 2}"#), (Some(json!(2)), "resume".to_owned()));
        assert_eq!(fault(r#"{"ping": "x"}"#), (None, "ping".to_owned()));
        assert_eq!(fault(r#"{"watch": 1}"#), (None, "watch".to_owned()));
        assert_eq!(fault(r#"{"snapshot": false}"#), (None, "snapshot".to_owned()));
        assert_eq!(fault(r#"{"data": {}, "key": 1}"#), (None, "key".to_owned()));
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_reader(text in "\\PC*") {
            let _ = Up::parse(&text);
        }

        #[test]
        fn a_good_ref_comes_back(reference in "[a-z0-9]{1,20}", rest in "(,\"(ping|resume|data|dataType|key|watch|snapshot)\":(1|\"1\"|null|\\{\\})){0,3}") {
            let text = format!("{{\"ref\":\"{reference}\"{rest}}}");
            match Up::parse(&text) {
                Ok(Up::Post { reference: given, .. }) => prop_assert_eq!(given, Some(json!(reference))),
                Ok(_) => {}
                Err(refused) => prop_assert_eq!(refused.reference, Some(json!(reference))),
            }
        }
    }
}
