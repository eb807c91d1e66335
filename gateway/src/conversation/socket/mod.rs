//! `GET /conversation/{id}/socket`: events down, bodies up (ARCHITECTURE.md, "Socket").

mod frame;
mod mirror;
mod session;
#[cfg(test)]
mod tests;

use self::session::Session;
use super::access::{Access, known};
use super::create::check_origin;
use crate::app::AppState;
use crate::error::Error;
use crate::telemetry::metrics::OpenSocket;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{State, WebSocketUpgrade};
use axum::response::Response;
use docent_protocol::event::{EventId, Role};
use http::HeaderMap;

/// The subprotocol both sides speak.
const PROTOCOL: &str = "docent.v1";
/// Read at once; frames that are longer take several reads. Idle sockets hold it all the time.
const READ_BUFFER: usize = 1024;
/// Gathered before it is written.
const WRITE_BUFFER: usize = 2048;
/// Frames up to so many times the limit are read and refused in words; beyond it the reading stops at once.
const READ_LIMIT: usize = 4;
/// The most an event's JSON can grow over the body it came in (numbers are written out), and what stands around it.
const WRITE_LIMIT: usize = 8;

/// Opens a socket. A visitor's must come from a page of the site.
pub async fn open(
    State(state): State<AppState>,
    access: Access,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Error> {
    let upgrade = upgrade.map_err(|rejection| Error::Malformed { field: None, detail: rejection.body_text() })?;
    let is_visitor = access.claims.role == Role::Visitor;
    if is_visitor {
        let site = state.config.site(&access.claims.site);
        let site = site.ok_or_else(|| Error::forbidden("this token's site is not configured any more"))?;
        check_origin(site, &headers)?;
    }
    if !upgrade.requested_protocols().any(|name| name == PROTOCOL) {
        return Err(Error::malformed("Sec-WebSocket-Protocol", format!("ask for the subprotocol `{PROTOCOL}`")));
    }
    // Joined before the head is read: what comes between is told of.
    let mut listener = state.rooms.join(access.id, EventId::START, is_visitor);
    let conversation = known(&state, &access, &mut listener).await?;
    if is_visitor {
        state.rooms.heard(&access.claims.site, access.id);
    }
    let limits = &state.config.limits;
    let body = limits.body_bytes;
    let mirror = limits.co_browse_bytes;
    let read = if is_visitor { mirror.max(READ_LIMIT * body) } else { READ_LIMIT * body };
    let sessions = state.sessions();
    let standing = match sessions.channel(&access.claims.site).filter(|_| is_visitor) {
        Some(_) => Some(sessions.for_visitor(&sessions.find(access.id).await?).await?),
        None => None,
    };
    let open = (state.sockets.token(), OpenSocket::new(access.claims.role));
    let (news, id) = (state.news.clone(), access.id);
    let session = Box::new(Session::new(state, access, listener, &conversation, standing));
    let upgrade = upgrade
        .protocols([PROTOCOL])
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(WRITE_BUFFER)
        .max_write_buffer_size(mirror.max(WRITE_LIMIT * body) + 2 * WRITE_BUFFER)
        .max_message_size(read)
        .max_frame_size(read);
    Ok(upgrade.on_upgrade(async move |socket| {
        if is_visitor {
            news.touch(id);
        }
        session.serve(socket).await;
        if is_visitor {
            news.touch(id);
        }
        drop(open);
    }))
}
