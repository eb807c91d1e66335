//! The file as a whole: every key it may hold, and what holds between them.

use super::reader::{Reader, Table, Value, Wrong};
use super::{
    Bot, Channel, Config, Draft, Fault, LogFormat, Secret, User, Webhook, bot, channel, limits, oidc, page, site,
};
use ipnet::IpNet;
use jiff::SpanRelativeTo;
use std::collections::HashSet;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use toml::de::DeValue;
use url::Url;

const HOUR: u64 = 3600;

pub(super) fn read(text: &str) -> Result<Draft, Vec<Fault>> {
    let mut reader = Reader::new(text);
    let document = reader.document();
    let draft = read_root(&mut reader, Table::root(&document));
    let mut faults = reader.faults;
    faults.sort_by_key(|fault| (fault.line, fault.column));
    if faults.is_empty() { Ok(draft) } else { Err(faults) }
}

fn read_root(reader: &mut Reader<'_>, mut root: Table<'_, '_>) -> Draft {
    let listen = root.get::<Listen>(reader, "listen");
    let limits = root.table(reader, "limits");
    let channels = read_channels(reader, &mut root);
    let sites = read_sites(reader, &mut root, &channels);
    let webhooks = read_webhooks(reader, &mut root, &sites);
    let oidc = root.table(reader, "oidc").and_then(|table| oidc::read(reader, table, &sites));
    let config = Config {
        listen: listen.map_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8080)), |listen| listen.0),
        public_url: root.get::<PublicUrl>(reader, "public_url").map(|url| url.0),
        data_dir: root.get::<String>(reader, "data_dir").map_or_else(|| PathBuf::from("data"), PathBuf::from),
        secret: Secret::empty(),
        token_ttl: lifetime(reader, &mut root, "visitor_token_ttl", 24 * HOUR),
        issued_token_ttl: lifetime(reader, &mut root, "token_ttl", 12 * HOUR),
        limits: limits::read(reader, limits),
        trusted_proxies: root.list::<Proxy>(reader, "trusted_proxies").map(unwrap_proxies).unwrap_or_default(),
        assets: root.get::<String>(reader, "assets").map(PathBuf::from),
        log: root.get(reader, "log").unwrap_or_default(),
        app_tokens: root.list::<AppToken>(reader, "app_tokens").into_iter().flatten().map(|token| token.0).collect(),
        users: read_users(reader, &mut root, &sites),
        oidc: oidc.map(Arc::new),
        channels,
        sites,
        bots: read_bots(reader, &mut root),
        webhooks,
        pages: read_pages(reader, &mut root),
    };
    let secret = root.get::<Secret>(reader, "secret");
    let secret_file = root.get::<String>(reader, "secret_file").map(PathBuf::from);
    if secret.is_some() && secret_file.is_some() {
        let place = root.place("secret_file");
        reader.fault(&place, "both `secret` and `secret_file` are set".to_owned(), "keep one of them");
    }
    root.end(reader);
    Draft { config, secret, secret_file }
}

fn lifetime(reader: &mut Reader<'_>, root: &mut Table<'_, '_>, key: &'static str, seconds: u64) -> Duration {
    root.get::<Lifetime>(reader, key).map_or(Duration::from_secs(seconds), |lifetime| lifetime.0)
}

fn read_bots(reader: &mut Reader<'_>, root: &mut Table<'_, '_>) -> Vec<Arc<Bot>> {
    let mut bots: Vec<Arc<Bot>> = Vec::new();
    for table in root.tables(reader, "bot") {
        let place = table.place("name");
        let Some(bot) = bot::read(reader, table) else { continue };
        if bots.iter().any(|other| other.name == bot.name) {
            reader.fault(&place, format!("the bot `{}` is there twice", bot.name), "give each its own name");
        }
        bots.push(Arc::new(bot));
    }
    bots
}

fn read_webhooks(reader: &mut Reader<'_>, root: &mut Table<'_, '_>, sites: &[site::Site]) -> Vec<Arc<Webhook>> {
    let mut webhooks: Vec<Arc<Webhook>> = Vec::new();
    for table in root.tables(reader, "webhook") {
        let (name, site) = (table.place("name"), table.place("site"));
        let Some(webhook) = bot::read_webhook(reader, table) else { continue };
        if webhooks.iter().any(|other| other.name == webhook.name) {
            reader.fault(&name, format!("the webhook `{}` is there twice", webhook.name), "give each its own name");
        }
        if !sites.iter().any(|known| known.key == webhook.site) {
            reader.fault(&site, format!("there is no site `{}`", webhook.site), "name a [[site]]'s key");
        }
        webhooks.push(Arc::new(webhook));
    }
    webhooks
}

fn read_channels(reader: &mut Reader<'_>, root: &mut Table<'_, '_>) -> Vec<Arc<Channel>> {
    let (mut ids, mut names) = (HashSet::new(), HashSet::new());
    let mut channels = Vec::new();
    for table in root.tables(reader, "channel") {
        let places = (table.place("id"), table.place("name"));
        let Some(channel) = channel::read(reader, table) else { continue };
        if !ids.insert(channel.id) {
            reader.fault(&places.0, format!("the channel id {} is used twice", channel.id), "give each its own id");
        }
        if !names.insert(channel.name.clone()) {
            let what = format!("the channel `{}` is there twice", channel.name);
            reader.fault(&places.1, what, "give each its own name");
        }
        channels.push(Arc::new(channel));
    }
    channels
}

fn read_users(reader: &mut Reader<'_>, root: &mut Table<'_, '_>, sites: &[site::Site]) -> Vec<User> {
    let mut names = HashSet::new();
    let mut users = Vec::new();
    for table in root.tables(reader, "user") {
        let places = (table.place("name"), table.place("site"));
        let Some(user) = channel::read_user(reader, table) else { continue };
        if !names.insert(user.name.clone()) {
            reader.fault(&places.0, format!("the user `{}` is there twice", user.name), "give each their own name");
        }
        if !sites.iter().any(|site| site.key == user.site) {
            reader.fault(&places.1, format!("there is no site `{}`", user.site), "name the key of a [[site]]");
        }
        users.push(user);
    }
    users
}

fn read_sites(reader: &mut Reader<'_>, root: &mut Table<'_, '_>, channels: &[Arc<Channel>]) -> Vec<site::Site> {
    let tables = root.tables(reader, "site");
    if tables.is_empty() {
        let cure = "add [[site]] with its `key` and `origins`";
        reader.fault(&(0..0), "there is no site".to_owned(), cure);
    }
    let mut keys = HashSet::new();
    let mut sites = Vec::new();
    for table in tables {
        let place = table.place("key");
        let Some(site) = site::read(reader, table, channels) else { continue };
        if !keys.insert(site.key.clone()) {
            reader.fault(&place, format!("the site key `{}` is used twice", site.key), "give each site its own key");
        }
        sites.push(site);
    }
    sites
}

fn read_pages(reader: &mut Reader<'_>, root: &mut Table<'_, '_>) -> Vec<page::Page> {
    let mut paths = HashSet::new();
    let mut pages = Vec::new();
    for table in root.tables(reader, "page") {
        let place = table.place("path");
        let Some(page) = page::read(reader, table) else { continue };
        if !paths.insert(page.path.clone()) {
            let what = format!("the path `{}` is used twice", page.path);
            reader.fault(&place, what, "serve one directory under each path");
        }
        pages.push(page);
    }
    pages
}

struct AppToken(Secret);

impl Value for AppToken {
    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        String::read(value).map(|token| Self(Secret::of_user(token)))
    }
}

struct Listen(SocketAddr);

impl Value for Listen {
    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let cure = "write address and port, as in \"127.0.0.1:8080\" or \"[::]:8080\"";
        let text = value.as_str().ok_or_else(|| Wrong::kind(value, "an address", cure))?;
        text.parse().map(Self).map_err(|_| Wrong::new(format!("holds \"{text}\", which is no address"), cure))
    }
}

struct PublicUrl(String);

impl Value for PublicUrl {
    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let text = String::read(value)?;
        let url = Url::parse(&text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        match url.filter(|url| url.query().is_none() && url.fragment().is_none()) {
            Some(url) => Ok(Self(url.as_str().trim_end_matches('/').to_owned())),
            None => Err(Wrong::new("is no web address", "write it as in \"https://gateway.example\"")),
        }
    }
}

pub(super) struct Lifetime(pub(super) Duration);

/// Reads `"90s"`, `"12h"` or `"30d"`; a day is 24 hours.
pub(crate) fn parse_lifetime(text: &str) -> Option<Duration> {
    let span: jiff::Span = text.parse().ok()?;
    let duration = span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?;
    Duration::try_from(duration).ok().filter(|duration| *duration >= Duration::from_secs(1))
}

impl Value for Lifetime {
    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let cure = "write it as in \"90s\", \"15m\", \"12h\" or \"30d\"";
        let text = value.as_str().ok_or_else(|| Wrong::kind(value, "a lifetime", cure))?;
        parse_lifetime(text)
            .map(Self)
            .ok_or_else(|| Wrong::new(format!("holds \"{text}\", which is no lifetime"), cure))
    }
}

struct Proxy(IpNet);

fn unwrap_proxies(proxies: Vec<Proxy>) -> Vec<IpNet> {
    proxies.into_iter().map(|proxy| proxy.0).collect()
}

impl Value for Proxy {
    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let cure = "write an address or a network, as in \"10.0.0.7\" or \"10.0.0.0/8\"";
        let text = value.as_str().ok_or_else(|| Wrong::kind(value, "an address", cure))?;
        let net = text.parse().ok().or_else(|| text.parse::<std::net::IpAddr>().ok().map(IpNet::from));
        net.map(Self).ok_or_else(|| Wrong::new(format!("holds \"{text}\", which is no address"), cure))
    }
}

impl Value for LogFormat {
    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        match value.as_str() {
            Some("json") => Ok(Self::Json),
            Some("pretty") => Ok(Self::Pretty),
            _ => Err(Wrong::new("is none of its choices", "choose one of: \"json\" \"pretty\"")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const EXAMPLE: &str = include_str!("../../docent.example.toml");

    fn faults(text: &str) -> Vec<String> {
        match read(text) {
            Ok(_) => Vec::new(),
            Err(faults) => faults.iter().map(ToString::to_string).collect(),
        }
    }

    #[test]
    fn the_example_is_in_order_and_names_every_key() {
        let draft = read(EXAMPLE).expect("in order");
        assert_eq!(draft.sites().len(), 2);
        let commented_in: String = EXAMPLE.lines().map(|line| line.strip_prefix("#= ").unwrap_or(line)).fold(
            String::new(),
            |mut text, line| {
                text.push_str(line);
                text.push('\n');
                text
            },
        );
        assert_eq!(faults(&commented_in), Vec::<String>::new(), "a key that is commented out is wrong");
    }

    #[test]
    fn every_fault_is_told_with_its_place_and_cure() {
        let text = r#"listen = "localhost"
public_ulr = "https://x.example"
log = 3

[[site]]
key = "a b"
orgins = ["http://localhost:*"]
navigation = "always"
api_timeout_ms = 0

[[site]]
key = "shop"
origins = ["https://shop.example", "https://shop.example/path", 7]

[limits]
visitor = { per_second = 0, burst = 1 }
"#;
        insta::assert_snapshot!(faults(text).join("\n"), @r#"
        1:10: `listen` holds "localhost", which is no address; write address and port, as in "127.0.0.1:8080" or "[::]:8080"
        2:1: unknown key `public_ulr`; did you mean `public_url`?
        3:7: `log` is none of its choices; choose one of: "json" "pretty"
        5:1: `site.origins` is missing; list where the site's pages are served from, as in `origins = ["https://shop.example"]`
        6:7: `site.key` is no site key; use 1 to 64 letters, digits, `-`, `_` or `.`
        7:1: unknown key `site.orgins`; did you mean `origins`?
        8:14: `site.navigation` is none of its choices; choose one of: "ask" "auto"
        9:18: `site.api_timeout_ms` is out of bounds; write a whole number from 1 to 300000, without quotes
        13:36: `site.origins` holds "https://shop.example/path", which is no origin; write scheme and host as in "https://shop.example" or "http://localhost:*", without a path
        13:65: `site.origins` must be an origin, not an integer; write scheme and host as in "https://shop.example" or "http://localhost:*", without a path
        16:11: `limits.visitor` is no rate; write { per_second = 50, burst = 500 } or "off"
        "#);
    }

    #[test]
    fn a_syntax_error_does_not_hide_the_others() {
        let found = faults("listen = \nlog = \"loud\"\n[[site]]\nkey = \"a\"\norigins = [\"https://a.example\"]\n");
        assert!(found.iter().any(|fault| fault.starts_with("1:") && fault.contains("no TOML")), "{found:?}");
        assert!(found.iter().any(|fault| fault.starts_with("2:7: `log`")), "{found:?}");
    }

    #[test]
    fn keys_and_paths_are_unique() {
        let site = "[[site]]\nkey = \"a\"\norigins = [\"https://a.example\"]\n";
        assert!(faults(&format!("{site}{site}")).iter().any(|fault| fault.starts_with("5:7: the site key `a`")));
        let page = "[[page]]\npath = \"/x\"\ndir = \"d\"\n[[page]]\npath = \"/x/\"\ndir = \"d\"\n";
        assert!(faults(&format!("{site}{page}")).iter().any(|fault| fault.contains("`/x/` is used twice")));
    }

    #[test]
    fn a_lifetime_has_a_unit() {
        assert_eq!(parse_lifetime("30d"), Some(Duration::from_secs(30 * 24 * HOUR)));
        assert_eq!(parse_lifetime("90s"), Some(Duration::from_secs(90)));
        for wrong in ["", "90", "-1h", "0s", "soon", "1 fortnight"] {
            assert_eq!(parse_lifetime(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_policy_is_what_the_widget_reads() {
        let text =
            "[[site]]\nkey = \"a\"\norigins = [\"https://a.example\"]\nmask = [\".a\", \"#b\"]\nco_browse = \"off\"\n";
        let draft = read(text).expect("in order");
        assert_eq!(
            draft.sites().first().map(site::Site::policy_json),
            Some(
                "{\"navigation\":\"ask\",\"coBrowse\":\"off\",\"callable\":null,\"apiTimeoutMs\":10000,\
                 \"mask\":\".a, #b\",\"unmask\":\"\",\"block\":\"\",\"maskAllText\":false,\"pause\":\"\",\
                 \"pausePages\":\"\",\"infoResponse\":false}"
            )
        );
    }

    proptest! {
        #[test]
        fn no_text_panics_and_every_fault_lies_inside_it(text in "([a-z_]{1,8}( = )?[\\[\\]\"{}0-9a-z:/*.]{0,12}\n?){0,12}") {
            if let Err(faults) = read(&text) {
                prop_assert!(!faults.is_empty());
                for fault in faults {
                    prop_assert!(fault.line >= 1 && fault.line <= text.lines().count() + 1);
                }
            }
        }

        #[test]
        fn a_damaged_example_never_panics(cut in 0..EXAMPLE.len(), byte in any::<u8>()) {
            let mut bytes = EXAMPLE.as_bytes().to_vec();
            bytes[cut] = byte;
            let _ = read(&String::from_utf8_lossy(&bytes));
        }
    }
}
