//! `docent check`: a configuration file's errors, each with its place.

use super::{Failure, print};
use crate::config::{Draft, LoadError};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Tells every error of a configuration file, with its line and column. Exits with 1 where there is one.
#[derive(Debug, clap::Args)]
pub(super) struct Check {
    /// The configuration file.
    #[arg(long, env = "DOCENT_CONFIG", default_value = "docent.toml", value_name = "FILE")]
    config: PathBuf,
}

impl Check {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        match Draft::load(&self.config) {
            Ok(draft) => {
                print(fine(&self.config, &draft))?;
                Ok(ExitCode::SUCCESS)
            }
            Err(LoadError::Faulty { path, faults }) => {
                for fault in faults {
                    print(format_args!("{}:{fault}", path.display()))?;
                }
                Ok(ExitCode::FAILURE)
            }
            Err(error) => Err(error.into()),
        }
    }
}

fn fine(path: &Path, draft: &Draft) -> String {
    let sites: Vec<_> = draft.sites().iter().map(|site| site.key.as_str()).collect();
    let secret = if draft.has_secret() { "" } else { "; `docent serve` takes its secret from DOCENT_SECRET" };
    format!("{}: OK (sites: {}{secret})", path.display(), sites.join(", "))
}
