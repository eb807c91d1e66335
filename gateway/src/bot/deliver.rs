//! Delivers to webhooks what the outbox holds for them: again and again with growing waits, until it is taken or given
//! up. Each webhook has its own line; none holds up a conversation or another webhook.

use super::webhook::Message;
use crate::app::AppState;
use crate::config::{Config, Webhook, WebhookSecret};
use crate::store::{Consumer, Pending, StoreError};
use futures_util::StreamExt;
use futures_util::stream;
use jiff::Timestamp;
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::JoinSet;

/// Deliveries of one webhook at once.
const AT_ONCE: usize = 16;
/// How long one may take to answer.
const PATIENCE: Duration = Duration::from_secs(15);
/// The longest wait between two attempts.
const LONGEST_WAIT: Duration = Duration::from_secs(12 * 3600);
/// Each wait is so many times the one before.
const GROWTH: u32 = 4;
/// How long to wait after the store has failed.
const PAUSE: Duration = Duration::from_secs(5);

/// Every configured webhook.
pub struct Webhooks {
    lines: HashMap<Arc<str>, Line>,
}

struct Line {
    webhook: Arc<Webhook>,
    secret: WebhookSecret,
    news: Notify,
}

/// A webhook without a good secret.
#[derive(Debug, thiserror::Error)]
#[error("the webhook `{webhook}` has no secret; set {variable} to `whsec_` and 32 random bytes in base64, or `secret`")]
pub struct NoSecret {
    webhook: String,
    variable: String,
}

impl Webhooks {
    /// The configured ones; secrets that are not in the file come from `DOCENT_WEBHOOK_SECRET_NAME`.
    pub fn new(config: &Config) -> Result<Self, NoSecret> {
        let line = |webhook: &Arc<Webhook>| {
            let name = webhook.name.to_uppercase().replace('-', "_");
            let variable = format!("DOCENT_WEBHOOK_SECRET_{name}");
            let given = std::env::var(&variable).ok().and_then(|text| WebhookSecret::parse(&text));
            let secret = given.or_else(|| webhook.secret.clone());
            let secret = secret.ok_or_else(|| NoSecret { webhook: webhook.name.to_string(), variable })?;
            Ok((webhook.name.clone(), Line { webhook: webhook.clone(), secret, news: Notify::new() }))
        };
        Ok(Self { lines: config.webhooks.iter().map(line).collect::<Result<_, _>>()? })
    }

    /// Tells that a webhook has something to be sent.
    pub fn wake(&self, name: &str) {
        if let Some(line) = self.lines.get(name) {
            line.news.notify_one();
        }
    }
}

/// Delivers as long as it is polled.
pub async fn keep_delivering(state: &AppState) {
    // Nobody is led elsewhere: only what is configured is called.
    let client = match Client::builder().redirect(Policy::none()).timeout(PATIENCE).user_agent("docent").build() {
        Ok(client) => client,
        Err(error) => return tracing::error!(%error, "webhooks cannot be called"),
    };
    let mut lines = JoinSet::new();
    for name in state.webhooks.lines.keys() {
        lines.spawn(keep_line(state.clone(), name.clone(), client.clone()));
    }
    lines.join_all().await;
}

async fn keep_line(state: AppState, name: Arc<str>, client: Client) {
    let Some(line) = state.webhooks.lines.get(&name) else { return };
    let consumer = Consumer::Webhook(name.clone());
    loop {
        let wait = match deliver_due(&state, line, &consumer, &client).await {
            Ok(wait) => wait,
            Err(StoreError::Closed) => return,
            Err(error) => {
                tracing::error!(webhook = &*name, %error, "webhooks wait: the store failed");
                Some(PAUSE)
            }
        };
        let wait = wait.unwrap_or(LONGEST_WAIT);
        // Whichever comes first.
        let _ = tokio::time::timeout(wait, line.news.notified()).await;
    }
}

/// Delivers all that is due; how long until something is again.
async fn deliver_due(
    state: &AppState,
    line: &Line,
    consumer: &Consumer,
    client: &Client,
) -> Result<Option<Duration>, StoreError> {
    loop {
        let due = state.store.due(consumer, Timestamp::now(), AT_ONCE).await?;
        if due.is_empty() {
            break;
        }
        let sent = stream::iter(due).map(|pending| deliver(state, line, client, pending)).buffer_unordered(AT_ONCE);
        for told in sent.collect::<Vec<_>>().await {
            told?;
        }
    }
    let next = state.store.next_due(consumer).await?;
    Ok(next.map(|at| Duration::try_from(at.duration_since(Timestamp::now())).unwrap_or_default()))
}

async fn deliver(state: &AppState, line: &Line, client: &Client, pending: Pending) -> Result<(), StoreError> {
    let message = Message::of(&pending);
    let webhook = &line.webhook;
    if !webhook.kinds.contains(&message.kind) {
        return state.store.settle(pending.id, None).await;
    }
    let mut request = client.post(webhook.url.clone()).header("content-type", "application/json");
    for (name, value) in message.headers(&line.secret, Timestamp::now()) {
        request = request.header(name, value);
    }
    let why = match request.body(message.body).send().await {
        Ok(response) if response.status().is_success() => return state.store.settle(pending.id, None).await,
        Ok(response) => response.status().to_string(),
        Err(error) => error.without_url().to_string(),
    };
    let attempts = pending.attempts + 1;
    let given_up = attempts >= webhook.attempts || why.starts_with(StatusCode::GONE.as_str());
    tracing::warn!(webhook = &*webhook.name, id = message.id, attempts, why, given_up, "a webhook was not delivered");
    if given_up {
        return state.store.bury(pending.id, why).await;
    }
    let until = Timestamp::now().checked_add(jittered(wait(webhook.first_wait, attempts))).unwrap_or(Timestamp::MAX);
    state.store.postpone(pending.id, until).await
}

/// The wait after so many attempts in vain.
fn wait(first: Duration, attempts: u32) -> Duration {
    let factor = GROWTH.saturating_pow(attempts.saturating_sub(1));
    first.saturating_mul(factor).min(LONGEST_WAIT)
}

/// Up to a fifth shorter or longer, so that not everybody comes back at once.
fn jittered(wait: Duration) -> Duration {
    let random = getrandom::u32().unwrap_or(u32::MAX / 2);
    wait.mul_f64(0.8 + 0.4 * f64::from(random) / f64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_end() {
        let seconds = |attempts| wait(Duration::from_secs(5), attempts).as_secs();
        assert_eq!((1..=8).map(seconds).collect::<Vec<_>>(), [5, 20, 80, 320, 1280, 5120, 20_480, 43_200]);
        assert_eq!(seconds(u32::MAX), 43_200);
        for _ in 0..1000 {
            let wait = jittered(Duration::from_secs(10)).as_secs_f64();
            assert!((8.0..=12.0).contains(&wait), "{wait}");
        }
    }
}
