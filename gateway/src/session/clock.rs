//! What happens to sessions by itself: places in the queue are told as they change, and who says nothing for too long is
//! let go.

use super::Sessions;
use super::state::{Act, Actor};
use super::status::SessionStatus;
use super::transition::Trigger;
use crate::config::SiteKey;
use crate::conversation::ConversationId;
use crate::store::{self, Draft, StoreError};
use docent_protocol::event::Role;
use jiff::Timestamp;
use serde_json::json;
use std::collections::HashMap;
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout};

/// Changes that come within this time are told of together.
const GATHER: Duration = Duration::from_millis(150);
/// How often sessions are looked at for silence.
const ROUND: Duration = Duration::from_secs(15);
/// Sessions that are let go in one round, of each site; the others follow in the next.
const AT_ONCE: usize = 200;
/// Places that are told; who is further back hears when they come nearer.
const PLACES: usize = 50;

/// The places that were told, by site.
type Told = HashMap<SiteKey, HashMap<ConversationId, usize>>;

impl Sessions {
    /// Runs until the gateway stops. There is nothing to do where no site has a channel.
    pub async fn keep_time(self) {
        let sites: Vec<_> = self.0.config.sites.iter().filter(|site| site.channel.is_some()).collect();
        let sites: Vec<_> = sites.into_iter().map(|site| site.key.clone()).collect();
        if sites.is_empty() {
            return;
        }
        let mut told = Told::new();
        let mut round = Instant::now();
        loop {
            // Whether something changed or a round is due, both are looked at.
            if timeout(ROUND, self.0.sessions_changed.notified()).await.is_ok() {
                sleep(GATHER).await;
            }
            for site in &sites {
                if let Err(error) = self.tell_places(site, told.entry(site.clone()).or_default()).await {
                    if error == StoreError::Closed {
                        return;
                    }
                    tracing::warn!(%error, %site, "places in the queue could not be told");
                }
            }
            if round.elapsed() < ROUND {
                continue;
            }
            round = Instant::now();
            for site in &sites {
                if let Err(error) = self.let_go(site, Timestamp::now()).await {
                    tracing::warn!(%error, %site, "silent sessions could not be closed");
                }
            }
        }
    }

    async fn tell_places(&self, site: &SiteKey, told: &mut HashMap<ConversationId, usize>) -> Result<(), StoreError> {
        let queue = self.queue(site).await?;
        let places: HashMap<_, _> =
            queue.iter().take(PLACES).enumerate().map(|(index, session)| (session.conversation, index + 1)).collect();
        for (id, place) in &places {
            if told.get(id) == Some(place) {
                continue;
            }
            let status = SessionStatus::InQueue.wire();
            let data = json!({"old": status, "new": status, "queuePosition": place});
            match self.0.store.append(*id, Draft::session(site.clone(), data.to_string())).await {
                Ok(_) | Err(StoreError::Ended) => {}
                Err(error) => return Err(error),
            }
        }
        *told = places;
        Ok(())
    }

    /// Closes what has been silent for as long as its channel bears.
    pub async fn let_go(&self, site: &SiteKey, now: Timestamp) -> Result<(), StoreError> {
        let Some(idle) = self.channel(site).and_then(|channel| channel.idle) else { return Ok(()) };
        let open = |status: &SessionStatus| !status.is_over() && *status != SessionStatus::RequestPosted;
        let which = store::Sessions {
            site: site.clone(),
            statuses: SessionStatus::ALL.into_iter().filter(open).collect(),
            quiet_since: Some(now - idle),
            limit: AT_ONCE,
        };
        for session in self.0.store.sessions(which).await? {
            let actor = Actor { role: Role::Gateway, name: None };
            let rules = self.rules(site);
            let act = Act { trigger: Trigger::Dropped, actor, rules, to: None, form: None };
            match self.act(session.conversation, act).await {
                // It has ended meanwhile.
                Ok(_) | Err(StoreError::Session(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}
