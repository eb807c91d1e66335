//! The widget: `/docent.js`, and what it loads from `/assets/`.
//!
//! The files come from `dist/widget`: inside the program where it was built for release, else from that directory.
//! The configuration's `assets` names another directory.

use super::encoding::{self, Encoding};
use crate::app::AppState;
use crate::error::Error;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use rust_embed::Embed;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::io;

/// Every page that embeds the widget asks for it anew within five minutes of a new version.
const LOADER_CACHE: HeaderValue = HeaderValue::from_static("public, max-age=300");
/// Its name changes with its content.
const ASSET_CACHE: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

#[derive(Embed)]
#[folder = "$CARGO_MANIFEST_DIR/../dist/widget"]
#[allow_missing = true]
struct Embedded;

/// A file, in the form the client takes.
struct File {
    bytes: Cow<'static, [u8]>,
    encoding: Encoding,
}

/// `/docent.js`: what a site's script tag names.
pub(super) async fn loader(State(state): State<AppState>, headers: HeaderMap) -> Result<Response, Error> {
    let Some(file) = find(&state, "docent.js", &headers).await? else {
        return Err(Error::not_found(
            "this gateway has no widget; build it with `cargo xtask build`, or name its directory with --assets",
        ));
    };
    let etag = etag(&file);
    let known = headers.get(header::IF_NONE_MATCH).is_some_and(|value| matches(value, &etag));
    let mut response = match known {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => body("docent.js", file),
    };
    response.headers_mut().insert(header::ETAG, etag);
    Ok(shared(response, LOADER_CACHE))
}

/// `/assets/{name}`: a file whose name holds its hash.
pub(super) async fn asset(
    State(state): State<AppState>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let unknown =
        || Error::not_found("the widget has no such file; a page that asks for it should load /docent.js anew");
    if !is_file_name(&name) {
        return Err(unknown());
    }
    let file = find(&state, &format!("assets/{name}"), &headers).await?.ok_or_else(unknown)?;
    Ok(shared(body(&name, file), ASSET_CACHE))
}

/// Letters, digits, `-`, `_`, `.`, no dot in front: no such name leaves its directory.
fn is_file_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    !name.is_empty() && !name.starts_with('.') && name.bytes().all(plain)
}

async fn find(state: &AppState, name: &str, headers: &HeaderMap) -> Result<Option<File>, Error> {
    for encoding in encoding::accepted(headers) {
        let name = format!("{name}{}", encoding.suffix());
        if let Some(bytes) = read(state, &name).await? {
            return Ok(Some(File { bytes, encoding }));
        }
    }
    Ok(None)
}

async fn read(state: &AppState, name: &str) -> Result<Option<Cow<'static, [u8]>>, Error> {
    let Some(dir) = &state.config.assets else {
        return Ok(Embedded::get(name).map(|file| file.data));
    };
    match tokio::fs::read(dir.join(name)).await {
        Ok(bytes) => Ok(Some(bytes.into())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::internal(error)),
    }
}

/// The forms of a file are different answers and have different tags.
fn etag(file: &File) -> HeaderValue {
    let hash = Sha256::digest(&file.bytes);
    let hex: String = hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    HeaderValue::try_from(format!("\"{hex}\"")).unwrap_or(HeaderValue::from_static("\"\""))
}

fn matches(if_none_match: &HeaderValue, etag: &HeaderValue) -> bool {
    let tags = if_none_match.to_str().unwrap_or_default().split(',').map(str::trim);
    tags.map(|tag| tag.strip_prefix("W/").unwrap_or(tag)).any(|tag| tag == "*" || tag.as_bytes() == etag.as_bytes())
}

fn body(name: &str, file: File) -> Response {
    let mut response = file.bytes.into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, content_type(name));
    if file.encoding != Encoding::Identity {
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(file.encoding.name()));
    }
    response
}

/// Browsers refuse modules and wasm of another type, and nothing is guessed (`nosniff`).
fn content_type(name: &str) -> HeaderValue {
    HeaderValue::from_static(match name.rsplit('.').next() {
        Some("js") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("json" | "map") => "application/json",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    })
}

/// The widget is public: any origin may load it. What its pages may do is decided where conversations begin.
fn shared(mut response: Response, cache: HeaderValue) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, cache);
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let policy = HeaderName::from_static("cross-origin-resource-policy");
    headers.insert(policy, HeaderValue::from_static("cross-origin"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_plain_names_are_looked_for() {
        assert!(is_file_name("docent-0a1B.wasm") && is_file_name("en-12.json"));
        for name in ["", ".", "..", ".env", "../docent.js", "a/b", "a\\b", "a\0", "%2e%2e", "ä.js"] {
            assert!(!is_file_name(name), "{name}");
        }
    }

    #[test]
    fn a_known_tag_is_recognised() {
        let matches =
            |header: &'static str| matches(&HeaderValue::from_static(header), &HeaderValue::from_static("\"ab\""));
        assert!(matches("\"ab\"") && matches("\"x\", W/\"ab\"") && matches("*"));
        assert!(!matches("\"abc\"") && !matches("ab") && !matches(""));
    }

    proptest! {
        #[test]
        fn no_name_leaves_its_directory(name in "[a-z./\\\\%]{0,12}") {
            if is_file_name(&name) {
                let path = std::path::Path::new("assets").join(&name);
                prop_assert_eq!(path.components().count(), 2);
                prop_assert_eq!(path.parent(), Some(std::path::Path::new("assets")));
            }
        }
    }
}
