//! A site and what its policy lets agents and bots do.

use super::channel::Channel;
use super::file::Lifetime;
use super::origin::{OriginPattern, WebOrigin};
use super::reader::{Number, Reader, Table, Value, Wrong};
use serde::Serialize;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use toml::de::DeValue;

const MONTH: Duration = Duration::from_secs(30 * 24 * 3600);

/// The public name of a site, as it stands in its pages' script tag.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SiteKey(Arc<str>);

impl SiteKey {
    /// A key.
    pub fn new(key: &str) -> Self {
        Self(key.into())
    }

    /// The key as it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SiteKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl Value for SiteKey {
    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let key = String::read(value)?;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        match !key.is_empty() && key.len() <= 64 && key.bytes().all(plain) {
            true => Ok(Self::new(&key)),
            false => Err(Wrong::new("is no site key", "use 1 to 64 letters, digits, `-`, `_` or `.`")),
        }
    }
}

/// A site that embeds the widget.
#[derive(Clone, Debug)]
pub struct Site {
    /// Its key.
    pub key: SiteKey,
    /// What people call it.
    pub name: String,
    /// The origins its pages are served from.
    pub origins: Vec<OriginPattern>,
    /// What agents and bots may do there.
    pub policy: Policy,
    /// How long a variable lasts that is stored without a time to live.
    pub variable_ttl: Duration,
    /// What the site is called in the addresses of session data.
    pub portal: String,
    /// What its visitors go through.
    pub channel: Option<Arc<Channel>>,
    policy_json: Arc<str>,
}

impl Site {
    /// Whether this site's pages are served from this origin (an `Origin` header's text).
    pub fn allows_origin(&self, origin: &str) -> bool {
        WebOrigin::parse(origin).is_some_and(|origin| self.origins.iter().any(|pattern| pattern.allows(&origin)))
    }

    /// The policy as the widget gets it in `hello.site` (ARCHITECTURE.md, "POLICY"): one JSON object's text.
    pub fn policy_json(&self) -> &str {
        &self.policy_json
    }
}

/// What agents and bots may do on a site's pages.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Policy {
    /// Whether the visitor is asked before a navigation.
    pub navigation: Navigation,
    /// Whether the page may be shared.
    pub co_browse: CoBrowse,
    /// The functions of `window.pzl.api` that may be called; all where it is `None`.
    pub callable: Option<Vec<String>>,
    /// How long such a function may take, in milliseconds.
    pub api_timeout_ms: u64,
    /// CSS selectors of what is masked beside the defaults; empty for none.
    pub mask: String,
    /// CSS selectors of what is shown although it would be masked.
    pub unmask: String,
    /// CSS selectors of what leaves the page as an empty box.
    pub block: String,
    /// Whether every text is masked.
    pub mask_all_text: bool,
    /// CSS selectors of what pauses the mirror while it is in the page.
    pub pause: String,
    /// Paths of pages that pause it, spaces between them; `*` stands for anything.
    pub pause_pages: String,
    /// Whether requests are answered with `infoResponse`.
    pub info_response: bool,
}

macro_rules! choices {
    ($($(#[doc = $doc:literal])* $Name:ident { $($(#[doc = $vdoc:literal])* $Variant:ident = $word:literal,)* })*) => {$(
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
        #[serde(rename_all = "lowercase")]
        pub enum $Name { $($(#[doc = $vdoc])* $Variant,)* }

        impl Value for $Name {
            fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
                match value.as_str() {
                    $(Some($word) => Ok(Self::$Variant),)*
                    _ => Err(Wrong::new("is none of its choices", concat!("choose one of:", $(" \"", $word, "\"",)*))),
                }
            }
        }
    )*};
}

choices! {
    /// Whether the visitor is asked before a navigation.
    Navigation {
        /// They are.
        Ask = "ask",
        /// They are not.
        Auto = "auto",
    }

    /// Whether the page may be shared.
    CoBrowse {
        /// After the visitor agreed.
        Ask = "ask",
        /// Whenever an agent starts it.
        Auto = "auto",
        /// Never.
        Off = "off",
    }
}

/// One selector or a list of them.
struct Selectors(String);

impl Value for Selectors {
    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let Some(list) = value.as_array() else {
            return String::read(value).map(Self);
        };
        let selectors: Result<Vec<_>, _> = list.iter().map(|one| String::read(one.get_ref())).collect();
        Ok(Self(selectors?.join(", ")))
    }
}

/// A page's path, in which `*` stands for anything.
struct PathPattern(String);

impl Value for PathPattern {
    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let path = String::read(value)?;
        if path.starts_with('/') && !path.contains(char::is_whitespace) {
            return Ok(Self(path));
        }
        Err(Wrong::new("is no path of a page", "write a path as in `/checkout/*`, without spaces"))
    }
}

pub(super) fn read(reader: &mut Reader<'_>, mut table: Table<'_, '_>, channels: &[Arc<Channel>]) -> Option<Site> {
    let key = table.require::<SiteKey>(reader, "key", "give the site a key, as in `key = \"shop\"`");
    let name = table.get::<String>(reader, "name");
    let place = table.place("origins");
    let origins = table.list::<OriginPattern>(reader, "origins");
    if origins.is_none() {
        let cure = "list where the site's pages are served from, as in `origins = [\"https://shop.example\"]`";
        reader.fault(&place, "`site.origins` is missing".to_owned(), cure);
    }
    let mut selectors = |key| table.get::<Selectors>(reader, key).map(|selectors| selectors.0).unwrap_or_default();
    let (mask, unmask, block) = (selectors("mask"), selectors("unmask"), selectors("block"));
    let pause = selectors("pause");
    let pause_pages = table.list::<PathPattern>(reader, "pause_pages").unwrap_or_default();
    let policy = Policy {
        navigation: table.get(reader, "navigation").unwrap_or(Navigation::Ask),
        co_browse: table.get(reader, "co_browse").unwrap_or(CoBrowse::Ask),
        callable: table.list(reader, "callable"),
        api_timeout_ms: table.get::<Number<1, 300_000>>(reader, "api_timeout_ms").map_or(10_000, |number| number.0),
        mask,
        unmask,
        block,
        mask_all_text: table.get(reader, "mask_all_text").unwrap_or(false),
        pause,
        pause_pages: pause_pages.into_iter().map(|path| path.0).collect::<Vec<_>>().join(" "),
        info_response: table.get(reader, "info_response").unwrap_or(false),
    };
    let variable_ttl = table.get::<Lifetime>(reader, "variable_ttl").map_or(MONTH, |lifetime| lifetime.0);
    let portal = table.get::<SiteKey>(reader, "portal");
    let place = table.place("channel");
    let named = table.get::<String>(reader, "channel");
    let channel = named.as_ref().and_then(|name| channels.iter().find(|channel| channel.name == *name));
    if let (Some(name), None) = (&named, channel) {
        reader.fault(&place, format!("there is no channel `{name}`"), "name a [[channel]], or add it");
    }
    table.end(reader);
    let key = key?;
    let portal = portal.unwrap_or_else(|| key.clone()).to_string();
    // A policy is strings, numbers and lists of them: it always serialises.
    let mut shown = serde_json::to_value(&policy).unwrap_or_default();
    if let Some(channel) = channel {
        shown["channel"] = channel.shown();
    }
    let policy_json = shown.to_string().into();
    let name = name.unwrap_or_else(|| key.to_string());
    let channel = channel.cloned();
    Some(Site { key, name, origins: origins?, policy, variable_ttl, portal, channel, policy_json })
}
