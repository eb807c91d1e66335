//! Where the server's commands find their configuration.

use super::Failure;
use crate::config::{Config, Draft, LogFormat, Overrides, Secret};
use std::net::SocketAddr;
use std::path::PathBuf;

/// The configuration file and what is said instead of it. The secret comes from `DOCENT_SECRET` and never from an
/// argument: everybody on a machine can read the arguments.
#[derive(Debug, clap::Args)]
pub(super) struct Settings {
    /// The configuration file.
    #[arg(long, env = "DOCENT_CONFIG", default_value = "docent.toml", value_name = "FILE")]
    config: PathBuf,
    /// A file that holds the secret tokens are signed with (DOCENT_SECRET holds the secret itself).
    #[arg(long, env = "DOCENT_SECRET_FILE", value_name = "FILE")]
    secret_file: Option<PathBuf>,
}

/// What only `docent serve` may be told.
#[derive(Debug, clap::Args)]
pub(super) struct ServeSettings {
    /// The address to listen on.
    #[arg(long, env = "DOCENT_LISTEN", value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
    /// How browsers reach the server.
    #[arg(long, env = "DOCENT_PUBLIC_URL", value_name = "URL")]
    public_url: Option<String>,
    /// Where conversations are kept.
    #[arg(long, env = "DOCENT_DATA_DIR", value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// A directory to serve the widget from.
    #[arg(long, env = "DOCENT_ASSETS", value_name = "DIR")]
    assets: Option<PathBuf>,
    /// How logs are written.
    #[arg(long, env = "DOCENT_LOG", value_name = "FORMAT")]
    log: Option<LogFormat>,
}

impl Settings {
    pub(super) fn load(self, serve: Option<ServeSettings>) -> Result<Config, Failure> {
        let overrides = Overrides { secret: secret()?, secret_file: self.secret_file, ..Overrides::default() };
        let overrides = match serve {
            Some(serve) => Overrides {
                listen: serve.listen,
                public_url: serve.public_url,
                data_dir: serve.data_dir,
                assets: serve.assets,
                log: serve.log,
                ..overrides
            },
            None => overrides,
        };
        Ok(Draft::load(&self.config)?.resolve(overrides)?)
    }
}

fn secret() -> Result<Option<Secret>, Failure> {
    match std::env::var("DOCENT_SECRET") {
        Ok(text) if !text.is_empty() => {
            text.parse().map(Some).map_err(|error| Failure::Usage(format!("DOCENT_SECRET: {error}")))
        }
        _ => Ok(None),
    }
}
