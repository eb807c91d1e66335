//! Who calls, and how they want to be answered: the headers every endpoint here understands.

use super::culture::Culture;
use crate::app::AppState;
use crate::auth::Claims;
use crate::error::Error;
use axum::extract::FromRequestParts;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use docent_protocol::event::Role;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, header};
use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};
use sha2::{Digest, Sha256};

const XSRF_HEADER: &str = "x-xsrf-token";
const XSRF_COOKIE: &str = "XSRF-TOKEN";
const TOKEN_COOKIE: &str = "DocentToken";
const SCHEMES: &str = "give `Authorization: Bearer TOKEN`, `SoTicket TOKEN` or `Basic` (a [[user]]'s name and \
                       password, or any name and a token), or the cookies of a sign-in with `X-XSRF-TOKEN`";

/// A caller who may call, and how they want to be answered.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Who they are: an agent or a bot.
    pub claims: Claims,
    /// The zone of dates.
    pub zone: TimeZone,
    /// The language of what has several (iso2).
    pub language: Option<String>,
    /// How dates are written; ISO 8601 where there is none.
    pub culture: Option<Culture>,
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        let headers = &parts.headers;
        check_app(state, headers)?;
        let claims = claims(state, headers)?;
        claims.require_staff()?;
        state.limits.check(&claims)?;
        let language = text(headers, "so-language").or_else(|| text(headers, "accept-language")).and_then(language);
        let culture = text(headers, "so-culture").filter(|_| language.is_some()).and_then(Culture::find);
        let zone = text(headers, "so-timezone").map_or(Ok(TimeZone::UTC), zone)?;
        Ok(Self { claims, zone, language, culture })
    }
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok().map(str::trim).filter(|value| !value.is_empty())
}

fn check_app(state: &AppState, headers: &HeaderMap) -> Result<(), Error> {
    let Some(token) = text(headers, "so-apptoken") else { return Ok(()) };
    let known = &state.config.app_tokens;
    match known.is_empty() || known.iter().any(|known| same(known.expose(), token.as_bytes())) {
        true => Ok(()),
        false => Err(Error::unauthorized("this `SO-AppToken` is none of the configured `app_tokens`")),
    }
}

fn claims(state: &AppState, headers: &HeaderMap) -> Result<Claims, Error> {
    let Some(authorization) = headers.get(header::AUTHORIZATION) else { return by_cookie(state, headers) };
    let authorization = authorization.to_str().unwrap_or_default();
    let Some((scheme, value)) = authorization.split_once(' ').map(|(scheme, value)| (scheme, value.trim())) else {
        return Err(Error::unauthorized(SCHEMES));
    };
    match scheme.to_ascii_lowercase().as_str() {
        "bearer" | "soticket" => state.keys.verify(value),
        "basic" => basic(state, value),
        _ => Err(Error::unauthorized(SCHEMES)),
    }
}

fn basic(state: &AppState, credentials: &str) -> Result<Claims, Error> {
    let decoded = STANDARD.decode(credentials).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let Some((name, password)) = decoded.as_deref().and_then(|text| text.split_once(':')) else {
        return Err(Error::unauthorized("`Basic` wants name and password, joined by a colon, in base64"));
    };
    let user = state.config.users.iter().find(|user| user.name == name);
    if let Some(user) = user.filter(|user| same(user.password.expose(), password.as_bytes())) {
        let (site, sub) = (user.site.clone(), Some(user.name.clone()));
        return Ok(Claims { role: Role::Agent, site, conversation: None, sub, expires: Timestamp::MAX });
    }
    state.keys.verify(password).map_err(|_| Error::unauthorized("name and password are no [[user]]'s"))
}

/// A browser that signed in: the token stands in one cookie, what proves that the page is ours in another and a header.
fn by_cookie(state: &AppState, headers: &HeaderMap) -> Result<Claims, Error> {
    let token = cookie(headers, TOKEN_COOKIE).ok_or_else(|| Error::unauthorized(SCHEMES))?;
    let proof = text(headers, XSRF_HEADER).zip(cookie(headers, XSRF_COOKIE));
    match proof {
        Some((given, expected)) if same(given.as_bytes(), expected.as_bytes()) && given == proof_of(token) => {
            state.keys.verify(token)
        }
        _ => Err(Error::forbidden("without `Authorization` give the cookie XSRF-TOKEN's value as `X-XSRF-TOKEN`")),
    }
}

fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(known, _)| *known == name).map(|(_, value)| value)
}

/// What a page has to repeat: it follows from the token, so that nobody can plant another.
fn proof_of(token: &str) -> String {
    let digest = Sha256::new().chain_update(b"xsrf ").chain_update(token).finalize();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The cookies of a sign-in with this token.
pub fn cookies(token: &str, is_secure: bool) -> [HeaderValue; 2] {
    let secure = if is_secure { "; Secure" } else { "" };
    let cookie = |text: String| HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static(""));
    [
        cookie(format!("{TOKEN_COOKIE}={token}; Path=/api/v1; HttpOnly; SameSite=Strict{secure}")),
        cookie(format!("{XSRF_COOKIE}={}; Path=/; SameSite=Strict{secure}", proof_of(token))),
    ]
}

/// Compares without telling by its time where they differ.
fn same(one: &[u8], other: &[u8]) -> bool {
    Sha256::digest(one) == Sha256::digest(other)
}

/// The first language of a list, as iso2.
fn language(list: &str) -> Option<String> {
    let first = list.split([',', ';']).next()?.split('-').next()?.trim();
    let is_iso2 = first.len() == 2 && first.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_iso2.then(|| first.to_ascii_lowercase())
}

fn zone(name: &str) -> Result<TimeZone, Error> {
    let offset = || {
        let (sign, hours, minutes) = match name.as_bytes() {
            [sign @ (b'+' | b'-'), a, b, b':', c, d] => (sign, [*a, *b], [*c, *d]),
            _ => return None,
        };
        let two = |digits: [u8; 2]| std::str::from_utf8(&digits).ok()?.parse::<i32>().ok();
        let seconds = two(hours)? * 3600 + two(minutes)? * 60;
        let offset = Offset::from_seconds(if *sign == b'-' { -seconds } else { seconds }).ok()?;
        Some(TimeZone::fixed(offset))
    };
    offset().or_else(|| TimeZone::get(name).ok()).ok_or_else(|| {
        Error::malformed(
            "SO-TimeZone",
            "`SO-TimeZone` must be a zone's name, as in `Europe/Oslo`, or an offset, as in `+01:00`",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_language_counts() {
        assert_eq!(language("fr,de,ru,zh").as_deref(), Some("fr"));
        assert_eq!(language("nb-NO;q=0.9, en").as_deref(), Some("nb"));
        assert_eq!(language("*"), None);
    }

    #[test]
    fn a_zone_has_a_name_or_an_offset() {
        for known in ["Europe/Oslo", "UTC", "+01:00", "-09:30"] {
            assert!(zone(known).is_ok(), "{known}");
        }
        for unknown in ["Mars/Base", "+1", "+99:00", "01:00"] {
            assert!(zone(unknown).is_err(), "{unknown}");
        }
    }
}
