//! `pzl.info`: what the page may know of the conversation.

use crate::context::Context;
use crate::dom::shim;
use crate::ui::Connection;
use docent_protocol::json::{Json, Object, ToJson};
use std::cell::{Cell, RefCell};
use wasm_bindgen::JsValue;

/// The parts of `pzl.info` that stand nowhere else.
#[derive(Debug, Default)]
pub struct Info {
    conversation: RefCell<Option<String>>,
    connection: Cell<Option<Connection>>,
    told: RefCell<String>,
}

/// `pzl.info` now: `conversationId`, `status`, `coBrowseState`, `chatInputDisabled`.
pub fn read(cx: &Context) -> JsValue {
    shim::read(&text(cx))
}

/// Tells the page's listeners (`info`) where something has changed.
pub fn publish(cx: &Context) {
    let text = text(cx);
    if *cx.info.told.borrow() == text {
        return;
    }
    let detail = shim::read(&text);
    cx.info.told.replace(text);
    cx.host.emit("info", &detail);
}

/// The conversation is this one. The page hears when there is one at last (`ready`).
pub fn set_conversation(cx: &Context, id: &str) {
    let before = cx.info.conversation.replace(Some(id.to_owned()));
    publish(cx);
    if before.is_none() {
        cx.host.emit("ready", &read(cx));
    }
}

/// The conversation, once there is one.
pub fn conversation(cx: &Context) -> Option<String> {
    cx.info.conversation.borrow().clone()
}

/// The connection is this; the page's listeners hear of a change (`status`).
pub fn set_connection(cx: &Context, connection: Connection) {
    if cx.info.connection.replace(Some(connection)) == Some(connection) {
        return;
    }
    publish(cx);
    cx.emit("status", &Object::new().with("status", &word(connection)));
}

fn text(cx: &Context) -> String {
    let connection = cx.info.connection.get().unwrap_or(Connection::Starting);
    let conversation = conversation(cx).map_or_else(Json::null, |id| {
        let mut text = String::new();
        id.write(&mut text);
        Json::trusted(text)
    });
    let info = Object::new()
        .with("conversationId", &conversation)
        .with("status", &word(connection))
        .with("coBrowseState", &cx.co_browse())
        .with("chatInputDisabled", &cx.input_off());
    info.end().into_string()
}

fn word(connection: Connection) -> &'static str {
    match connection {
        Connection::Starting => "starting",
        Connection::Connected => "connected",
        Connection::Reconnecting => "reconnecting",
        Connection::Ended => "closed",
        Connection::Failed => "failed",
    }
}
