//! The body of the data endpoint (contract section 1): `{"dataType": …, "data": {…}}`.
//!
//! The envelope is checked, a command's parameters are not: the page's runtime owns those.

use crate::event::{EventId, Role};
use crate::param::{FieldError, member};
use crate::source::{Kind, Source};
use crate::status::Status;

/// What a body or an event carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DataType {
    /// Something the page shall do.
    Command,
    /// Something the page shall tell.
    InfoRequest,
    /// The page's answer to a command (and, by default, to a request).
    CommandResponse,
    /// The page's answer to a request, where asked for in this form.
    InfoResponse,
    /// Chat text.
    Message,
    /// Somebody types, or stops.
    Typing,
    /// A fact the page tells unasked.
    VisitorEvent,
    /// The chat session changed state.
    Session,
}

impl DataType {
    /// Every type.
    pub const ALL: [Self; 8] = [
        Self::Command,
        Self::InfoRequest,
        Self::CommandResponse,
        Self::InfoResponse,
        Self::Message,
        Self::Typing,
        Self::VisitorEvent,
        Self::Session,
    ];

    /// What [`parse`](Self::parse) accepts, as a noun phrase.
    pub const EXPECTED: &'static str =
        "command, infoRequest, commandResponse, infoResponse, message, typing, visitorEvent or session";

    /// The type as the wire has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Command => "command",
            Self::InfoRequest => "infoRequest",
            Self::CommandResponse => "commandResponse",
            Self::InfoResponse => "infoResponse",
            Self::Message => "message",
            Self::Typing => "typing",
            Self::VisitorEvent => "visitorEvent",
            Self::Session => "session",
        }
    }

    /// Reads the wire form.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|data_type| data_type.as_str() == text)
    }

    /// Whether a token of this role may post it.
    pub fn may_be_sent_by(self, role: Role) -> bool {
        match self {
            Self::Command | Self::InfoRequest => matches!(role, Role::Agent | Role::Bot),
            Self::CommandResponse | Self::InfoResponse | Self::VisitorEvent => role == Role::Visitor,
            Self::Message | Self::Typing => role != Role::Gateway,
            Self::Session => role == Role::Gateway,
        }
    }

    /// A command or a request: what a page answers.
    pub fn is_asked(self) -> bool {
        matches!(self, Self::Command | Self::InfoRequest)
    }

    /// An answer to a command or a request.
    pub fn is_answer(self) -> bool {
        matches!(self, Self::CommandResponse | Self::InfoResponse)
    }
}

/// A body whose envelope is in order.
#[derive(Clone, Debug)]
pub struct Envelope<S> {
    /// How to read `data`.
    pub data_type: DataType,
    /// The body.
    pub data: S,
    /// For an answer: the event it answers.
    pub answers: Option<EventId>,
}

impl<S: Source> Envelope<S> {
    /// Checks a body. The error names the member that is wrong.
    pub fn read(body: &S) -> Result<Self, FieldError> {
        if body.kind() != Kind::Object {
            return Err(FieldError::wrong("(body)", "a JSON object"));
        }
        let data_type = DataType::parse(&member::<String, _>(body, "dataType")?)
            .ok_or_else(|| FieldError::wrong("dataType", DataType::EXPECTED))?;
        let data =
            body.field("data").ok_or(FieldError { field: "data".to_owned(), expected: "an object", missing: true })?;
        if data.kind() != Kind::Object {
            return Err(FieldError::wrong("data", "an object"));
        }
        let answers = check(data_type, &data).map_err(|error| error.inside("data"))?;
        Ok(Self { data_type, data, answers })
    }
}

fn check<S: Source>(data_type: DataType, data: &S) -> Result<Option<EventId>, FieldError> {
    if !matches!(data_type, DataType::Message | DataType::Typing | DataType::Session) {
        let name: String = member(data, "type")?;
        if name.is_empty() {
            return Err(FieldError::wrong("type", "a name"));
        }
    }
    match data_type {
        DataType::Command | DataType::InfoRequest => {
            member::<Option<String>, _>(data, "id")?;
        }
        DataType::CommandResponse | DataType::InfoResponse => {
            member::<Option<String>, _>(data, "id")?;
            Status::parse(&member::<String, _>(data, "status")?)
                .ok_or_else(|| FieldError::wrong("status", "one of the documented statuses"))?;
            let event_id = EventId::parse(&member::<String, _>(data, "eventId")?);
            return event_id.map(Some).ok_or_else(|| FieldError::wrong("eventId", "an event's id"));
        }
        DataType::Message => {
            let text: String = member(data, "text")?;
            if text.trim().is_empty() {
                return Err(FieldError::wrong("text", "a string that is not blank"));
            }
            member::<Option<String>, _>(data, "format")?;
        }
        DataType::Typing => {
            member::<bool, _>(data, "isTyping")?;
        }
        DataType::VisitorEvent | DataType::Session => {}
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn fault(body: Value) -> String {
        match Envelope::read(&&body) {
            Ok(_) => "accepted".to_owned(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_malformed_body_is_refused_by_the_name_of_its_fault() {
        assert_eq!(fault(json!([])), "`(body)` must be a JSON object");
        assert_eq!(fault(json!({"data": {}})), "`dataType` is missing; give a string");
        assert!(fault(json!({"dataType": "comand", "data": {}})).starts_with("`dataType` must be command, "));
        assert_eq!(fault(json!({"dataType": "command"})), "`data` is missing; give an object");
        assert_eq!(fault(json!({"dataType": "command", "data": 1})), "`data` must be an object");
        assert_eq!(fault(json!({"dataType": "command", "data": {}})), "`data.type` is missing; give a string");
        assert_eq!(fault(json!({"dataType": "command", "data": {"type": ""}})), "`data.type` must be a name");
        assert_eq!(fault(json!({"dataType": "command", "data": {"type": "x", "id": 7}})), "`data.id` must be a string");
        assert_eq!(
            fault(json!({"dataType": "message", "data": {"text": " "}})),
            "`data.text` must be a string that is not blank"
        );
        assert_eq!(
            fault(json!({"dataType": "typing", "data": {"isTyping": "yes"}})),
            "`data.isTyping` must be true or false"
        );
        let answer = json!({"dataType": "commandResponse", "data": {"type": "x", "eventId": "1", "status": "fine"}});
        assert_eq!(fault(answer), "`data.status` must be one of the documented statuses");
    }

    #[test]
    fn an_answer_names_what_it_answers() {
        let body = json!({"dataType": "infoResponse", "data": {"type": "x", "eventId": "12", "status": "ok"}});
        let envelope = Envelope::read(&&body).expect("accepted");
        assert_eq!(envelope.answers, EventId::new(12));
    }

    #[test]
    fn nobody_may_send_what_is_anothers() {
        for data_type in DataType::ALL {
            let visitor = data_type.may_be_sent_by(Role::Visitor);
            let agent = data_type.may_be_sent_by(Role::Agent);
            assert_eq!(agent, data_type.may_be_sent_by(Role::Bot));
            assert_eq!(visitor && agent, matches!(data_type, DataType::Message | DataType::Typing));
        }
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            "[a-z|]{0,12}".prop_map(Value::from),
            Just(Value::from("command")),
            Just(Value::from("message")),
        ];
        let key = prop_oneof![Just("dataType"), Just("data"), Just("type"), Just("id"), Just("text"), Just("eventId")];
        leaf.prop_recursive(4, 32, 6, move |inner| {
            prop::collection::btree_map(key.clone().prop_map(str::to_owned), inner, 0..6)
                .prop_map(|members| members.into_iter().collect())
        })
    }

    proptest! {
        #[test]
        fn whatever_is_accepted_has_its_type_and_data(body in any_json()) {
            if let Ok(envelope) = Envelope::read(&&body) {
                prop_assert_eq!(body["dataType"].as_str(), Some(envelope.data_type.as_str()));
                prop_assert!(envelope.data.is_object());
            }
        }
    }
}
