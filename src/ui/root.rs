//! `<docent-widget>`: where it hangs, and that it stays there.

use super::Parts;
use crate::dom::{self, Registration, shim};
use crate::error::StartError;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use web_sys::{Document, Element, ShadowRoot};

/// The style sheet: the file `build.rs` names, minified where the build has done so.
const STYLE: &str = include_str!(env!("DOCENT_STYLE"));

/// How long a page that removes the widget keeps it away, in milliseconds. It doubles each time, so that a page that
/// insists does not fight with it.
const AWAY: i32 = 20;

/// The widget's element and its shadow root. Dropping it removes the element.
pub(super) struct Root {
    document: Document,
    host: Element,
    pub(super) shadow: ShadowRoot,
    watched: RefCell<Vec<Registration>>,
    timer: RefCell<Option<Registration>>,
    returns: Cell<u32>,
}

impl Root {
    pub(super) fn new(document: &Document) -> Result<Self, StartError> {
        let host = document.create_element("docent-widget").map_err(|_| StartError::NoWidget("elements"))?;
        let shadow = shim::shadow(&host, STYLE).map_err(|_| StartError::NoWidget("shadow roots"))?;
        Ok(Self {
            document: document.clone(),
            host,
            shadow,
            watched: RefCell::default(),
            timer: RefCell::default(),
            returns: Cell::default(),
        })
    }

    /// Hangs it into the page. Not into the body, which pages replace.
    pub(super) fn hang(&self) {
        if let Some(html) = self.document.document_element() {
            // It fails in a document that is being replaced; the next change tries again.
            let _ = html.append_child(&self.host);
        }
    }

    fn is_in_place(&self) -> bool {
        self.host.is_connected() && self.host.parent_element() == self.document.document_element()
    }
}

impl Drop for Root {
    fn drop(&mut self) {
        self.host.remove();
    }
}

impl Parts {
    /// Hangs the widget into the page, and again whenever the page removes it.
    pub(super) fn stay(self: &Rc<Self>) {
        self.root.hang();
        self.watch();
    }

    fn watch(self: &Rc<Self>) {
        let options = shim::read("{\"childList\":true}");
        let changed = || {
            let weak = Rc::downgrade(self);
            move |_| {
                if let Some(parts) = weak.upgrade() {
                    parts.missed();
                }
            }
        };
        let mut watched = vec![dom::observe_mutations(&self.document, &options, changed())];
        if let Some(html) = self.document.document_element() {
            watched.push(dom::observe_mutations(&html, &options, changed()));
        }
        let before = self.root.watched.replace(watched);
        drop(before);
    }

    fn missed(self: &Rc<Self>) {
        if self.root.is_in_place() || self.root.timer.borrow().is_some() {
            return;
        }
        let returns = self.root.returns.get();
        self.root.returns.set(returns + 1);
        let timer = self.later(AWAY << returns.min(9), Self::come_back);
        let before = self.root.timer.replace(Some(timer));
        drop(before);
    }

    fn come_back(self: &Rc<Self>) {
        let timer = self.root.timer.take();
        drop(timer);
        self.root.hang();
        // `document.write` has replaced the root element, and taken every listener with it.
        dom::listen_again();
        self.watch();
        self.prompts.show_again();
    }
}
