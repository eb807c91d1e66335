//! `GET /conversation/{id}/transcript`: what was said, as a text file.

use crate::app::AppState;
use crate::conversation::access::{Access, find};
use crate::error::Error;
use crate::store::{From, Range};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use docent_protocol::envelope::DataType;
use docent_protocol::event::EventId;
use http::header;
use serde_json::Value;
use std::fmt::Write;

const PAGE: usize = 500;
/// A transcript ends where it gets longer than this.
const LONGEST: usize = 4 * 1024 * 1024;

/// Serves the file.
pub async fn transcript(State(state): State<AppState>, access: Access) -> Result<Response, Error> {
    find(&state, &access).await?;
    let mut text = String::new();
    let mut after = EventId::START;
    loop {
        let range = Range { from: From::After(after), types: vec![DataType::Message], limit: PAGE };
        let events = state.store.events(access.id, range).await?;
        let Some(last) = events.last() else { break };
        after = last.id;
        for event in &events {
            write_line(&mut text, &serde_json::from_str(&event.json).unwrap_or_default());
        }
        if events.len() < PAGE || text.len() > LONGEST {
            break;
        }
    }
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"transcript.txt\""),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    Ok((headers, text).into_response())
}

fn write_line(text: &mut String, event: &Value) {
    let member = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let who = match event["from"]["id"].as_str() {
        Some(name) => name.to_owned(),
        None => member(&event["from"]["role"]),
    };
    // Writing to a String cannot fail.
    let _ = writeln!(text, "[{}] {who}: {}", member(&event["whenPosted"]), member(&event["data"]["text"]));
}
