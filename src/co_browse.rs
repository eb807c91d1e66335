//! Who watches the page, and the recorder that runs while somebody does: fetched then, and only with the visitor's
//! consent, in the tab that acts. What it records goes straight from it to the socket.

use crate::context::Context;
use crate::conversation::socket::Socket;
use crate::dom::value::Value;
use crate::dom::{Registration, recording};
use docent_protocol::json::Object;
use docent_protocol::registry::CoBrowseState;
use docent_protocol::source::Source;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsValue;

/// What decides whether the page is recorded.
#[derive(Default)]
pub struct CoBrowse {
    socket: RefCell<Option<Rc<Socket>>>,
    acting: Cell<bool>,
    /// The gateway's last `{"watchers", "snapshot"}`.
    watch: RefCell<Option<Value>>,
    recording: RefCell<Option<Registration>>,
}

impl CoBrowse {
    /// The gateway tells who watches.
    pub fn watched(&self, cx: &Context, frame: Value) {
        *self.watch.borrow_mut() = Some(frame);
        self.apply(cx);
    }

    /// A socket to the gateway is open, or was lost; who watches is told anew.
    pub fn connect(&self, cx: &Context, socket: Option<Rc<Socket>>) {
        drop(self.recording.take());
        *self.socket.borrow_mut() = socket;
        *self.watch.borrow_mut() = None;
        self.apply(cx);
    }

    /// This tab acts now, or another does.
    pub fn set_acting(&self, cx: &Context, acting: bool) {
        self.acting.set(acting);
        self.apply(cx);
    }

    /// Records, or ceases to, as things are.
    pub fn apply(&self, cx: &Context) {
        let watch = self.watch.borrow().clone().filter(|watch| {
            let watchers = watch.field("watchers").and_then(|list| list.items());
            watchers.is_some_and(|list| !list.is_empty())
        });
        let socket = self.socket.borrow().clone().filter(|_| self.acting.get());
        let (Some(watch), Some(socket)) = (watch, socket) else { return drop(self.recording.take()) };
        if cx.co_browse() != CoBrowseState::Active {
            return drop(self.recording.take());
        }
        if self.recording.borrow().is_none() {
            let recording = record(cx, &socket);
            *self.recording.borrow_mut() = Some(recording);
        }
        recording::watch(watch.as_js());
    }
}

fn record(cx: &Context, socket: &Socket) -> Registration {
    let again = cx.clone();
    let failed = Rc::new(move |message: JsValue| {
        let message = message.as_string().unwrap_or_default();
        again.tell("coBrowseFailed", &Object::new().with("message", &message));
        again.stop_sharing();
        JsValue::UNDEFINED
    });
    let policy = cx.policy();
    let all = if policy.mask_all_text { "all" } else { "" };
    let (mask, unmask, block) = (policy.mask.as_str(), &policy.unmask, &policy.block);
    let rules = [mask, unmask, block, all, &policy.pause, &policy.pause_pages].map(str::to_owned);
    Registration::new(failed, |id| {
        recording::record(id, &cx.host.base(), &cx.ui.root(), socket.as_js(), rules.into(), &cx.host.locale());
    })
}
