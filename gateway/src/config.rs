//! What the operator decides.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

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

/// Everything configured.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the embedded store keeps its files.
    pub data_dir: PathBuf,
    /// How long a visitor's token is good.
    pub token_ttl: Duration,
    /// The sites.
    pub sites: Vec<Site>,
}

impl Config {
    /// The site of this key.
    pub fn site(&self, key: &SiteKey) -> Option<&Site> {
        self.sites.iter().find(|site| site.key == *key)
    }

    /// Whether any site's pages are served from this origin.
    pub fn allows_origin(&self, origin: &str) -> bool {
        self.sites.iter().any(|site| site.allows_origin(origin))
    }
}

/// A site that embeds the widget.
#[derive(Clone, Debug)]
pub struct Site {
    /// Its key.
    pub key: SiteKey,
    /// Patterns of the origins its pages are served from (`https://shop.example`, `http://localhost:*`).
    pub origins: Vec<String>,
}

impl Site {
    /// Whether this site's pages are served from this origin.
    pub fn allows_origin(&self, origin: &str) -> bool {
        self.origins.iter().any(|pattern| pattern == origin)
    }

    /// The policy as the widget gets it in `hello.site` (ARCHITECTURE.md, "POLICY"): one JSON object's text.
    pub fn policy_json(&self) -> &str {
        "{}"
    }
}
