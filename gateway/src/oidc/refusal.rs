//! Why somebody does not get in, and what they or the operator can do.

use crate::config::Claim;
use crate::error::Error;

/// Why a sign-in was refused.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Refusal {
    /// There is no provider.
    #[error("no identity provider is configured; sign in with a token, or add [oidc] to the gateway's configuration")]
    NotConfigured,
    /// The provider was not reached, or what it said is of no use.
    #[error(
        "the identity provider {issuer} cannot be used now: {why}; try again, and where that does not help compare \
         `oidc.issuer` with what the provider calls itself"
    )]
    Unreachable {
        /// Its name.
        issuer: String,
        /// What happened.
        why: String,
    },
    /// Not what a provider signs.
    #[error("this is no ID token of the provider ({0}); sign in again")]
    NoIdToken(String),
    /// Signed in a way that is not trusted.
    #[error(
        "the token is signed with {0}; let the provider sign with one of RS256, PS256, ES256 or EdDSA, or a longer one"
    )]
    Algorithm(String),
    /// Signed with a key the provider does not show.
    #[error(
        "the token's key is none of the provider's; sign in again, and wait a minute where its keys have just changed"
    )]
    UnknownKey,
    /// Signed by somebody else, or changed since.
    #[error("the token's signature is not the provider's; sign in again")]
    Signature,
    /// Another provider's.
    #[error(
        "the token is of the provider `{found}`, and `oidc.issuer` is `{expected}`; make them the same, to the letter"
    )]
    Issuer {
        /// The token's.
        found: String,
        /// The configured one.
        expected: String,
    },
    /// For somebody else.
    #[error(
        "the token is for {found}, and this gateway's `oidc.client_id` is `{expected}`; use that client, or name the \
         other audiences in `oidc.audiences`"
    )]
    Audience {
        /// Whom the token is for.
        found: String,
        /// The client.
        expected: String,
    },
    /// Over.
    #[error(
        "the token ended {0} s ago; sign in again, and where that does not help set the clocks of the gateway and the \
         provider (NTP)"
    )]
    Over(i64),
    /// Not good yet.
    #[error("the token begins in {0} s: the clocks of the gateway and the provider differ; set them (NTP)")]
    Early(i64),
    /// It says no name.
    #[error(
        "the token's claim `{0}` is no name of 1 to 100 characters; let the provider fill it, ask for it in \
         `oidc.scopes`, or name another in `oidc.name_claim`"
    )]
    NoName(Claim),
    /// No role that gets in.
    #[error("{}", no_role(claim, *is_there))]
    NoRole {
        /// Where roles are looked for.
        claim: Claim,
        /// Whether there are some.
        is_there: bool,
    },
}

fn no_role(claim: &Claim, is_there: bool) -> String {
    match is_there {
        true => format!(
            "none of your roles (`{claim}`) may work here; ask for one that [[oidc.role]] in the gateway's configuration \
             names, then sign in again"
        ),
        false => format!(
            "the token has no roles in `{claim}`; let the provider put them into its ID tokens, or name another claim \
             in `oidc.role_claim`"
        ),
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        let told = refusal.to_string();
        match refusal {
            Refusal::NotConfigured => Self::NotFound(told),
            Refusal::Unreachable { .. } => Self::Provider(told),
            Refusal::NoName(_) | Refusal::NoRole { .. } => Self::Forbidden(told),
            Refusal::NoIdToken(_)
            | Refusal::Algorithm(_)
            | Refusal::UnknownKey
            | Refusal::Signature
            | Refusal::Issuer { .. }
            | Refusal::Audience { .. }
            | Refusal::Over(_)
            | Refusal::Early(_) => Self::Unauthorized(told),
        }
    }
}
