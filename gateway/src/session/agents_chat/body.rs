//! A request's body, in any of the forms these endpoints take.

use super::xml;
use crate::app::AppState;
use crate::conversation::body::parse;
use crate::error::Error;
use axum::body::to_bytes;
use axum::extract::{FromRequest, Request};
use http::header;
use json_patch::Patch;
use serde_json::{Map, Value};

/// What a body may be, as a refusal says it.
const KINDS: &str = "application/json, text/json, application/xml, text/xml, application/x-www-form-urlencoded, \
                     application/json-patch+json, application/merge-patch+json";

/// What was sent.
#[derive(Clone, Debug)]
pub enum Body {
    /// An object's members: JSON, XML or a form.
    Members(Map<String, Value>),
    /// The same as a merge patch: null takes a member away.
    Merge(Map<String, Value>),
    /// What to do with an object, step by step.
    Patch(Patch),
}

impl Body {
    /// The members of a plain body.
    pub fn members(self) -> Result<Map<String, Value>, Error> {
        match self {
            Self::Members(members) | Self::Merge(members) => Ok(members),
            Self::Patch(_) => Err(Error::malformed("(body)", "a JSON patch is for SaveChatSessionEntity alone")),
        }
    }
}

impl FromRequest<AppState> for Body {
    type Rejection = Error;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Error> {
        let kind =
            request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let limit = state.config.limits.body_bytes;
        let bytes = to_bytes(request.into_body(), limit).await.map_err(|_| Error::TooLarge(limit))?;
        let text = || std::str::from_utf8(&bytes).map_err(|_| Error::malformed("(body)", "the body is not UTF-8"));
        match kind.as_str() {
            "application/json" | "text/json" => object(parse(&bytes)?).map(Self::Members),
            "application/merge-patch+json" => object(parse(&bytes)?).map(Self::Merge),
            "application/json-patch+json" => serde_json::from_slice(&bytes)
                .map(Self::Patch)
                .map_err(|error| Error::malformed("(body)", format!("no JSON patch: {error}"))),
            "application/xml" | "text/xml" => xml::read(text()?).map(Self::Members),
            "application/x-www-form-urlencoded" => form(&bytes).map(Self::Members),
            _ => Err(Error::UnsupportedBody(KINDS)),
        }
    }
}

fn object(value: Value) -> Result<Map<String, Value>, Error> {
    match value {
        Value::Object(members) => Ok(members),
        _ => Err(Error::malformed("(body)", "the body must be an object")),
    }
}

/// A form's fields. `User.Name` is the member `Name` of `User`.
fn form(bytes: &[u8]) -> Result<Map<String, Value>, Error> {
    let mut members = Map::new();
    for (name, value) in form_urlencoded::parse(bytes) {
        let value = Value::String(value.into_owned());
        let twice = match name.split_once('.') {
            Some((outer, inner)) => {
                let outer = members.entry(outer).or_insert_with(|| Value::Object(Map::new()));
                outer.as_object_mut().is_none_or(|outer| outer.insert(inner.to_owned(), value).is_some())
            }
            None => members.insert(name.clone().into_owned(), value).is_some(),
        };
        if twice {
            return Err(Error::malformed(&name, format!("`{name}` is there twice")));
        }
    }
    Ok(members)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_forms_dotted_fields_are_members() {
        let read = form(b"Rank=1&User.Name=ada+b&User.AssociateId=7&CustomerName=%C3%B8").expect("a form");
        let expected = json!({"Rank": "1", "User": {"Name": "ada b", "AssociateId": "7"}, "CustomerName": "ø"});
        assert_eq!(Value::Object(read), expected);
        assert!(form(b"a=1&a=2").is_err() && form(b"a=1&a.b=2").is_err());
    }
}
