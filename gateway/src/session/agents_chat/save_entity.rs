//! `SaveChatSessionEntity`: creates a session (id 0) or changes one.

use super::answer::{self, Form};
use super::body::Body;
use super::caller::Caller;
use super::{act, numbered, refusal};
use crate::app::AppState;
use crate::conversation::ConversationId;
use crate::error::Error;
use crate::session::entity::save::save as save_into;
use crate::session::entity::view::{Said, said, view};
use crate::session::entity::{Given, Kind, PROPERTIES, check};
use crate::session::state::{Session, SessionError};
use crate::session::transition::Trigger;
use crate::store::{Begin, Edit, StoreError};
use axum::extract::{RawQuery, State};
use axum::response::Response;
use http::{HeaderMap, header};
use json_patch::{Patch, PatchOperation};
use serde_json::{Map, Value};

/// How often a patch is worked out again when the session has changed under it.
const ATTEMPTS: usize = 8;

/// What the caller has read: a save of something older is refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Condition {
    /// By `If-Match`: 412.
    etag: Option<u64>,
    /// By `?version=`: 409.
    version: Option<u64>,
}

/// Saves.
pub async fn save(
    State(state): State<AppState>,
    caller: Caller,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Error> {
    let form = Form::accepted(&headers)?;
    let query = query.unwrap_or_default();
    let condition = Condition { etag: if_match(&headers)?, version: number(&query, "version")? };
    let (session, said) = match body {
        Body::Members(members) => given(&state, &caller, condition, &members).await?,
        Body::Merge(members) => given(&state, &caller, condition, &merged(members)).await?,
        Body::Patch(patch) => patched(&state, &caller, condition, number(&query, "id")?, &patch).await?,
    };
    let entity = answer::entity(&caller, &view(&session, &said));
    Ok(answer::marked(form.answer("ChatSessionEntity", "Item", &entity), &caller, session.version))
}

fn if_match(headers: &HeaderMap) -> Result<Option<u64>, Error> {
    let Some(value) = headers.get(header::IF_MATCH).and_then(|value| value.to_str().ok()) else { return Ok(None) };
    let value = value.trim();
    if value == "*" {
        return Ok(None);
    }
    let version = value.trim_start_matches("W/").trim_matches('"').parse();
    version.map(Some).map_err(|_| Error::malformed("If-Match", "`If-Match` must be the `ETag` of an earlier answer"))
}

fn number(query: &str, name: &str) -> Result<Option<u64>, Error> {
    let Some((_, value)) = form_urlencoded::parse(query.as_bytes()).find(|(known, _)| known == name) else {
        return Ok(None);
    };
    value.parse().map(Some).map_err(|_| Error::malformed(name, format!("`{name}` must be a whole number")))
}

async fn given(
    state: &AppState,
    caller: &Caller,
    condition: Condition,
    members: &Map<String, Value>,
) -> Result<(Session, Said), Error> {
    let given = check(members, &caller.zone)?;
    match given.get("ChatSessionId").and_then(Value::as_i64).unwrap_or_default() {
        0 => create(state, caller, given).await,
        id => {
            let session = numbered(state, caller, id).await?;
            let said = said(&*state.store, &session).await?;
            change(state, caller, condition, &session, given, said).await
        }
    }
}

/// A merge patch's null is what the property is before anybody saves it.
fn merged(mut members: Map<String, Value>) -> Map<String, Value> {
    for (name, kind) in PROPERTIES {
        if let Some(value) = members.get_mut(name).filter(|value| value.is_null()) {
            match kind {
                Kind::Integer => *value = 0.into(),
                Kind::Boolean => *value = false.into(),
                _ => {}
            }
        }
    }
    members
}

async fn patched(
    state: &AppState,
    caller: &Caller,
    condition: Condition,
    id: Option<u64>,
    patch: &Patch,
) -> Result<(Session, Said), Error> {
    let id = id.and_then(|id| i64::try_from(id).ok()).or_else(|| named(patch)).unwrap_or_default();
    if id == 0 {
        let fresh = super::default_entity::entity(caller)?;
        return create(state, caller, applied(caller, fresh, patch)?).await;
    }
    let mut attempts = 1;
    loop {
        let session = numbered(state, caller, id).await?;
        let said = said(&*state.store, &session).await?;
        let given = applied(caller, view(&session, &said), patch)?;
        // The patch was worked out for this version.
        let strict = Condition { version: condition.version.or(Some(session.version)), ..condition };
        match change(state, caller, strict, &session, given, said).await {
            Err(Error::Conflict(detail)) if condition.version.is_none() && attempts < ATTEMPTS => {
                let now = numbered(state, caller, id).await?;
                if now.version == session.version {
                    return Err(Error::Conflict(detail));
                }
                attempts += 1;
            }
            result => return result,
        }
    }
}

/// The id a patch names: it tests or sets `/ChatSessionId`.
fn named(patch: &Patch) -> Option<i64> {
    patch.0.iter().find_map(|operation| match operation {
        PatchOperation::Test(test) if test.path.as_str() == "/ChatSessionId" => test.value.as_i64(),
        PatchOperation::Replace(replace) if replace.path.as_str() == "/ChatSessionId" => replace.value.as_i64(),
        PatchOperation::Add(add) if add.path.as_str() == "/ChatSessionId" => add.value.as_i64(),
        _ => None,
    })
}

fn applied(caller: &Caller, entity: Given, patch: &Patch) -> Result<Given, Error> {
    let mut entity = Value::Object(entity);
    json_patch::patch(&mut entity, patch)
        .map_err(|error| Error::malformed("(body)", format!("the patch does not apply: {error}")))?;
    match entity {
        Value::Object(members) => check(&merged(members), &caller.zone),
        _ => Err(Error::malformed("(body)", "the patch leaves no object")),
    }
}

async fn change(
    state: &AppState,
    caller: &Caller,
    condition: Condition,
    session: &Session,
    given: Given,
    said: Said,
) -> Result<(Session, Said), Error> {
    let act = act(state, caller, Trigger::Created);
    let known = said.clone();
    let edit: Edit = Box::new(move |session, now| {
        let expected = [condition.etag, condition.version].into_iter().flatten();
        if expected.into_iter().any(|expected| expected != session.version) {
            return Err(SessionError::Stale(session.version));
        }
        save_into(session, &given, &known, &act, now)
    });
    match state.store.edit(session.conversation, edit).await {
        Ok(edited) => Ok((edited.session, said)),
        Err(StoreError::Session(stale @ SessionError::Stale(_))) if condition.etag.is_some() => {
            Err(Error::Stale(stale.to_string()))
        }
        Err(error) => Err(refusal(error)),
    }
}

async fn create(state: &AppState, caller: &Caller, given: Given) -> Result<(Session, Said), Error> {
    let id = ConversationId::random().map_err(Error::internal)?;
    let topic = given.get("TopicId").and_then(Value::as_i64).and_then(|topic| i32::try_from(topic).ok());
    let act = act(state, caller, Trigger::Created);
    let edit: Edit = Box::new(move |session, now| {
        if !given.contains_key("Status") {
            session.apply(&act, now)?;
        }
        save_into(session, &given, &Said::default(), &act, now)
    });
    let begin = Begin { topic: topic.unwrap_or_default(), edit };
    let edited = state.store.begin(id, caller.claims.site.clone(), begin).await.map_err(refusal)?;
    Ok((edited.session, Said::default()))
}
