//! `docent token`: a token for an agent or a bot.

use super::settings::Settings;
use super::{Failure, print};
use crate::auth::{Claims, Keys};
use crate::config::{Site, SiteKey, parse_lifetime};
use clap::ValueEnum;
use docent_protocol::event::Role;
use jiff::Timestamp;
use std::process::ExitCode;
use std::time::Duration;

/// Makes a token for an agent or a bot and prints it.
#[derive(Debug, clap::Args)]
pub(super) struct Token {
    #[command(flatten)]
    settings: Settings,
    /// Whose the token is.
    #[arg(long)]
    role: StaffRole,
    /// The agent's or bot's name; visitors and logs see it.
    #[arg(long, value_name = "NAME", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    sub: String,
    /// The site the token is good for; may be left out where there is but one.
    #[arg(long, value_name = "KEY")]
    site: Option<String>,
    /// How long it is good (90s, 15m, 12h, 30d). The configuration's `token_ttl` unless given.
    #[arg(long, value_parser = lifetime)]
    ttl: Option<Duration>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum StaffRole {
    Agent,
    Bot,
}

fn lifetime(text: &str) -> Result<Duration, String> {
    parse_lifetime(text).ok_or_else(|| "write it as in 90s, 15m, 12h or 30d".to_owned())
}

impl Token {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let config = self.settings.load(None)?;
        let site = site(&config.sites, self.site.as_deref())?;
        let role = match self.role {
            StaffRole::Agent => Role::Agent,
            StaffRole::Bot => Role::Bot,
        };
        let ttl = self.ttl.unwrap_or(config.issued_token_ttl);
        let expires = Timestamp::now()
            .checked_add(ttl)
            .map_err(|_| Failure::Usage("--ttl reaches beyond the year 9999; give a shorter one".to_owned()))?;
        let claims = Claims { role, site, conversation: None, sub: Some(self.sub), expires };
        print(Keys::new(&config).issue(&claims).map_err(Failure::Token)?)?;
        Ok(ExitCode::SUCCESS)
    }
}

fn site(sites: &[Site], wanted: Option<&str>) -> Result<SiteKey, Failure> {
    let known = || sites.iter().map(|site| site.key.as_str()).collect::<Vec<_>>().join(", ");
    match (wanted.map(SiteKey::new), sites) {
        (Some(key), _) if sites.iter().any(|site| site.key == key) => Ok(key),
        (Some(key), _) => Err(Failure::Usage(format!("there is no site `{key}`; configured are: {}", known()))),
        (None, [only]) => Ok(only.key.clone()),
        (None, _) => Err(Failure::Usage(format!("there are several sites; choose with --site: {}", known()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Draft;

    fn chosen(keys: &[&str], wanted: Option<&str>) -> Result<String, String> {
        let sites = keys.iter().map(|key| format!("[[site]]\nkey = \"{key}\"\norigins = [\"https://a.example\"]\n"));
        let draft = Draft::parse(&sites.collect::<String>()).expect("a configuration");
        site(draft.sites(), wanted).map(|key| key.to_string()).map_err(|error| error.to_string())
    }

    #[test]
    fn the_site_is_named_or_the_only_one() {
        assert_eq!(chosen(&["a"], None), Ok("a".to_owned()));
        assert_eq!(chosen(&["a", "b"], Some("b")), Ok("b".to_owned()));
        assert!(chosen(&["a", "b"], None).expect_err("refused").contains("--site: a, b"));
        assert!(chosen(&["a"], Some("x")).expect_err("refused").contains("configured are: a"));
    }
}
