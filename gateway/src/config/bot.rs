//! A bot: a script, and what it may use.

use super::reader::{Number, Reader, Table, Value, Wrong};
use super::secret::WebhookSecret;
use super::site::SiteKey;
use crate::bot::engine::Limits;
use crate::bot::webhook::Kind;
use serde_json::Map;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use toml::de::DeValue;
use url::Url;

const MIB: u64 = 1024 * 1024;

/// A bot whose script runs here.
#[derive(Clone, Debug)]
pub struct Bot {
    /// Its name: channels name it, visitors see it.
    pub name: Arc<str>,
    /// Its script.
    pub script: PathBuf,
    /// The hosts `fetch` reaches, as `host` (https) or `scheme://host:port`.
    pub hosts: Vec<Host>,
    /// `_tenant_`; the site's key where there is none.
    pub tenant: Option<String>,
    /// `_labels_`.
    pub labels: Map<String, serde_json::Value>,
    /// What one call of its script may use.
    pub limits: Limits,
}

/// Where `fetch` may go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host(url::Origin);

impl Host {
    /// Whether this address lies there.
    pub fn allows(&self, url: &Url) -> bool {
        url.origin() == self.0
    }
}

impl Value for Host {
    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let text = String::read(value)?;
        let full = if text.contains("://") { text.clone() } else { format!("https://{text}") };
        let url = Url::parse(&full).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.path() == "/");
        let cure = "write \"api.example\" (https), or scheme and host as in \"http://localhost:9000\"";
        url.map(|url| Self(url.origin())).ok_or_else(|| Wrong::new(format!("holds \"{text}\", which is no host"), cure))
    }
}

struct Name(String);

impl Value for Name {
    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let name = String::read(value)?;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        match (1..=64).contains(&name.len()) && name.bytes().all(plain) {
            true => Ok(Self(name)),
            false => Err(Wrong::new("is no name", "use 1 to 64 letters, digits, `-` or `_`")),
        }
    }
}

pub(super) fn read(reader: &mut Reader<'_>, mut table: Table<'_, '_>) -> Option<Bot> {
    let name = table.require::<Name>(reader, "name", "name the bot, as in `name = \"helper\"`");
    let dir = table.require::<String>(reader, "dir", "say where its script is, as in `dir = \"bots\"`");
    let hosts = table.list::<Host>(reader, "hosts").unwrap_or_default();
    let tenant = table.get::<String>(reader, "tenant");
    let labels = table.table(reader, "labels").map(|labels| labels.entries::<String>(reader)).unwrap_or_default();
    let standard = Limits::default();
    let memory = table.get::<Number<1, 256>>(reader, "memory_mb");
    let time = table.get::<Number<1, 60_000>>(reader, "time_ms");
    let patience = table.get::<Number<1, 600>>(reader, "patience_s");
    table.end(reader);
    let limits = Limits {
        memory: memory.map_or(standard.memory, |mb| usize::try_from(mb.0 * MIB).unwrap_or(standard.memory)),
        time: time.map_or(standard.time, |ms| Duration::from_millis(ms.0)),
        patience: patience.map_or(standard.patience, |s| Duration::from_secs(s.0)),
        ..standard
    };
    let name = name?.0;
    let script = PathBuf::from(dir?).join(format!("{name}.js"));
    let labels = labels.into_iter().map(|(key, _, label)| (key, label.into())).collect();
    Some(Bot { name: name.into(), script, hosts, tenant, labels, limits })
}

/// Who is told, elsewhere, of what happens on a site.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// Its name, in logs and in lists.
    pub name: Arc<str>,
    /// Of which site.
    pub site: SiteKey,
    /// Where it listens.
    pub url: Url,
    /// What its messages are signed with; from the environment where it is `None`.
    pub secret: Option<WebhookSecret>,
    /// What it is told of.
    pub kinds: Vec<Kind>,
    /// How often it is tried before it is given up.
    pub attempts: u32,
    /// How long the first wait is before it is tried again.
    pub first_wait: Duration,
}

struct Address(Url);

impl Value for Address {
    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let text = String::read(value)?;
        let url = Url::parse(&text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let cure = "write it as in \"https://crm.example/docent\"";
        url.map(Self).ok_or_else(|| Wrong::new(format!("holds \"{text}\", which is no web address"), cure))
    }
}

impl Value for Kind {
    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let names = Kind::ALL.map(|kind| format!("\"{}\"", kind.as_str())).join(" ");
        let kind = value.as_str().and_then(Kind::parse);
        kind.ok_or_else(|| Wrong::new("is none of its choices", format!("choose of: {names}")))
    }
}

pub(super) fn read_webhook(reader: &mut Reader<'_>, mut table: Table<'_, '_>) -> Option<Webhook> {
    let name = table.require::<Name>(reader, "name", "name the webhook, as in `name = \"crm\"`");
    let site = table.require::<SiteKey>(reader, "site", "name the site, as in `site = \"shop\"`");
    let url =
        table.require::<Address>(reader, "url", "say where it listens, as in `url = \"https://crm.example/docent\"`");
    let secret = table.get::<WebhookSecret>(reader, "secret");
    let kinds = table.list::<Kind>(reader, "events").unwrap_or_else(|| Kind::ALL.to_vec());
    let attempts = table.get::<Number<1, 20>>(reader, "attempts").map_or(8, |number| number.0);
    let first_wait = table.get::<Number<1, 3_600_000>>(reader, "first_wait_ms").map_or(5_000, |number| number.0);
    table.end(reader);
    let attempts = u32::try_from(attempts).unwrap_or(8);
    let first_wait = Duration::from_millis(first_wait);
    Some(Webhook { name: name?.0.into(), site: site?, url: url?.0, secret, kinds, attempts, first_wait })
}
