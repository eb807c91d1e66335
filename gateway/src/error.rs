//! Everything a request can be refused for, and how the asker is told: RFC 9457 problem details.
//!
//! A fault of ours is logged with its cause, once, and told without it.

use crate::session::state::SessionError;
use crate::store::StoreError;
use axum::response::{IntoResponse, Response};
use docent_protocol::param::FieldError;
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use std::time::Duration;

/// What a handler answers when it does not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// 400: the request is not of the documented form.
    #[error("{detail}")]
    Malformed {
        /// The member, parameter or header that is wrong, where it is one.
        field: Option<String>,
        /// What is wrong and what to give instead.
        detail: String,
    },
    /// 401: no token, or a bad one.
    #[error("{0}")]
    Unauthorized(String),
    /// 403: the token or the origin does not allow it.
    #[error("{0}")]
    Forbidden(String),
    /// 404: there is no such thing, or none the token may know of.
    #[error("{0}")]
    NotFound(String),
    /// 405.
    #[error("this resource has no such method")]
    MethodNotAllowed,
    /// 409: the conversation has ended.
    #[error("the conversation has ended; it takes no more events")]
    Ended,
    /// 409: the chat session does not allow it.
    #[error("{0}")]
    Conflict(String),
    /// 412: what was read has changed since.
    #[error("{0}")]
    Stale(String),
    /// 413: the body or frame is over the limit, in bytes.
    #[error("the body is over the limit of {0} bytes")]
    TooLarge(usize),
    /// 415: a body that is not JSON.
    #[error("send the body as application/json")]
    UnsupportedMediaType,
    /// 415: a body of none of these kinds.
    #[error("send the body as one of {0}")]
    UnsupportedBody(&'static str),
    /// 406: an answer of no kind there is.
    #[error("the answer can be one of {0}")]
    NotAcceptable(&'static str),
    /// 429: come back after this time.
    #[error("too many requests; try again in {} s", .0.as_secs().max(1))]
    TooMany(Duration),
    /// 503: the gateway is stopping, or the store takes nothing now.
    #[error("the gateway cannot take this now; try again")]
    Unavailable,
    /// 502: who agents sign in with was not reached, or talks nonsense.
    #[error("{0}")]
    Provider(String),
    /// 500: a fault of ours; the text is for the log alone.
    #[error("the gateway failed; its log says why")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// 400 for a member, parameter or header.
    pub fn malformed(field: &str, detail: impl Into<String>) -> Self {
        Self::Malformed { field: Some(field.to_owned()), detail: detail.into() }
    }

    /// 401.
    pub fn unauthorized(detail: impl Into<String>) -> Self {
        Self::Unauthorized(detail.into())
    }

    /// 403.
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::Forbidden(detail.into())
    }

    /// 404.
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::NotFound(detail.into())
    }

    /// 500, with what the log shall say.
    pub fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(cause.into())
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.kind().0
    }

    fn kind(&self) -> (StatusCode, &'static str) {
        match self {
            Self::Malformed { .. } => (StatusCode::BAD_REQUEST, "malformed"),
            Self::Unauthorized(_) => (StatusCode::UNAUTHORIZED, "unauthorized"),
            Self::Forbidden(_) => (StatusCode::FORBIDDEN, "forbidden"),
            Self::NotFound(_) => (StatusCode::NOT_FOUND, "not-found"),
            Self::MethodNotAllowed => (StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed"),
            Self::Ended => (StatusCode::CONFLICT, "ended"),
            Self::Conflict(_) => (StatusCode::CONFLICT, "conflict"),
            Self::Stale(_) => (StatusCode::PRECONDITION_FAILED, "stale"),
            Self::TooLarge(_) => (StatusCode::PAYLOAD_TOO_LARGE, "too-large"),
            Self::UnsupportedMediaType => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type"),
            Self::UnsupportedBody(_) => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type"),
            Self::NotAcceptable(_) => (StatusCode::NOT_ACCEPTABLE, "not-acceptable"),
            Self::TooMany(_) => (StatusCode::TOO_MANY_REQUESTS, "too-many-requests"),
            Self::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
            Self::Provider(_) => (StatusCode::BAD_GATEWAY, "provider-unreachable"),
            Self::Internal(_) => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::Malformed { field, .. } => field.as_deref(),
            _ => None,
        }
    }

    /// The problem details, as an answer's body or an error frame has them. Logs a fault of ours.
    pub fn problem(&self) -> Problem {
        if let Self::Internal(cause) = self {
            tracing::error!(%cause, "request failed");
        }
        let (status, name) = self.kind();
        Problem {
            kind: format!("urn:docent:problem:{name}"),
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            detail: self.to_string(),
            field: self.field().map(str::to_owned),
        }
    }
}

/// RFC 9457.
#[derive(Debug, Serialize)]
pub struct Problem {
    /// `urn:docent:problem:NAME`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The status in words.
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// What is wrong and what to do.
    pub detail: String,
    /// The member, parameter or header that is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

impl From<FieldError> for Error {
    fn from(error: FieldError) -> Self {
        Self::Malformed { detail: error.to_string(), field: Some(error.field) }
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unknown => Self::not_found("there is no such conversation on this site"),
            StoreError::Ended | StoreError::Session(SessionError::Over) => Self::Ended,
            StoreError::Session(refusal) => Self::Conflict(refusal.to_string()),
            StoreError::NotAsked => {
                Self::malformed("data.eventId", "`data.eventId` must be a command or request of this conversation")
            }
            StoreError::Full(_) => Self::malformed("key", error.to_string()),
            StoreError::Closed => Self::Unavailable,
            StoreError::Engine(_) => Self::internal(error),
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&self.problem()).unwrap_or_default();
        let mut response = (self.status(), [(header::CONTENT_TYPE, "application/problem+json")], body).into_response();
        let headers = response.headers_mut();
        match &self {
            Self::TooMany(after) => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from(after.as_secs().max(1)));
            }
            Self::Unavailable => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from(1));
            }
            Self::Unauthorized(_) => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            _ => {}
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_of_ours_is_told_without_its_cause() {
        let error = Error::internal("disk 7 is on fire");
        let body = serde_json::to_string(&error.problem()).expect("serialises");
        assert!(!body.contains("disk"), "{body}");
        assert_eq!(error.status(), 500);
    }

    #[test]
    fn a_refusal_names_the_field_and_when_to_come_back() {
        let error = Error::from(FieldError::wrong("data.text", "a string"));
        let problem = serde_json::to_value(error.problem()).expect("serialises");
        assert_eq!(problem["field"], "data.text");
        assert_eq!(problem["status"], 400);
        let response = Error::TooMany(Duration::from_millis(200)).into_response();
        assert_eq!(response.headers()[header::RETRY_AFTER], "1");
    }
}
