//! How much one token and one address may ask for: token buckets, one a key.

use crate::app::AppState;
use crate::auth::Claims;
use crate::config::{Config, Rate, SiteKey};
use crate::conversation::ConversationId;
use crate::error::Error;
use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use docent_protocol::event::Role;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota};
use http::{HeaderMap, Method};
use ipnet::IpNet;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};

/// The rates of everybody who asks.
pub struct Limits {
    visitors: Option<Buckets<ConversationId>>,
    agents: Option<Buckets<(SiteKey, String)>>,
    bots: Option<Buckets<(SiteKey, String)>>,
    addresses: Option<Buckets<IpAddr>>,
    conversations: Option<Buckets<IpAddr>>,
    proxies: Vec<IpNet>,
}

impl Limits {
    /// With the configured rates.
    pub fn new(config: &Config) -> Self {
        let limits = &config.limits;
        Self {
            visitors: limits.visitor.map(Buckets::new),
            agents: limits.agent.map(Buckets::new),
            bots: limits.bot.map(Buckets::new),
            addresses: limits.address.map(Buckets::new),
            conversations: limits.conversations.map(Buckets::new),
            proxies: config.trusted_proxies.clone(),
        }
    }

    /// Counts one request or frame of this token; refuses with [`Error::TooMany`]. The [`Bearer`](crate::auth::Bearer)
    /// extractor calls it for requests, the socket for its frames.
    pub fn check(&self, claims: &Claims) -> Result<(), Error> {
        let named = || (claims.site.clone(), claims.sub.clone().unwrap_or_default());
        match (claims.role, claims.conversation) {
            (Role::Visitor, Some(conversation)) => check(self.visitors.as_ref(), conversation),
            (Role::Agent, _) => check(self.agents.as_ref(), named()),
            (Role::Bot, _) => check(self.bots.as_ref(), named()),
            (Role::Visitor | Role::Gateway, _) => Ok(()),
        }
    }

    fn check_address(&self, address: IpAddr, begins_conversation: bool) -> Result<(), Error> {
        let key = subscriber(address);
        check(self.addresses.as_ref(), key)?;
        if begins_conversation {
            check(self.conversations.as_ref(), key)?;
        }
        Ok(())
    }
}

fn check<K: Hash + Eq + Clone>(buckets: Option<&Buckets<K>>, key: K) -> Result<(), Error> {
    buckets.map_or(Ok(()), |buckets| buckets.check(&key))
}

/// Counts a request against its address.
pub async fn by_address(State(state): State<AppState>, request: Request, next: Next) -> Result<Response, Error> {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
    if let Some(peer) = peer {
        let address = client(peer, request.headers(), &state.limits.proxies);
        let begins = request.method() == Method::POST && request.uri().path().ends_with("/conversation");
        state.limits.check_address(address, begins)?;
    }
    Ok(next.run(request).await)
}

/// The client's address: the connection's, or, where that is a trusted proxy's, what the proxy says. Of several
/// addresses in `X-Forwarded-For` the last one that is no trusted proxy counts; what stands before it anybody can write.
fn client(peer: IpAddr, headers: &HeaderMap, proxies: &[IpNet]) -> IpAddr {
    let trusted = |address: &IpAddr| proxies.iter().any(|net| net.contains(address));
    let mut client = peer.to_canonical();
    let lines = headers.get_all("x-forwarded-for").iter().rev().filter_map(|value| value.to_str().ok());
    for hop in lines.flat_map(|line| line.rsplit(',')) {
        if !trusted(&client) {
            break;
        }
        match hop.trim().parse::<IpAddr>() {
            Ok(address) => client = address.to_canonical(),
            Err(_) => break,
        }
    }
    client
}

/// Whoever has one IPv6 address has 2⁶⁴ of them: the network counts.
fn subscriber(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from(u128::from(address) & !u128::from(u64::MAX))),
        address @ IpAddr::V4(_) => address,
    }
}

/// Buckets of one kind.
///
/// A bucket that has filled up again (after `burst / per_second` seconds of rest) is as good as none. Sweeping drops
/// those after as many checks as the last sweep kept buckets, at least [`SWEEP`](Self::SWEEP): memory follows who asks
/// now, and a check costs the same on average however many there are.
struct Buckets<K: Hash + Eq + Clone> {
    limiter: DefaultKeyedRateLimiter<K>,
    until_sweep: AtomicUsize,
}

impl<K: Hash + Eq + Clone> Buckets<K> {
    const SWEEP: usize = 4096;

    fn new(rate: Rate) -> Self {
        let quota = Quota::per_second(rate.per_second).allow_burst(rate.burst);
        Self { limiter: DefaultKeyedRateLimiter::dashmap(quota), until_sweep: AtomicUsize::new(Self::SWEEP) }
    }

    fn check(&self, key: &K) -> Result<(), Error> {
        // Whoever counts down from 1 sweeps; those who come meanwhile count from `usize::MAX`.
        if self.until_sweep.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.limiter.retain_recent();
            self.limiter.shrink_to_fit();
            self.until_sweep.store(self.limiter.len().max(Self::SWEEP), Ordering::Relaxed);
        }
        let now = DefaultClock::default().now();
        self.limiter.check_key(key).map_err(|until| Error::TooMany(until.wait_time_from(now)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Draft, Secret};
    use jiff::Timestamp;
    use proptest::prelude::*;
    use std::num::NonZeroU32;

    fn limits(text: &str) -> Limits {
        let site = "[[site]]\nkey = \"a\"\norigins = [\"https://a.example\"]\n";
        let draft = Draft::parse(&format!("{text}\n{site}")).expect("a configuration");
        Limits::new(&draft.with_secret(Secret::new("s".repeat(32)).expect("long enough")))
    }

    fn claims(role: Role, sub: &str) -> Claims {
        let conversation = (role == Role::Visitor).then(|| ConversationId::random().expect("random"));
        let sub = (role != Role::Visitor).then(|| sub.to_owned());
        Claims { role, site: SiteKey::new("a"), conversation, sub, expires: Timestamp::MAX }
    }

    #[test]
    fn each_token_has_its_own_bucket() {
        let limits = limits("[limits]\nagent = { per_second = 1, burst = 2 }\nbot = \"off\"");
        let (ada, bob) = (claims(Role::Agent, "ada"), claims(Role::Agent, "bob"));
        assert!(limits.check(&ada).is_ok() && limits.check(&ada).is_ok());
        match limits.check(&ada) {
            Err(Error::TooMany(wait)) => assert!(wait.as_millis() > 0 && wait.as_secs() <= 1),
            other => panic!("{other:?}"),
        }
        assert!(limits.check(&bob).is_ok());
        let bot = claims(Role::Bot, "ada");
        assert!((0..10_000).all(|_| limits.check(&bot).is_ok()));
    }

    #[test]
    fn each_conversation_has_its_own_bucket() {
        let limits = limits("[limits]\nvisitor = { per_second = 1, burst = 1 }");
        let visitor = claims(Role::Visitor, "");
        assert!(limits.check(&visitor).is_ok());
        assert!(limits.check(&visitor).is_err());
        assert!(limits.check(&claims(Role::Visitor, "")).is_ok());
    }

    #[test]
    fn beginning_conversations_has_a_rate_of_its_own() {
        let limits = limits("[limits]\nconversations = { per_second = 1, burst = 1 }");
        let address = IpAddr::from([10, 0, 0, 1]);
        assert!(limits.check_address(address, true).is_ok());
        assert!(limits.check_address(address, true).is_err());
        assert!(limits.check_address(address, false).is_ok());
    }

    #[test]
    fn full_buckets_are_forgotten() {
        let rate = Rate { per_second: NonZeroU32::new(1_000_000).expect("not 0"), burst: NonZeroU32::MIN };
        let buckets = Buckets::new(rate);
        for key in 0..Buckets::<usize>::SWEEP * 10 {
            let _ = buckets.check(&key);
        }
        let kept = buckets.limiter.len();
        assert!(kept <= Buckets::<usize>::SWEEP * 2, "{kept}");
    }

    fn found(peer: &str, forwarded: &[&str], proxies: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().expect("a value"));
        }
        let proxies: Vec<IpNet> = proxies.iter().map(|net| net.parse().expect("a network")).collect();
        client(peer.parse().expect("an address"), &headers, &proxies).to_string()
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        assert_eq!(found("9.9.9.9", &["1.1.1.1"], &[]), "9.9.9.9");
        assert_eq!(found("10.0.0.1", &["1.1.1.1"], &["10.0.0.0/8"]), "1.1.1.1");
        assert_eq!(found("10.0.0.1", &["6.6.6.6, 1.1.1.1, 10.0.0.2"], &["10.0.0.0/8"]), "1.1.1.1");
        assert_eq!(found("10.0.0.1", &["6.6.6.6", "1.1.1.1"], &["10.0.0.0/8"]), "1.1.1.1");
        assert_eq!(found("10.0.0.1", &["6.6.6.6, nonsense"], &["10.0.0.0/8"]), "10.0.0.1");
        assert_eq!(found("::ffff:10.0.0.1", &["1.1.1.1"], &["10.0.0.0/8"]), "1.1.1.1");
    }

    #[test]
    fn an_ipv6_network_is_one_subscriber() {
        let of = |text: &str| subscriber(text.parse().expect("an address")).to_string();
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(of("::ffff:1.2.3.4"), "1.2.3.4");
    }

    proptest! {
        #[test]
        fn no_header_panics_or_moves_an_untrusted_peer(forwarded in "[ -~]{0,60}") {
            let mut headers = HeaderMap::new();
            headers.append("x-forwarded-for", forwarded.parse().expect("visible text is a header's value"));
            let peer = IpAddr::from([9, 9, 9, 9]);
            let net: IpNet = "9.9.9.0/24".parse().expect("a network");
            prop_assert_eq!(client(peer, &headers, &[]), peer);
            let _ = client(peer, &headers, &[net]);
        }
    }
}
