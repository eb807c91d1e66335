//! `GET /openapi.json`: the API's description.
//!
//! `openapi/base.json` describes the endpoints; what agents and bots can ask of a page is filled in from the registry,
//! so that a new row describes itself. A test holds the router's routes against the document.

use crate::app::AppState;
use crate::session::entity::{Kind, PROPERTIES};
use crate::session::status::SessionStatus;
use axum::Router;
use axum::response::IntoResponse;
use axum::routing::get;
use docent_protocol::json::Json;
use docent_protocol::registry::{ROWS, Row, RowKind};
use docent_protocol::status::Status;
use http::header;
use serde_json::{Map, Value, json};
use std::sync::OnceLock;

const BASE: &str = include_str!("openapi/base.json");
const SESSIONS: &str = include_str!("openapi/sessions.json");

/// The routes.
pub fn routes() -> Router<AppState> {
    Router::new().route("/openapi.json", get(serve))
}

async fn serve() -> impl IntoResponse {
    static TEXT: OnceLock<String> = OnceLock::new();
    let text = TEXT.get_or_init(|| document().to_string()).as_str();
    ([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "public, max-age=300")], text)
}

/// The description.
pub fn document() -> Value {
    let mut document = parsed(BASE);
    document["info"]["version"] = env!("CARGO_PKG_VERSION").into();
    let sessions = parsed(SESSIONS);
    add(&mut document["paths"], &sessions["paths"]);
    let schemas = &mut document["components"]["schemas"];
    add(schemas, &sessions["schemas"]);
    schemas["ChatSessionEntity"]["properties"] = entity_properties();
    schemas["Status"]["enum"] = Status::ALL.iter().map(|status| status.as_str()).collect();
    let mut bodies = Vec::new();
    for row in ROWS {
        let name = schema_name(row);
        schemas[&name] = asked(row);
        schemas[format!("{name}Response")] = answer(row);
        bodies.push(envelope(row.kind.as_str(), &name));
        bodies.push(envelope("commandResponse", &format!("{name}Response")));
        if row.kind == RowKind::InfoRequest {
            bodies.push(envelope("infoResponse", &format!("{name}Response")));
        }
    }
    for (data_type, name) in [("message", "Message"), ("typing", "Typing"), ("visitorEvent", "VisitorEvent")] {
        bodies.push(envelope(data_type, name));
    }
    schemas["Envelope"]["oneOf"] = bodies.into();
    document
}

/// Both are written by this program: text that is no JSON is found by the tests.
fn parsed(json: &str) -> Value {
    serde_json::from_str(json).unwrap_or_default()
}

fn add(to: &mut Value, from: &Value) {
    for (name, value) in from.as_object().into_iter().flatten() {
        to[name] = value.clone();
    }
}

fn entity_properties() -> Value {
    let schema = |kind| match kind {
        Kind::Integer => json!({"type": "integer", "format": "int32"}),
        Kind::Text(max) => json!({"type": ["string", "null"], "maxLength": max}),
        Kind::Boolean => json!({"type": "boolean"}),
        Kind::Date => json!({"type": ["string", "null"], "format": "date-time"}),
        Kind::Status => json!({"enum": SessionStatus::ALL.map(SessionStatus::name)}),
        Kind::Reference => json!({"type": ["object", "null"]}),
        Kind::Theirs => json!({"type": ["object", "null"], "readOnly": true}),
    };
    PROPERTIES.into_iter().map(|(name, kind)| (name.to_owned(), schema(kind))).collect()
}

/// `highlightDom` is `HighlightDom` among the schemas.
fn schema_name(row: &Row) -> String {
    let mut letters = row.name.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

fn envelope(data_type: &str, schema: &str) -> Value {
    let data = json!({"$ref": format!("#/components/schemas/{schema}")});
    json!({
        "type": "object",
        "required": ["dataType", "data"],
        "properties": {"dataType": {"const": data_type}, "data": data},
    })
}

/// What is asked: the row's parameters beside `type` and an `id` of the asker's own.
fn asked(row: &Row) -> Value {
    let mut own = Map::new();
    own.insert("type".to_owned(), json!({"const": row.name}));
    own.insert("id".to_owned(), json!({"type": "string", "description": "The asker's own; the answer repeats it."}));
    if row.kind == RowKind::InfoRequest {
        let doc = "Asks for an `infoResponse` instead of a `commandResponse`.";
        own.insert("responseType".to_owned(), json!({"const": "infoResponse", "description": doc}));
    }
    joined(row.doc, own, &["type"], &(row.params)(), true)
}

/// What is answered: the row's values, there on success, beside what every answer carries.
fn answer(row: &Row) -> Value {
    let mut own = Map::new();
    own.insert("eventId".to_owned(), json!({"$ref": "#/components/schemas/EventId"}));
    own.insert("id".to_owned(), json!({"type": "string"}));
    own.insert("type".to_owned(), json!({"const": row.name}));
    own.insert("status".to_owned(), json!({"$ref": "#/components/schemas/Status"}));
    own.insert("message".to_owned(), json!({"type": "string", "description": "What went wrong."}));
    let doc = format!("What `{}` answers. Its values are there on success.", row.name);
    joined(&doc, own, &["eventId", "type", "status"], &(row.reply)(), false)
}

/// One object of the members every row has and the row's own.
fn joined(doc: &str, mut own: Map<String, Value>, always: &[&str], schema: &Json, theirs_required: bool) -> Value {
    let schema = parsed(schema.as_str());
    let mut required: Vec<Value> = always.iter().map(|name| Value::from(*name)).collect();
    if theirs_required {
        required.extend(schema["required"].as_array().into_iter().flatten().cloned());
    }
    for (name, member) in schema["properties"].as_object().into_iter().flatten() {
        own.insert(name.clone(), member.clone());
    }
    json!({"type": "object", "description": doc.trim(), "required": required, "properties": own})
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn references<'a>(value: &'a Value, found: &mut BTreeSet<&'a str>) {
        match value {
            Value::Array(list) => list.iter().for_each(|value| references(value, found)),
            Value::Object(members) => {
                found.extend(members.get("$ref").and_then(Value::as_str));
                members.values().for_each(|value| references(value, found));
            }
            _ => {}
        }
    }

    #[test]
    fn it_is_openapi() {
        let read = oas3::from_json(document().to_string()).expect("OpenAPI 3.1");
        assert!(read.validate_version().is_ok());
        assert_eq!(read.info.version, env!("CARGO_PKG_VERSION"));
        let components = read.components.as_ref().expect("components");
        assert!(components.schemas.len() > 2 * ROWS.len());
        assert!(read.operations().count() >= 12);
        assert!(read.operations().all(|(_, _, operation)| operation.operation_id.is_some()));
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let document = document();
        let mut found = BTreeSet::new();
        references(&document, &mut found);
        assert!(found.len() > 30);
        for reference in found {
            let pointer = reference.strip_prefix('#').expect("a reference into the document");
            assert!(document.pointer(pointer).is_some(), "{reference}");
        }
    }

    #[test]
    fn every_row_describes_itself() {
        let document = document();
        for row in ROWS {
            let schema = &document["components"]["schemas"][schema_name(row)];
            assert_eq!(schema["properties"]["type"]["const"], row.name);
            assert_eq!(schema["description"], row.doc.trim());
        }
        let highlight = &document["components"]["schemas"]["HighlightDom"];
        assert_eq!(highlight["required"], json!(["type", "selector"]));
        assert!(highlight["properties"]["label"]["description"].is_string());
    }

    #[test]
    fn the_words_are_the_protocols() {
        use docent_protocol::envelope::DataType;
        use docent_protocol::event::Role;
        let schemas = &document()["components"]["schemas"];
        let data_types: Value = DataType::ALL.iter().map(|data_type| data_type.as_str()).collect();
        assert_eq!(schemas["DataType"]["enum"], data_types);
        let roles: Value = Role::ALL.iter().map(|role| role.as_str()).collect();
        assert_eq!(schemas["Role"]["enum"], roles);
    }

    /// `.route("PATH", get(…).post(…))` as the sources have it: axum does not tell a router's routes.
    fn routes(source: &str) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let code = source.split("#[cfg(test)]").next().unwrap_or_default();
        for route in code.split(".route(\"").skip(1) {
            let (path, rest) = route.split_once('"').expect("a path");
            let handlers =
                rest.split([';', '\n']).next().unwrap_or_default().split(".route(").next().unwrap_or_default();
            for method in ["get", "post", "put", "delete", "patch"] {
                if handlers.contains(&format!("{method}(")) {
                    found.insert(format!("{method} {path}"));
                }
            }
        }
        found
    }

    #[test]
    fn it_describes_the_routers_routes_and_no_others() {
        let document = document();
        let described: BTreeSet<String> = document["paths"]
            .as_object()
            .expect("paths")
            .iter()
            .flat_map(|(path, methods)| {
                methods.as_object().into_iter().flatten().map(move |(name, _)| format!("{name} {path}"))
            })
            .collect();
        let sources = [
            include_str!("app.rs"),
            include_str!("assets.rs"),
            include_str!("bot/mod.rs"),
            include_str!("conversation/mod.rs"),
            include_str!("oidc/mod.rs"),
            include_str!("openapi.rs"),
            include_str!("session/agents_chat/mod.rs"),
            include_str!("session/mod.rs"),
            include_str!("telemetry.rs"),
            include_str!("variables/mod.rs"),
        ];
        let routed: BTreeSet<String> = sources.iter().flat_map(|source| routes(source)).collect();
        assert_eq!(described, routed);
    }
}
