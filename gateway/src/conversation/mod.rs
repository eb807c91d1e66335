//! A conversation: one visitor's thread, an append-only log of events (contract section 1).

pub mod access;
pub mod body;
pub mod create;
pub mod data;
pub mod end;
pub mod events;
pub mod list;
pub mod news;
pub mod query;
pub mod room;
pub mod socket;
pub mod token;
pub mod watch;

use crate::app::AppState;
use axum::Router;
use axum::routing::{get, post};
use std::fmt;

/// A conversation's name: 128 random bits, written as 32 hex digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ConversationId(u128);

impl ConversationId {
    /// A new one, which nobody can guess. An error where the system has no randomness.
    pub fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes)?;
        Ok(Self(u128::from_be_bytes(bytes)))
    }

    /// Reads the wire form.
    pub fn parse(text: &str) -> Option<Self> {
        let hex = text.len() == 32 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        hex.then(|| u128::from_str_radix(text, 16).ok()).flatten().map(Self)
    }

    /// As the store keeps it.
    pub fn to_bytes(self) -> [u8; 16] {
        self.0.to_be_bytes()
    }

    /// From what the store kept.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(u128::from_be_bytes(bytes))
    }
}

impl fmt::Display for ConversationId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:032x}", self.0)
    }
}

/// The routes.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/conversation", get(list::list).post(create::create))
        .route("/conversation/{id}", get(list::one))
        .route("/conversation/{id}/Data", post(data::post))
        .route("/api/conversation/{id}/Data", post(data::post))
        .route("/conversation/{id}/events", get(events::events))
        .route("/conversation/{id}/socket", get(socket::open))
        .route("/conversation/{id}/end", post(end::end))
        .route("/conversation/{id}/token", post(token::renew))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_name_reads_back_and_nothing_else_does(bytes in any::<[u8; 16]>(), text in "[0-9a-fA-F]{30,34}|\\PC*") {
            let id = ConversationId::from_bytes(bytes);
            prop_assert_eq!(ConversationId::parse(&id.to_string()), Some(id));
            if let Some(id) = ConversationId::parse(&text) {
                prop_assert_eq!(id.to_string(), text);
            }
        }
    }
}
