//! What agents see of a bot: what its script logged, and how it failed. Kept in memory, the last of it.

use crate::app::AppState;
use crate::conversation::ConversationId;
use crate::conversation::access::{Access, find};
use crate::error::Error;
use axum::extract::State;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Lines kept of one conversation; the oldest go first.
const LINES: usize = 100;
/// Conversations of which lines are kept; those that began first go first.
const CONVERSATIONS: usize = 1000;
/// The longest line, in characters.
const LONGEST: usize = 2000;

/// One line.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    at: String,
    level: &'static str,
    text: String,
    /// `FILE:LINE`, for what failed.
    #[serde(skip_serializing_if = "String::is_empty")]
    place: String,
}

/// The lines of all conversations.
#[derive(Debug, Default)]
pub struct Views(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    lines: HashMap<ConversationId, VecDeque<Line>>,
    order: VecDeque<ConversationId>,
}

impl Views {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a line.
    pub fn add(&self, id: ConversationId, level: &'static str, text: &str, place: &str) {
        let text = text.chars().take(LONGEST).collect();
        let line = Line { at: format!("{:.3}", Timestamp::now()), level, text, place: place.to_owned() };
        let mut kept = self.kept();
        if !kept.lines.contains_key(&id) {
            kept.order.push_back(id);
            if kept.order.len() > CONVERSATIONS
                && let Some(oldest) = kept.order.pop_front()
            {
                kept.lines.remove(&oldest);
            }
        }
        let lines = kept.lines.entry(id).or_default();
        lines.push_back(line);
        if lines.len() > LINES {
            lines.pop_front();
        }
    }

    /// A conversation's lines, the oldest first.
    pub fn of(&self, id: ConversationId) -> Vec<Line> {
        self.kept().lines.get(&id).map(|lines| lines.iter().cloned().collect()).unwrap_or_default()
    }
}

/// `GET /conversation/{id}/bot`: for agents and bots.
pub async fn view(State(state): State<AppState>, access: Access) -> Result<axum::Json<Value>, Error> {
    access.claims.require_staff()?;
    let conversation = find(&state, &access).await?;
    let bot = state.bots.of(&state.config, &conversation.site).map(|bot| bot.name.to_string());
    Ok(axum::Json(json!({"bot": bot, "lines": state.bots.views.of(access.id)})))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_bounded() {
        let views = Views::default();
        let id = |n: usize| ConversationId::from_bytes((n as u128).to_be_bytes());
        (0..LINES + 5).for_each(|n| views.add(id(0), "info", &n.to_string(), ""));
        let lines = views.of(id(0));
        assert_eq!((lines.len(), lines[0].text.as_str()), (LINES, "5"));
        (1..=CONVERSATIONS).for_each(|n| views.add(id(n), "info", "x", ""));
        assert!(views.of(id(0)).is_empty() && views.of(id(1)).len() == 1);
    }
}
