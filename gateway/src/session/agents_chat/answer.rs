//! An answer in the form the caller accepts.

use super::caller::Caller;
use super::xml;
use crate::error::Error;
use crate::session::entity::{Given, Kind, PROPERTIES};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

const JSON: [&str; 4] =
    ["application/json", "text/json", "application/json-patch+json", "application/merge-patch+json"];
const XML: [&str; 2] = ["application/xml", "text/xml"];
const KINDS: &str = "application/json, text/json, application/xml, text/xml, application/json-patch+json, \
                     application/merge-patch+json";

/// The form of an answer: its media type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form(&'static str);

impl Form {
    /// What the request accepts; JSON where it does not say. It is to be asked before anything is done.
    pub fn accepted(headers: &HeaderMap) -> Result<Self, Error> {
        let lines: Vec<_> = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok()).collect();
        let mut ranges: Vec<(f32, String)> = lines.iter().flat_map(|line| line.split(',')).filter_map(range).collect();
        if ranges.is_empty() {
            return Ok(Self(JSON[0]));
        }
        ranges.sort_by(|one, other| other.0.total_cmp(&one.0));
        let found = ranges.iter().find_map(|(_, range)| match range.as_str() {
            "*/*" | "application/*" => Some(JSON[0]),
            "text/*" => Some(JSON[1]),
            exact => JSON.into_iter().chain(XML).find(|known| *known == exact),
        });
        found.map(Self).ok_or(Error::NotAcceptable(KINDS))
    }

    /// The answer. `name` is the element's in XML, `item` that of a list's items.
    pub fn answer(self, name: &str, item: &str, value: &Value) -> Response {
        let body = if XML.contains(&self.0) { xml::write(name, item, value) } else { value.to_string() };
        let kind = format!("{}; charset=utf-8", self.0);
        (StatusCode::OK, [(header::CONTENT_TYPE, kind)], body).into_response()
    }
}

fn range(text: &str) -> Option<(f32, String)> {
    let mut parts = text.split(';').map(str::trim);
    let range = parts.next().filter(|range| !range.is_empty())?.to_ascii_lowercase();
    let quality = parts.find_map(|part| part.strip_prefix("q=")).and_then(|q| q.parse().ok()).unwrap_or(1.0);
    (quality > 0.0).then_some((quality, range))
}

/// An entity as the caller wants it: dates in their zone and culture, and what the gateway says of each property.
pub fn entity(caller: &Caller, properties: &Given) -> Value {
    let mut entity = Map::new();
    let mut fields = Map::new();
    for (name, kind) in PROPERTIES {
        let value = properties.get(name).cloned().unwrap_or_default();
        let (value, field) = match kind {
            Kind::Theirs => continue,
            Kind::Date => (dated(caller, &value), ("System.DateTime", 0)),
            Kind::Integer => (value, ("System.Int32", 0)),
            Kind::Boolean => (value, ("System.Boolean", 0)),
            Kind::Text(max) => (value, ("System.String", max)),
            Kind::Status => (value, ("System.String", 0)),
            Kind::Reference => (value, ("System.Object", 0)),
        };
        entity.insert(name.to_owned(), value);
        let (field_type, length) = field;
        fields.insert(name.to_owned(), json!({"FieldRight": null, "FieldType": field_type, "FieldLength": length}));
    }
    entity.insert("TableRight".to_owned(), Value::Null);
    entity.insert("FieldProperties".to_owned(), Value::Object(fields));
    Value::Object(entity)
}

/// A date as the caller wants it.
pub fn dated(caller: &Caller, value: &Value) -> Value {
    let Some(when) = value.as_str().and_then(|text| text.parse::<Timestamp>().ok()) else { return Value::Null };
    let when = when.to_zoned(caller.zone.clone());
    match caller.culture {
        Some(culture) => culture.format(&when).into(),
        None => when.strftime("%Y-%m-%dT%H:%M:%S%.f%:z").to_string().into(),
    }
}

/// Adds what tells of a session's version and of the language.
pub fn marked(mut response: Response, caller: &Caller, version: u64) -> Response {
    let headers = response.headers_mut();
    if let Ok(etag) = HeaderValue::try_from(format!("\"{version}\"")) {
        headers.insert(header::ETAG, etag);
    }
    if let Some(language) = caller.language.as_deref().and_then(|language| HeaderValue::try_from(language).ok()) {
        headers.insert(header::CONTENT_LANGUAGE, language);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted(accept: &'static str) -> Option<&'static str> {
        let headers = HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static(accept))]);
        Form::accepted(&headers).ok().map(|form| form.0)
    }

    #[test]
    fn what_is_accepted_is_answered() {
        assert_eq!(Form::accepted(&HeaderMap::new()).ok(), Some(Form("application/json")));
        assert_eq!(accepted("application/json; charset=utf-8"), Some("application/json"));
        assert_eq!(accepted("text/html, application/xml;q=0.9, */*;q=0.8"), Some("application/xml"));
        assert_eq!(accepted("text/xml"), Some("text/xml"));
        assert_eq!(accepted("application/merge-patch+json"), Some("application/merge-patch+json"));
        assert_eq!(accepted("*/*"), Some("application/json"));
        assert_eq!(accepted("image/png"), None);
        assert_eq!(accepted("application/json;q=0"), Some("application/json"), "nothing else is wanted");
    }
}
