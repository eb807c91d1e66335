//! `/faq`: agents keep their channel's questions and answers.

use crate::app::AppState;
use crate::auth::Bearer;
use crate::conversation::body::JsonBody;
use crate::error::Error;
use crate::store::faq::Entry;
use axum::extract::{Path, State};
use docent_protocol::param::member;
use http::StatusCode;
use serde_json::{Value, json};

const QUESTION: usize = 500;
const ANSWER: usize = 4000;

fn topic(state: &AppState, Bearer(claims): &Bearer) -> Result<(i32, String), Error> {
    claims.require_staff()?;
    let channel = state.config.site(&claims.site).and_then(|site| site.channel.as_ref());
    let channel = channel.and_then(|channel| Some((channel.id, channel.faq.as_ref()?.language.clone())));
    channel.ok_or_else(|| Error::not_found("this site's channel has no FAQ; give it `faq` in the configuration"))
}

fn unknown() -> Error {
    Error::not_found("there is no such entry")
}

fn entry(body: &Value, id: i64, language: String) -> Result<Entry, Error> {
    let text = |name: &'static str, max: usize| {
        let text: String = member(&body, name)?;
        let text = text.trim();
        match !text.is_empty() && text.chars().count() <= max {
            true => Ok(text.to_owned()),
            false => Err(Error::malformed(name, format!("`{name}` must be text of 1 to {max} characters"))),
        }
    };
    let given: Option<String> = member(&body, "language")?;
    let language = given.unwrap_or(language).to_ascii_lowercase();
    if language.len() != 2 || !language.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return Err(Error::malformed("language", "`language` must be an iso2 code, as in `en`"));
    }
    Ok(Entry { id, language, question: text("question", QUESTION)?, answer: text("answer", ANSWER)? })
}

/// `GET /faq`: every entry.
pub async fn list(State(state): State<AppState>, bearer: Bearer) -> Result<axum::Json<Value>, Error> {
    let (topic, _) = topic(&state, &bearer)?;
    Ok(axum::Json(json!({"entries": state.store.faq(topic).await?})))
}

/// `POST /faq`: a new one.
pub async fn add(
    State(state): State<AppState>,
    bearer: Bearer,
    JsonBody(body): JsonBody,
) -> Result<(StatusCode, axum::Json<Entry>), Error> {
    let (topic, language) = topic(&state, &bearer)?;
    let saved = state.store.save_faq(topic, entry(&body, 0, language)?).await?;
    Ok((StatusCode::CREATED, axum::Json(saved.ok_or_else(unknown)?)))
}

/// `PUT /faq/{entry}`: another wording.
pub async fn change(
    State(state): State<AppState>,
    bearer: Bearer,
    Path(id): Path<String>,
    JsonBody(body): JsonBody,
) -> Result<axum::Json<Entry>, Error> {
    let (topic, language) = topic(&state, &bearer)?;
    let id = id.parse().ok().filter(|id| *id > 0).ok_or_else(unknown)?;
    let saved = state.store.save_faq(topic, entry(&body, id, language)?).await?;
    saved.map(axum::Json).ok_or_else(unknown)
}

/// `DELETE /faq/{entry}`.
pub async fn remove(
    State(state): State<AppState>,
    bearer: Bearer,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    let (topic, _) = topic(&state, &bearer)?;
    let id = id.parse().map_err(|_| unknown())?;
    match state.store.delete_faq(topic, id).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(unknown()),
    }
}
