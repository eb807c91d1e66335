//! What the operator decides: one TOML file, some of it overridden by the environment.
//!
//! [`Draft::parse`] reads a file and names every fault in it, not only the first; with a secret a draft becomes a
//! [`Config`]. `docent.example.toml` shows every key.

mod bot;
mod channel;
mod fault;
mod field;
mod file;
mod hours;
mod limits;
mod oidc;
mod origin;
mod page;
mod reader;
mod secret;
mod site;

pub use bot::{Bot, Host, Webhook};
pub use channel::{Channel, Faq, User};
pub use fault::Fault;
pub use field::{Field, Kind};
pub(crate) use file::parse_lifetime;
pub use hours::Hours;
pub use limits::{Limits, Rate};
pub(crate) use oidc::is_secure;
pub use oidc::{Claim, Oidc, OidcRole};
pub use origin::{OriginPattern, WebOrigin};
pub use page::Page;
pub use secret::{Secret, SecretError, WebhookSecret};
pub use site::{CoBrowse, Navigation, Policy, Site, SiteKey};

use ipnet::IpNet;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Everything configured. Paths are relative to the working directory.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the server listens.
    pub listen: SocketAddr,
    /// How browsers reach the server, where that is not `http://` and `listen`.
    pub public_url: Option<String>,
    /// Where the embedded store keeps its files.
    pub data_dir: PathBuf,
    /// What tokens are signed with.
    pub secret: Secret,
    /// How long a visitor's token is good.
    pub token_ttl: Duration,
    /// How long a token of `docent token` is good, unless it is told otherwise.
    pub issued_token_ttl: Duration,
    /// How much may be asked for.
    pub limits: Limits,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// A directory to serve the widget from, instead of the files inside the program.
    pub assets: Option<PathBuf>,
    /// How logs are written.
    pub log: LogFormat,
    /// The sites.
    pub sites: Vec<Site>,
    /// The channels; sites name theirs.
    pub channels: Vec<Arc<Channel>>,
    /// Partner apps that may call with an `SO-AppToken`; all where there is none.
    pub app_tokens: Vec<Secret>,
    /// Who may sign in with name and password.
    pub users: Vec<User>,
    /// Where agents sign in, where it is not with a token.
    pub oidc: Option<Arc<Oidc>>,
    /// The bots whose scripts run here; channels name them.
    pub bots: Vec<Arc<Bot>>,
    /// Who is told, elsewhere, of what happens.
    pub webhooks: Vec<Arc<Webhook>>,
    /// Directories served as pages.
    pub pages: Vec<Page>,
}

/// How logs are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// For people.
    #[default]
    Pretty,
}

/// What the command line and the environment say instead of the file.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// See [`Config::listen`].
    pub listen: Option<SocketAddr>,
    /// See [`Config::public_url`].
    pub public_url: Option<String>,
    /// See [`Config::data_dir`].
    pub data_dir: Option<PathBuf>,
    /// See [`Config::secret`].
    pub secret: Option<Secret>,
    /// A file that holds the secret.
    pub secret_file: Option<PathBuf>,
    /// See [`Config::assets`].
    pub assets: Option<PathBuf>,
    /// See [`Config::log`].
    pub log: Option<LogFormat>,
}

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file cannot be read.
    #[error("{}: {cause}; name your configuration file with --config", path.display())]
    Unreadable {
        /// The configuration file.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// The file is wrong.
    #[error("{} in {}", count(faults.len()), path.display())]
    Faulty {
        /// The configuration file.
        path: PathBuf,
        /// Everything that is wrong with it, in the file's order.
        faults: Vec<Fault>,
    },
    /// There is no good secret.
    #[error(transparent)]
    Secret(#[from] SecretError),
}

fn count(faults: usize) -> String {
    if faults == 1 { "1 error".to_owned() } else { format!("{faults} errors") }
}

/// A configuration file that is in order, and may lack a secret.
#[derive(Debug)]
pub struct Draft {
    /// Its `secret` is empty: it leaves this struct only with a better one.
    config: Config,
    secret: Option<Secret>,
    secret_file: Option<PathBuf>,
}

impl Draft {
    /// Reads a file.
    pub fn load(path: &Path) -> Result<Self, LoadError> {
        let text =
            std::fs::read_to_string(path).map_err(|cause| LoadError::Unreadable { path: path.to_owned(), cause })?;
        Self::parse(&text).map_err(|faults| LoadError::Faulty { path: path.to_owned(), faults })
    }

    /// Reads a file's text. The faults are in the text's order.
    pub fn parse(text: &str) -> Result<Self, Vec<Fault>> {
        file::read(text)
    }

    /// The configuration with this secret.
    pub fn with_secret(self, secret: Secret) -> Config {
        Config { secret, ..self.config }
    }

    /// Applies what is said outside the file, and fetches the secret: the override's, else the override's file's,
    /// else the configuration's, else the configuration's file's.
    pub fn resolve(self, overrides: Overrides) -> Result<Config, LoadError> {
        let secret = match (overrides.secret, overrides.secret_file, &self.secret, &self.secret_file) {
            (Some(secret), _, _, _) => secret,
            (None, Some(path), _, _) => Secret::from_file(&path)?,
            (None, None, Some(secret), _) => secret.clone(),
            (None, None, None, Some(path)) => Secret::from_file(path)?,
            (None, None, None, None) => return Err(SecretError::Missing.into()),
        };
        let mut config = self.with_secret(secret);
        config.listen = overrides.listen.unwrap_or(config.listen);
        config.public_url = overrides.public_url.or(config.public_url);
        config.data_dir = overrides.data_dir.unwrap_or(config.data_dir);
        config.assets = overrides.assets.or(config.assets);
        config.log = overrides.log.unwrap_or(config.log);
        Ok(config)
    }

    /// Whether the file holds a secret, or names the file that does.
    pub fn has_secret(&self) -> bool {
        self.secret.is_some() || self.secret_file.is_some()
    }

    /// The sites.
    pub fn sites(&self) -> &[Site] {
        &self.config.sites
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "0123456789abcdef0123456789abcdef";

    fn minimal() -> Draft {
        Draft::parse("[[site]]\nkey = \"demo\"\norigins = [\"http://localhost:*\"]\n").expect("a configuration")
    }

    #[test]
    fn without_a_secret_nothing_runs() {
        let error = minimal().resolve(Overrides::default()).expect_err("refused");
        assert!(error.to_string().contains("DOCENT_SECRET"), "{error}");
    }

    #[test]
    fn the_environment_wins_over_the_file() {
        let overrides = Overrides {
            listen: Some(([127, 0, 0, 1], 9).into()),
            secret: Some(Secret::new(SECRET.to_owned()).expect("long enough")),
            ..Overrides::default()
        };
        let config = minimal().resolve(overrides).expect("resolves");
        assert_eq!(config.listen.port(), 9);
        assert!(!format!("{config:?}").contains(SECRET), "a secret must not show in debug output");
    }

    #[test]
    fn a_secret_file_is_read_without_its_line_end() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("secret");
        std::fs::write(&path, format!("{SECRET}\n")).expect("written");
        let overrides = Overrides { secret_file: Some(path), ..Overrides::default() };
        let config = minimal().resolve(overrides).expect("resolves");
        assert_eq!(config.secret.expose(), SECRET.as_bytes());
    }

    #[test]
    fn a_missing_file_says_how_to_name_another() {
        let error = Draft::load(Path::new("/nowhere/docent.toml")).expect_err("refused");
        assert!(error.to_string().contains("--config"), "{error}");
    }
}
