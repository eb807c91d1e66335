//! The chat's session on the visitor's side: where the site has a channel, screens for it are fetched and told of it.

use crate::context::Context;
use crate::conversation::credentials::Credentials;
use crate::dom::value::Value;
use crate::dom::{Registration, screens};
use docent_protocol::source::Source;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsValue;

/// The screens, where there are any.
#[derive(Default)]
pub struct Screens(RefCell<Option<Registration>>);

impl Screens {
    /// The gateway's first frame: which channel the site has, and where the session stands.
    pub fn greet(&self, cx: &Context, hello: &Value) {
        let channel = hello.field("site").and_then(|site| site.field("channel"));
        let credentials = Credentials::recall(&cx.memory);
        let (Some(channel), Some(standing), Some(credentials)) = (channel, hello.field("session"), credentials) else {
            return drop(self.0.take());
        };
        if self.0.borrow().is_none() {
            let failed = Rc::new(|message: JsValue| {
                crate::page::report(&message.as_string().unwrap_or_default());
                JsValue::UNDEFINED
            });
            let (base, root, lang) = (cx.host.base(), cx.ui.root(), cx.host.lang());
            let registration = Registration::new(failed, |id| screens::screens_of(id, &base, &root, &lang));
            *self.0.borrow_mut() = Some(registration);
        }
        let url = [&cx.host.base(), "/conversation/", &credentials.conversation].concat();
        screens::greet(&url, &credentials.token, channel.as_js(), standing.as_js());
    }

    /// A `session` event.
    pub fn change(&self, data: &Value) {
        if self.0.borrow().is_some() {
            screens::change(data.as_js());
        }
    }

    /// A message. The FAQ's answers are known by their `faq`.
    pub fn message(&self, data: &Value) {
        if self.0.borrow().is_some() && data.field("faq").is_some() {
            screens::answered();
        }
    }

    /// The conversation is another.
    pub fn clear(&self) {
        drop(self.0.take());
    }
}
