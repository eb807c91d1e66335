//! `POST /conversation/{id}/session/form`: the visitor sends one of the channel's forms.

use super::state::{Act, Actor};
use super::transition::Trigger;
use crate::app::AppState;
use crate::config::{Channel, Field, Kind};
use crate::conversation::access::{Access, find};
use crate::conversation::body::JsonBody;
use crate::error::Error;
use crate::store::Draft;
use axum::extract::State;
use docent_protocol::envelope::DataType;
use docent_protocol::event::Role;
use docent_protocol::param::member;
use serde_json::{Map, Value, json};

/// A form of a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Before the chat.
    PreChat,
    /// When nobody is there.
    Offline,
    /// After the chat.
    PostChat,
}

impl Form {
    const ALL: [Self; 3] = [Self::PreChat, Self::Offline, Self::PostChat];

    /// The name the wire has.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PreChat => "preChat",
            Self::Offline => "offline",
            Self::PostChat => "postChat",
        }
    }

    fn fields(self, channel: &Channel) -> &[Field] {
        match self {
            Self::PreChat => &channel.pre_chat,
            Self::Offline => &channel.offline,
            Self::PostChat => &channel.post_chat,
        }
    }

    const fn trigger(self) -> Trigger {
        match self {
            Self::PreChat => Trigger::PreChatSubmitted,
            Self::Offline => Trigger::OfflineSubmitted,
            Self::PostChat => Trigger::PostChatSubmitted,
        }
    }
}

/// A form that was filled in.
#[derive(Clone, Debug, PartialEq)]
pub struct Filled {
    /// Which.
    pub form: Form,
    /// What the visitor gave, by field.
    pub values: Map<String, Value>,
}

/// What the entity calls a field.
pub fn property(field: &str) -> Option<&'static str> {
    Some(match field {
        "name" => "CustomerName",
        "email" => "CustomerEmail",
        "phone" => "CustomerPhone",
        "company" => "CustomerCompanyName",
        "consent" => "CustomerConsented",
        "rating" => "Rating",
        _ => return None,
    })
}

/// Takes it; answers with where the session stands then.
pub async fn submit(
    State(state): State<AppState>,
    access: Access,
    JsonBody(body): JsonBody,
) -> Result<axum::Json<Value>, Error> {
    if access.claims.role != Role::Visitor {
        return Err(Error::forbidden("forms are for visitors; agents read what was filled in"));
    }
    let conversation = find(&state, &access).await?;
    let name: String = member(&&body, "form")?;
    let form = Form::ALL.into_iter().find(|form| form.as_str() == name);
    let form = form.ok_or_else(|| Error::malformed("form", "`form` must be preChat, offline or postChat"))?;
    let sessions = state.sessions();
    let channel = sessions.channel(&conversation.site).filter(|channel| !form.fields(channel).is_empty());
    let channel = channel.ok_or_else(|| Error::Conflict("this site's channel has no such form".to_owned()))?;
    let given = body.get("fields").and_then(Value::as_object);
    let given = given.ok_or_else(|| Error::malformed("fields", "`fields` must be an object"))?;
    let values = check(form.fields(channel), given)?;
    let message = values.get("message").and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    let message = message.filter(|_| form != Form::PostChat).map(str::to_owned);
    let act = Act {
        trigger: form.trigger(),
        actor: Actor { role: Role::Visitor, name: None },
        rules: sessions.rules(&conversation.site),
        to: None,
        form: Some(Filled { form, values }),
    };
    match message {
        // What was asked in the form is said in the chat, in one with what it leads to.
        Some(text) => {
            let draft = Draft {
                site: conversation.site,
                role: Role::Visitor,
                from: None,
                data_type: DataType::Message,
                data: json!({"text": text, "form": form.as_str()}).to_string(),
                answers: None,
                key: None,
                act: Some(Box::new(act)),
            };
            state.store.append(access.id, draft).await?;
            sessions.look_up(access.id, text).await?;
        }
        None => drop(sessions.act(access.id, act).await?),
    }
    let session = sessions.find(access.id).await?;
    Ok(axum::Json(sessions.for_visitor(&session).await?))
}

/// Checks what was filled in. The error names the field.
fn check(fields: &[Field], given: &Map<String, Value>) -> Result<Map<String, Value>, Error> {
    if let Some(unknown) = given.keys().find(|name| !fields.iter().any(|field| field.name == **name)) {
        return Err(Error::malformed(&format!("fields.{unknown}"), format!("the form has no field `{unknown}`")));
    }
    let mut values = Map::new();
    for field in fields {
        let value = given.get(&field.name).filter(|value| !is_blank(value));
        let fault = |expected: String| Error::malformed(&format!("fields.{}", field.name), expected);
        match value {
            None if field.required => return Err(fault(format!("`{}` must be filled in", field.name))),
            None => {}
            Some(value) => {
                let checked = read(field, value).ok_or_else(|| fault(expected(field)))?;
                values.insert(field.name.clone(), checked);
            }
        }
    }
    Ok(values)
}

fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.trim().is_empty(),
        _ => false,
    }
}

fn read(field: &Field, value: &Value) -> Option<Value> {
    let text = value.as_str().map(str::trim).filter(|text| text.chars().count() <= field.max);
    match field.kind {
        Kind::Text | Kind::Area => text.map(Value::from),
        Kind::Email => text.filter(|text| is_address(text)).map(Value::from),
        Kind::Phone => text.filter(|text| is_number(text)).map(Value::from),
        Kind::Choice => text.filter(|text| field.options.iter().any(|option| option == text)).map(Value::from),
        Kind::Check => value.as_bool().map(Value::from),
        Kind::Rating => value.as_u64().or_else(|| text?.parse().ok()).filter(|n| (1..=5).contains(n)).map(Value::from),
    }
}

fn is_address(text: &str) -> bool {
    let parts = text.split_once('@');
    parts.is_some_and(|(name, host)| {
        !name.is_empty() && host.contains('.') && !host.starts_with('.') && !host.ends_with('.') && !host.contains('@')
    }) && !text.contains(char::is_whitespace)
}

fn is_number(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    (5..=20).contains(&digits) && text.chars().all(|letter| letter.is_ascii_digit() || "+-()./ ".contains(letter))
}

fn expected(field: &Field) -> String {
    let name = &field.name;
    match field.kind {
        Kind::Text | Kind::Area => format!("`{name}` must be text of at most {} characters", field.max),
        Kind::Email => format!("`{name}` must be an e-mail address"),
        Kind::Phone => format!("`{name}` must be a telephone number"),
        Kind::Choice => format!("`{name}` must be one of: {}", field.options.join(", ")),
        Kind::Check => format!("`{name}` must be true or false"),
        Kind::Rating => format!("`{name}` must be a number from 1 to 5"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_numbers() {
        for good in ["a@b.no", "kari.nordmann+shop@mail.example.com"] {
            assert!(is_address(good), "{good}");
        }
        for bad in ["a", "a@b", "@b.no", "a@.no", "a b@c.no", "a@b@c.no", "a@b."] {
            assert!(!is_address(bad), "{bad}");
        }
        assert!(is_number("+47 22 33 44 55") && is_number("(555) 123-4567"));
        assert!(!is_number("1234") && !is_number("call me") && !is_number("<12345>"));
    }
}
