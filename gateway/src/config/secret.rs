//! What tokens are signed with.

use super::reader::{Value, Wrong};
use secrecy::{ExposeSecret, SecretString};
use std::path::{Path, PathBuf};
use toml::de::DeValue;

const CURE: &str = "make one with `openssl rand -hex 32`";

/// The signing secret; at least [`MIN_BYTES`](Self::MIN_BYTES) long, never printed.
#[derive(Clone, Debug)]
pub struct Secret(SecretString);

/// Why there is no secret.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// Nobody gave one.
    #[error("there is no secret to sign tokens with; set DOCENT_SECRET or `secret_file` ({CURE})")]
    Missing,
    /// It is guessable.
    #[error("the secret has {0} bytes and needs at least {min}; {CURE}", min = Secret::MIN_BYTES)]
    Short(usize),
    /// Its file cannot be read.
    #[error("the secret's file {}: {cause}; {CURE} and put it there", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
}

impl Secret {
    /// HS256 is no stronger than its key: 256 bits.
    pub const MIN_BYTES: usize = 32;

    /// Takes a secret that is long enough.
    pub fn new(text: String) -> Result<Self, SecretError> {
        match text.len() {
            short if short < Self::MIN_BYTES => Err(SecretError::Short(short)),
            _ => Ok(Self(text.into())),
        }
    }

    /// A user's password, of any length.
    pub(super) fn of_user(password: String) -> Self {
        Self(password.into())
    }

    /// Signs nothing: a draft's secret until there is one.
    pub(super) fn empty() -> Self {
        Self(SecretString::default())
    }

    pub(super) fn from_file(path: &Path) -> Result<Self, SecretError> {
        let text =
            std::fs::read_to_string(path).map_err(|cause| SecretError::Unreadable { path: path.to_owned(), cause })?;
        Self::new(text.trim().to_owned())
    }

    /// The secret's bytes, for signing.
    pub fn expose(&self) -> &[u8] {
        self.0.expose_secret().as_bytes()
    }
}

impl std::str::FromStr for Secret {
    type Err = SecretError;

    fn from_str(text: &str) -> Result<Self, SecretError> {
        Self::new(text.to_owned())
    }
}

impl Value for Secret {
    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let text = String::read(value)?;
        let length = text.len();
        Self::new(text).map_err(|_| Wrong::new(format!("has {length} bytes and needs {}", Self::MIN_BYTES), CURE))
    }
}

/// What a webhook's messages are signed with: `whsec_` and 24 to 64 bytes in base64; never printed.
#[derive(Clone)]
pub struct WebhookSecret(secrecy::SecretSlice<u8>);

impl WebhookSecret {
    /// Reads the written form.
    pub fn parse(text: &str) -> Option<Self> {
        use base64::Engine;
        let bytes = base64::engine::general_purpose::STANDARD.decode(text.trim().strip_prefix("whsec_")?).ok()?;
        (24..=64).contains(&bytes.len()).then(|| Self(bytes.into()))
    }

    /// The key, for signing.
    pub fn expose(&self) -> &[u8] {
        self.0.expose_secret()
    }
}

impl std::fmt::Debug for WebhookSecret {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("WebhookSecret")
    }
}

impl Value for WebhookSecret {
    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let cure = "write whsec_ and 32 random bytes in base64: `echo whsec_$(openssl rand -base64 32)`";
        Self::parse(&String::read(value)?).ok_or_else(|| Wrong::new("is no webhook secret", cure))
    }
}
