//! Where the visitor is: told once a load and whenever the address changes without one.

use crate::context::Context;
use crate::dom::{self, Registration, shim};
use docent_protocol::json::Object;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// Changes within this time are told as one, in milliseconds.
const PAUSE: i32 = 250;

struct Visit {
    cx: Context,
    told: RefCell<String>,
    waits: Cell<bool>,
    timer: RefCell<Option<Registration>>,
}

/// Tells where the visitor is now and goes on telling.
pub(super) fn watch(cx: &Context) -> Vec<Registration> {
    let visit =
        Rc::new(Visit { cx: cx.clone(), told: RefCell::default(), waits: Cell::default(), timer: RefCell::default() });
    visit.tell();
    let mut heard = Vec::new();
    let mut hear = |target: &web_sys::EventTarget, kind| {
        let visit = visit.clone();
        heard.push(dom::on(target, kind, move |_| visit.moved()));
    };
    match shim::navigation() {
        Some(navigation) => hear(&navigation, "currententrychange"),
        None => ["popstate", "hashchange"].into_iter().for_each(|kind| hear(&cx.window, kind)),
    }
    heard
}

impl Visit {
    fn moved(self: &Rc<Self>) {
        if self.waits.replace(true) {
            return;
        }
        let weak = Rc::downgrade(self);
        let timer = dom::after(PAUSE, move || {
            if let Some(visit) = weak.upgrade() {
                visit.waits.set(false);
                visit.tell();
            }
        });
        let before = self.timer.replace(Some(timer));
        drop(before);
    }

    fn tell(&self) {
        let page = shim::page();
        let text = |at| page.get(at).as_string().unwrap_or_default();
        let (url, title) = (text(0), text(1));
        if self.told.replace(url.clone()) != url {
            self.cx.tell("pageChanged", &Object::new().with("url", &url).with("title", &title));
        }
    }
}
