use super::*;
use crate::config::{Draft, Secret};
use crate::store::UserId;
use crate::store::embedded::Embedded;
use jiff::ToSpan;
use serde_json::json;
use std::sync::Mutex;

/// Variables over a real store, with a clock that stands until it is moved.
struct Bench {
    variables: Variables,
    store: Arc<dyn Store>,
    now: Arc<Mutex<Timestamp>>,
    _dir: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let store: Arc<dyn Store> = Arc::new(Embedded::open(dir.path(), Arc::new(|_, _| {})).expect("opens"));
        let sites = "[[site]]\nkey = \"demo\"\norigins = [\"https://a.example\"]\nvariable_ttl = \"1h\"\n\
                     [[site]]\nkey = \"other\"\norigins = [\"https://b.example\"]\n";
        let secret = Secret::new("s".repeat(32)).expect("long enough");
        let config = Arc::new(Draft::parse(sites).expect("a configuration").with_secret(secret));
        let now = Arc::new(Mutex::new("2026-01-01T00:00:00Z".parse().expect("a time")));
        let clock = now.clone();
        let clock: Clock = Arc::new(move || *clock.lock().expect("a lock"));
        Self { variables: Variables::new(store.clone(), config, clock), store, now, _dir: dir }
    }

    fn pass(&self, span: jiff::Span) {
        let mut now = self.now.lock().expect("a lock");
        *now = now.checked_add(span).expect("a time");
    }

    async fn put(&self, owner: Owner, key: &str, value: Value, ttl: Value) -> Result<Variable, Refusal> {
        self.variables.put(owner, key, &value, Ttl::read(Some(&ttl))?).await
    }

    async fn get(&self, owner: Owner, key: &str) -> Option<Value> {
        let variable = self.variables.get(owner, key).await.expect("read")?;
        Some(serde_json::from_str(&variable.value).expect("JSON"))
    }
}

fn user(n: u8) -> UserId {
    UserId(ConversationId::from_bytes([n; 16]))
}

fn owner(scope: Scope) -> Owner {
    scope.owner(SiteKey::new("demo"), "travel", user(1))
}

#[tokio::test]
async fn the_documented_example_puts_and_gets() {
    let bench = Bench::new();
    bench.put(owner(Scope::Bot), "topicSessionVariable", json!("music"), json!(2000)).await.expect("put");
    bench.put(owner(Scope::UserSession), "firstName", json!("Mary"), json!(20000)).await.expect("put");
    assert_eq!(bench.get(owner(Scope::Bot), "topicSessionVariable").await, Some(json!("music")));
    assert_eq!(bench.get(owner(Scope::UserSession), "firstName").await, Some(json!("Mary")));
    bench.pass(2000.minutes());
    assert_eq!(bench.get(owner(Scope::Bot), "topicSessionVariable").await, None);
    assert_eq!(bench.get(owner(Scope::UserSession), "firstName").await, Some(json!("Mary")));
}

#[tokio::test]
async fn a_value_is_there_until_its_last_millisecond_and_never_after() {
    let bench = Bench::new();
    for ttl in [json!(10), json!("10")] {
        bench.put(owner(Scope::BotUserSession), "Company", json!({"name": "Kore.ai"}), ttl).await.expect("put");
        bench.pass(599_999.milliseconds());
        assert!(bench.get(owner(Scope::BotUserSession), "Company").await.is_some());
        bench.pass(1.milliseconds());
        assert_eq!(bench.get(owner(Scope::BotUserSession), "Company").await, None);
        assert_eq!(bench.variables.all(owner(Scope::BotUserSession)).await.expect("read"), Map::new());
        let gone = bench.variables.delete(owner(Scope::BotUserSession), "Company").await;
        assert_eq!(gone, Ok(false), "what has expired is not there to be deleted");
    }
}

#[tokio::test]
async fn a_missing_ttl_is_the_sites_default() {
    let bench = Bench::new();
    bench.put(owner(Scope::UserSession), "a", json!(1), Value::Null).await.expect("put");
    bench.pass(3_599_999.milliseconds());
    assert_eq!(bench.get(owner(Scope::UserSession), "a").await, Some(json!(1)));
    bench.pass(1.milliseconds());
    assert_eq!(bench.get(owner(Scope::UserSession), "a").await, None);
    let other = Scope::UserSession.owner(SiteKey::new("other"), "travel", user(1));
    bench.put(other.clone(), "a", json!(1), Value::Null).await.expect("put");
    bench.pass(719.hours());
    assert_eq!(bench.get(other, "a").await, Some(json!(1)), "without a setting it is 30 days");
}

#[tokio::test]
async fn delete_removes_a_root_key() {
    let bench = Bench::new();
    let session = owner(Scope::BotUserSession);
    bench.put(session.clone(), "Company", json!({"name": "Kore.ai"}), json!(10)).await.expect("put");
    bench.put(session.clone(), "Address", json!({"location": "Hyd"}), json!(10)).await.expect("put");
    assert_eq!(bench.variables.delete(session.clone(), "Company").await, Ok(true));
    assert_eq!(bench.get(session.clone(), "Company").await, None);
    assert_eq!(bench.get(session, "Address").await, Some(json!({"location": "Hyd"})));
}

#[tokio::test]
async fn a_dotted_key_is_refused_with_the_right_way() {
    let bench = Bench::new();
    let session = owner(Scope::BotUserSession);
    let dotted = Refusal::Dotted("Company.name".to_owned());
    assert!(dotted.to_string().contains("delete context.session.SCOPE.Company.name"), "{dotted}");
    assert!(dotted.to_string().contains("use `Company`"), "{dotted}");
    assert_eq!(
        bench.variables.get(session.clone(), "Company.name").await,
        Err(Refusal::Dotted("Company.name".to_owned()))
    );
    assert_eq!(bench.variables.delete(session.clone(), "Company.name").await, Err(dotted));
    let put = bench.put(session, "Company.Address", json!({}), json!(1)).await;
    assert_eq!(put, Err(Refusal::Dotted("Company.Address".to_owned())));
}

#[tokio::test]
async fn an_inner_value_is_deleted_and_the_expiry_stays() {
    let bench = Bench::new();
    let session = owner(Scope::BotUserSession);
    let company = json!({"name": "Kore.ai", "at": {"city": "Hyd", "n": [1, 2, 3]}});
    bench.put(session.clone(), "Company", company, json!(10)).await.expect("put");
    let remove = async |path: &[&str]| {
        let path = path.iter().map(ToString::to_string).collect();
        bench.variables.delete_inside(session.clone(), "Company", path).await.expect("deleted")
    };
    bench.pass(9.minutes());
    assert!(remove(&["name"]).await && remove(&["at", "city"]).await && remove(&["at", "n", "1"]).await);
    assert!(!remove(&["name"]).await && !remove(&[]).await && !remove(&["at", "city", "x"]).await);
    assert_eq!(bench.get(session.clone(), "Company").await, Some(json!({"at": {"n": [1, null, 3]}})));
    bench.pass(1.minutes());
    assert_eq!(bench.get(session.clone(), "Company").await, None);
}

#[tokio::test]
async fn the_user_context_is_read_only() {
    let bench = Bench::new();
    assert_eq!(bench.put(owner(Scope::User), "firstName", json!("x"), json!(1)).await, Err(Refusal::ReadOnly));
    assert_eq!(bench.variables.delete(owner(Scope::User), "firstName").await, Err(Refusal::ReadOnly));
}

/// What each border separates, and that it separates nothing else.
#[tokio::test]
async fn no_border_can_be_crossed() {
    let bench = Bench::new();
    let sites = ["demo", "other"].map(SiteKey::new);
    for scope in [Scope::Enterprise, Scope::Bot, Scope::UserSession, Scope::BotUserSession] {
        let mine = scope.owner(sites[0].clone(), "travel", user(1));
        bench.put(mine.clone(), "k", json!("mine"), json!(10)).await.expect("put");
        for site in &sites {
            for bot in ["travel", "bank", "travel\0", ""] {
                for user in [user(1), user(2)] {
                    let theirs = scope.owner(site.clone(), bot, user);
                    let seen = bench.get(theirs.clone(), "k").await;
                    assert_eq!(seen, (theirs == mine).then(|| json!("mine")), "{scope:?} {site} {bot} {user}");
                }
            }
        }
        let shared_by_bots = !scope.is_bots();
        assert_eq!(mine == scope.owner(sites[0].clone(), "bank", user(1)), shared_by_bots);
        let shared_by_users = matches!(scope, Scope::Enterprise | Scope::Bot);
        assert_eq!(mine == scope.owner(sites[0].clone(), "travel", user(2)), shared_by_users);
        assert_ne!(mine, scope.owner(sites[1].clone(), "travel", user(1)), "tenants share nothing");
    }
    for scope in [Scope::Enterprise, Scope::Bot, Scope::UserSession, Scope::BotUserSession] {
        bench.variables.delete(scope.owner(sites[1].clone(), "bank", user(2)), "k").await.expect("deleted");
        assert_eq!(bench.get(owner(scope), "k").await, Some(json!("mine")), "{scope:?}");
    }
}

#[tokio::test]
async fn keys_values_and_their_number_have_limits() {
    let bench = Bench::new();
    let bot = owner(Scope::Bot);
    for key in ["", "a\nb", &"k".repeat(KEY_BYTES + 1)] {
        assert_eq!(bench.put(bot.clone(), key, json!(1), json!(1)).await, Err(Refusal::Key));
    }
    let long = json!("v".repeat(VALUE_BYTES));
    assert_eq!(bench.put(bot.clone(), "k", long, json!(1)).await, Err(Refusal::Value("k".to_owned())));
    bench.put(bot.clone(), "k", json!("v".repeat(VALUE_BYTES - 2)), json!(1)).await.expect("just fits");
    for n in 1..KEYS {
        bench.put(bot.clone(), &format!("k{n}"), json!(n), json!(1)).await.expect("fits");
    }
    assert_eq!(bench.put(bot.clone(), "one more", json!(1), json!(1)).await, Err(Refusal::Full(KEYS)));
    bench.put(bot.clone(), "k1", json!("again"), json!(1)).await.expect("a key that is there fits");
    let other = Scope::Bot.owner(SiteKey::new("demo"), "bank", user(1));
    bench.put(other, "k", json!(1), json!(1)).await.expect("another's are not counted");
    bench.pass(1.minutes());
    bench.put(bot, "one more", json!(1), json!(1)).await.expect("what has expired is not counted");
}

#[tokio::test]
async fn what_has_expired_is_swept() {
    let bench = Bench::new();
    for n in 0..10 {
        bench.put(owner(Scope::Bot), &format!("k{n}"), json!(n), json!(if n < 7 { 1 } else { 2 })).await.expect("put");
    }
    bench.pass(1.minutes());
    let now = (bench.variables.clock)();
    assert_eq!(bench.store.sweep_variables(now, 3).await, Ok(3));
    assert_eq!(bench.variables.sweep().await, Ok(4));
    assert_eq!(bench.variables.sweep().await, Ok(0));
    assert_eq!(bench.variables.all(owner(Scope::Bot)).await.expect("read").len(), 3);
}
