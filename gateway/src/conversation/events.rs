//! `GET /conversation/{id}/events`: the log, as pages or as a stream.

use super::access::{Access, find};
use super::query::{Query, event_id};
use super::room::{Listener, Ready};
use crate::app::AppState;
use crate::error::Error;
use crate::store::{Event, From, Range};
use axum::extract::{RawQuery, State};
use axum::response::sse::{self, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use docent_protocol::event::EventId;
use futures_util::{Stream, StreamExt, stream};
use http::{HeaderMap, HeaderName, header};
use jiff::Timestamp;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

const LAST_EVENT_ID: &str = "Last-Event-ID";
/// How often a stream without news says that it is alive.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Answers with a stream where `Accept` asks for one, else with a page.
pub async fn events(
    State(state): State<AppState>,
    access: Access,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let query = Query::parse(&query.unwrap_or_default())?;
    if wants_stream(&headers) {
        let after = match headers.get(LAST_EVENT_ID) {
            Some(id) => event_id(LAST_EVENT_ID, id.to_str().unwrap_or_default())?,
            None => query.after.unwrap_or(EventId::START),
        };
        return follow(state, access, query, after).await;
    }
    page(&state, &access, &query).await
}

/// Whether a stream is asked for.
pub fn wants_stream(headers: &HeaderMap) -> bool {
    let accept = headers.get_all(header::ACCEPT).into_iter().filter_map(|value| value.to_str().ok());
    accept
        .flat_map(|value| value.split(','))
        .any(|range| range.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("text/event-stream")))
}

async fn follow(state: AppState, access: Access, query: Query, after: EventId) -> Result<Response, Error> {
    let mut listener = state.rooms.join(access.id, after, false);
    let conversation = find(&state, &access).await?;
    listener.seek(after.min(conversation.head), conversation.head);
    Ok(streamed(live(state, listener, query), access.claims.expires))
}

/// An answer that goes on until its token is over.
pub fn streamed(
    events: impl Stream<Item = Result<sse::Event, Infallible>> + Send + 'static,
    until: Timestamp,
) -> Response {
    let remaining = Duration::try_from(until.duration_since(Timestamp::now())).unwrap_or_default();
    let events = events.take_until(Box::pin(tokio::time::sleep(remaining)));
    let stream = Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE));
    ([(HeaderName::from_static("x-accel-buffering"), "no")], stream).into_response()
}

fn live(state: AppState, listener: Listener, query: Query) -> impl Stream<Item = Result<sse::Event, Infallible>> {
    let pages = stream::unfold((state, listener), async |(state, mut listener)| {
        if listener.ready().await == Ready::Closing {
            return None;
        }
        match listener.take(&*state.store).await {
            Ok(events) => Some((events, (state, listener))),
            Err(error) => {
                // The client comes back with the last id it has.
                tracing::error!(%error, "a stream ended");
                None
            }
        }
    });
    pages.flat_map(stream::iter).filter_map(move |event| {
        let wanted = query.wants(event.data_type);
        let sse = wanted.then(|| Ok(sse::Event::default().id(event.id.to_string()).data(event.json.as_str())));
        std::future::ready(sse)
    })
}

async fn page(state: &AppState, access: &Access, query: &Query) -> Result<Response, Error> {
    let mut listener = state.rooms.join(access.id, EventId::START, false);
    let conversation = find(state, access).await?;
    let after = query.after.unwrap_or(EventId::START);
    let from = query.before.map_or(From::After(after), From::Before);
    let range = Range { from, types: query.types.clone(), limit: query.limit };
    let mut events = state.store.events(access.id, range).await?;
    if events.is_empty() && query.before.is_none() && !query.wait.is_zero() {
        let head = conversation.head;
        listener.seek(after.max(head), head);
        let waited = timeout(query.wait, next(state, &mut listener, query)).await;
        events = waited.unwrap_or(Ok(events))?;
    }
    let next = match from {
        From::After(after) => Some(events.last().map_or(after, |last| last.id)),
        From::Before(_) => events.first().map(|first| first.id).filter(|first| first.get() > 1),
    };
    Ok(render(&events, next))
}

/// Waits for events that are asked for. None where the gateway stops first.
async fn next(state: &AppState, listener: &mut Listener, query: &Query) -> Result<Vec<Arc<Event>>, Error> {
    while listener.ready().await == Ready::Events {
        let mut events = listener.take(&*state.store).await?;
        events.retain(|event| query.wants(event.data_type));
        events.truncate(query.limit);
        if !events.is_empty() {
            return Ok(events);
        }
    }
    Ok(Vec::new())
}

fn render(events: &[Arc<Event>], next: Option<EventId>) -> Response {
    let texts: Vec<_> = events.iter().map(|event| event.json.as_str()).collect();
    let next = next.map_or_else(|| "null".to_owned(), |next| format!("\"{next}\""));
    let body = format!(r#"{{"events":[{}],"next":{next}}}"#, texts.join(","));
    ([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")], body).into_response()
}
