//! Whether an ID token is the provider's, for this gateway's console, and good now (OpenID Connect Core, 3.1.3.7).

use super::Refusal;
use super::provider::Provider;
use crate::config::Oidc;
use jiff::Timestamp;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, Validation};
use serde_json::Value;

/// The algorithms whose keys prove that the provider signed. None that shares a secret, none that proves nothing.
const TRUSTED: [Algorithm; 9] = [
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];
/// How far two machines' clocks may lie apart, in seconds.
const LEEWAY: u64 = 60;

/// The claims of a good token.
pub(super) async fn verify(provider: &Provider, token: &str) -> Result<Value, Refusal> {
    let header = jsonwebtoken::decode_header(token).map_err(|error| unreadable(&error))?;
    if !TRUSTED.contains(&header.alg) {
        return Err(Refusal::Algorithm(format!("{:?}", header.alg)));
    }
    // Access and log-out tokens are JWTs of the same issuer; those that say so are recognised by it.
    if header.typ.as_deref().is_some_and(|typ| !typ.eq_ignore_ascii_case("JWT")) {
        return Err(Refusal::NoIdToken("its type is another".to_owned()));
    }
    let key = provider.key(header.kid.as_deref(), header.alg).await?;
    let config = provider.config();
    let validation = validation(config, header.alg);
    let claims = match jsonwebtoken::decode::<Value>(token, &key, &validation) {
        Ok(read) => read.claims,
        // What follows is asked only after the signature: the claims may be told of.
        Err(error) => return Err(refusal(config, error.kind(), token)),
    };
    check(config, &claims)?;
    Ok(claims)
}

fn unreadable(error: &jsonwebtoken::errors::Error) -> Refusal {
    match error.kind() {
        ErrorKind::InvalidAlgorithmName | ErrorKind::MissingAlgorithm => Refusal::Algorithm("nothing known".to_owned()),
        // An unknown or missing algorithm (`none`) is an error of the header's JSON.
        ErrorKind::Json(why) if why.to_string().contains("variant") => Refusal::Algorithm("nothing known".to_owned()),
        _ => Refusal::NoIdToken("it cannot be read".to_owned()),
    }
}

fn validation(config: &Oidc, algorithm: Algorithm) -> Validation {
    let mut validation = Validation::new(algorithm);
    validation.leeway = LEEWAY;
    validation.validate_nbf = true;
    validation.set_issuer(&[&config.issuer]);
    validation.set_audience(&[&config.client_id]);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    validation
}

fn refusal(config: &Oidc, kind: &ErrorKind, token: &str) -> Refusal {
    let claims: Value =
        jsonwebtoken::dangerous::insecure_decode::<Value>(token).map(|read| read.claims).unwrap_or_default();
    let now = Timestamp::now().as_second();
    match kind {
        ErrorKind::InvalidSignature => Refusal::Signature,
        ErrorKind::ExpiredSignature => Refusal::Over(now - time(&claims, "exp").unwrap_or(now)),
        ErrorKind::ImmatureSignature => Refusal::Early(time(&claims, "nbf").unwrap_or(now) - now),
        ErrorKind::InvalidIssuer => issuer(config, &claims),
        ErrorKind::InvalidAudience => audience(config, &claims),
        ErrorKind::MissingRequiredClaim(name) => Refusal::NoIdToken(format!("it has no `{name}`")),
        ErrorKind::InvalidClaimFormat(name) => Refusal::NoIdToken(format!("its `{name}` is of no use")),
        _ => Refusal::Signature,
    }
}

/// What the library does not check.
fn check(config: &Oidc, claims: &Value) -> Result<(), Refusal> {
    // The library takes a list that holds ours.
    if claims.get("iss").and_then(Value::as_str) != Some(&config.issuer) {
        return Err(issuer(config, claims));
    }
    let others = audiences(claims).into_iter().filter(|audience| *audience != config.client_id).collect::<Vec<_>>();
    let known = |audience: &&str| config.audiences.iter().any(|known| known == audience);
    let party = claims.get("azp").and_then(Value::as_str);
    let is_ours = match party {
        Some(party) => party == config.client_id,
        None => others.is_empty(),
    };
    if !is_ours || !others.iter().all(known) {
        return Err(audience(config, claims));
    }
    if claims.get("events").is_some() {
        return Err(Refusal::NoIdToken("it is a log-out token".to_owned()));
    }
    let now = Timestamp::now().as_second();
    match time(claims, "iat") {
        Some(issued) if issued > now + LEEWAY.cast_signed() => Err(Refusal::Early(issued - now)),
        Some(_) => Ok(()),
        None => Err(Refusal::NoIdToken("it has no `iat`".to_owned())),
    }
}

fn issuer(config: &Oidc, claims: &Value) -> Refusal {
    let found = match claims.get("iss") {
        Some(Value::String(name)) => name.clone(),
        other => other.map(Value::to_string).unwrap_or_default(),
    };
    Refusal::Issuer { found, expected: config.issuer.clone() }
}

fn audience(config: &Oidc, claims: &Value) -> Refusal {
    let mut found: Vec<_> = audiences(claims).iter().map(|audience| format!("`{audience}`")).collect();
    if let Some(party) = claims.get("azp").and_then(Value::as_str) {
        found.push(format!("`{party}` (`azp`)"));
    }
    Refusal::Audience { found: found.join(", "), expected: config.client_id.clone() }
}

fn audiences(claims: &Value) -> Vec<&str> {
    match claims.get("aud") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// Seconds since 1970; they may have a fraction.
fn time(claims: &Value, name: &str) -> Option<i64> {
    let value = claims.get(name)?;
    value.as_i64().or_else(|| value.as_f64().map(|seconds| seconds as i64))
}
