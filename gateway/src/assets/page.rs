//! Directories served as pages: the configuration's `[[page]]`.

use crate::app::AppState;
use crate::config::Page;
use crate::error::Error;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use std::io::{self, ErrorKind};
use tower_http::services::ServeDir;

/// What the console's own page says, save whom it may ask, and what only a header can say.
const CONSOLE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
     connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
     require-trusted-types-for 'script'; trusted-types 'none'";
/// For the pages that hold a mirror, beside their own.
const FRAMES_POLICY: &str = "script-src 'none'; object-src 'none'; form-action 'none'; frame-ancestors 'self'; \
     sandbox allow-same-origin";

/// Serves what no route is for: a file of the page directory that lies nearest.
pub async fn serve(State(state): State<AppState>, request: Request) -> Result<Response, Error> {
    let path = request.uri().path().to_owned();
    if let Some(page) =
        state.config.pages.iter().find(|page| path == page.path.trim_end_matches('/') && page.path != "/")
    {
        return Ok(Redirect::permanent(&page.path).into_response());
    }
    let nearest =
        state.config.pages.iter().filter(|page| path.starts_with(&page.path)).max_by_key(|page| page.path.len());
    match nearest {
        Some(page) if matches!(*request.method(), Method::GET | Method::HEAD) && !is_hidden(&path) => {
            serve_from(&state, page, request).await
        }
        _ => Err(unknown()),
    }
}

fn unknown() -> Error {
    Error::not_found("there is nothing at this address; /openapi.json lists what there is")
}

/// Whether a part of the path begins with a dot, as files that nobody means to publish do.
fn is_hidden(path: &str) -> bool {
    let path = percent_encoding::percent_decode_str(path).decode_utf8_lossy();
    path.split(['/', '\\']).any(|part| part.starts_with('.') && part != ".well-known")
}

async fn serve_from(state: &AppState, page: &Page, mut request: Request) -> Result<Response, Error> {
    let inner = request.uri().path_and_query().map(|whole| whole.as_str()).unwrap_or_default();
    let inner = inner.get(page.path.len() - 1..).unwrap_or("/");
    let frames = inner.starts_with("/frame/");
    *request.uri_mut() = Uri::try_from(inner).map_err(|_| unknown())?;
    let mut dir = ServeDir::new(&page.dir)
        .precompressed_br()
        .precompressed_gzip()
        .redirect_path_prefix(page.path.trim_end_matches('/'));
    let mut response = dir.try_call(request).await.map_err(refusal)?.map(axum::body::Body::new);
    if response.status() == StatusCode::NOT_FOUND {
        return Err(unknown());
    }
    if page.console {
        guard(response.headers_mut(), frames, state.sign_in.token_source().as_deref());
    }
    decorate(response.headers_mut(), &page.headers);
    Ok(response)
}

/// What an agent's console may do, and who may hold it: nobody. It holds the mirror's frames itself; where one of these
/// is opened by itself, it runs nothing either. `token_source` is where the console fetches an agent's tokens.
fn guard(headers: &mut HeaderMap, frames: bool, token_source: Option<&str>) {
    let policy = match token_source {
        _ if frames => HeaderValue::from_static(FRAMES_POLICY),
        None => HeaderValue::from_static(CONSOLE_POLICY),
        Some(source) => with_source(source),
    };
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    if !frames {
        let opener = HeaderName::from_static("cross-origin-opener-policy");
        headers.insert(opener, HeaderValue::from_static("same-origin"));
        headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    }
}

/// The console's policy; it may ask this source too.
fn with_source(source: &str) -> HeaderValue {
    let policy = CONSOLE_POLICY.replace("connect-src 'self'", &format!("connect-src 'self' {source}"));
    HeaderValue::try_from(policy).unwrap_or_else(|_| HeaderValue::from_static(CONSOLE_POLICY))
}

fn refusal(error: io::Error) -> Error {
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::InvalidInput | ErrorKind::InvalidFilename => {
            unknown()
        }
        _ => Error::internal(error),
    }
}

/// The configured headers win over ours.
fn decorate(headers: &mut HeaderMap, configured: &HeaderMap) {
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    for name in configured.keys() {
        headers.remove(name);
    }
    for (name, value) in configured {
        headers.append(name, value.clone());
    }
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if matches!(kind, "text/html" | "text/css" | "text/javascript")
        && let Ok(kind) = HeaderValue::try_from(format!("{kind}; charset=utf-8"))
    {
        headers.insert(header::CONTENT_TYPE, kind);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_files_are_seen_through_every_disguise() {
        for path in ["/.git/config", "/a/../b", "/%2egit", "/a/%2E%2E/b", "/..%5cb", "/.env"] {
            assert!(is_hidden(path), "{path}");
        }
        for path in ["/", "/a.b/c.html", "/.well-known/security.txt"] {
            assert!(!is_hidden(path), "{path}");
        }
    }
}
