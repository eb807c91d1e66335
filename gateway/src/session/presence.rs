//! Which agents are available. An agent says so, and goes on saying so: whoever falls silent is gone.

use crate::config::SiteKey;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long an agent who falls silent is available.
pub const LASTS: Duration = Duration::from_secs(90);
/// Agents of one site that are remembered; whoever comes after that is not.
const AGENTS: usize = 10_000;

/// Who is available, by site.
#[derive(Debug, Default)]
pub struct Presence {
    sites: Mutex<HashMap<SiteKey, HashMap<String, Instant>>>,
}

impl Presence {
    fn sites(&self) -> MutexGuard<'_, HashMap<SiteKey, HashMap<String, Instant>>> {
        self.sites.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An agent is available from now on, or not.
    pub fn set(&self, site: &SiteKey, agent: &str, available: bool) {
        let mut sites = self.sites();
        if !available {
            if let Some(agents) = sites.get_mut(site) {
                agents.remove(agent);
            }
            return;
        }
        let agents = sites.entry(site.clone()).or_default();
        agents.retain(|_, until| *until > Instant::now());
        if agents.len() < AGENTS || agents.contains_key(agent) {
            agents.insert(agent.to_owned(), Instant::now() + LASTS);
        }
    }

    /// Whether anybody is available.
    pub fn anybody(&self, site: &SiteKey) -> bool {
        let now = Instant::now();
        self.sites().get(site).is_some_and(|agents| agents.values().any(|until| *until > now))
    }

    /// Who is available, by name.
    pub fn available(&self, site: &SiteKey) -> Vec<String> {
        let now = Instant::now();
        let sites = self.sites();
        let agents = sites.get(site).into_iter().flatten();
        let mut names: Vec<_> = agents.filter(|(_, until)| **until > now).map(|(name, _)| name.clone()).collect();
        names.sort();
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agent_is_there_until_they_say_otherwise() {
        let presence = Presence::default();
        let (shop, other) = (SiteKey::new("shop"), SiteKey::new("other"));
        assert!(!presence.anybody(&shop));
        presence.set(&shop, "bob", true);
        presence.set(&shop, "ada", true);
        assert_eq!(presence.available(&shop), ["ada", "bob"]);
        assert!(!presence.anybody(&other), "sites are apart");
        presence.set(&shop, "ada", false);
        presence.set(&shop, "bob", false);
        assert!(!presence.anybody(&shop));
    }
}
