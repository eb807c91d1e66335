//! Which tab acts: the one last visible. When it goes, another takes over.
//!
//! Tabs of an origin share a Web Lock a conversation; who holds it acts. A tab that becomes visible takes it from the
//! holder, a tab that lost it queues for it. A second lock, held by each load of a page as long as it lives, tells
//! others when it is gone. Pages without Web Locks (plain http) go by a mark in storage instead.

use super::memory::Memory;
use crate::dom::{self, Registration, shim};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsValue;

const ACTING: &str = "acting";
/// A tab that takes the lock from another lets it finish its turn first, in milliseconds: what that one begins is in
/// the journal before this one looks there.
const HANDOVER: i32 = 100;
/// How long a load of a page may stay silent where no lock tells of its end, in milliseconds.
const GRACE: i32 = 15_000;

/// This tab's part.
pub struct Tabs {
    lock: String,
    alive: String,
    instance: String,
    changed: Rc<dyn Fn(bool)>,
    held: RefCell<Vec<Registration>>,
    life: RefCell<Option<Registration>>,
}

impl Tabs {
    /// Begins to take part. `changed` hears when this tab begins to act and when it stops.
    pub fn new(memory: &Memory, instance: &str, changed: Rc<dyn Fn(bool)>) -> Rc<Self> {
        Rc::new(Self {
            lock: memory.key(ACTING),
            alive: memory.key("alive:"),
            instance: instance.to_owned(),
            changed,
            held: RefCell::default(),
            life: RefCell::default(),
        })
    }

    /// The page is there: visible or not, it takes its part. Call it again whenever visibility changes.
    pub fn join(self: &Rc<Self>, memory: &Memory, visible: bool) {
        if self.life.borrow().is_none() {
            let life = Registration::new(Rc::new(|_| JsValue::UNDEFINED), |id| {
                shim::lock(id, &[&self.alive, self.instance.as_str()].concat(), false);
            });
            *self.life.borrow_mut() = Some(life);
        }
        if visible {
            let taken = memory.get(ACTING).is_some_and(|instance| instance != self.instance);
            memory.set(ACTING, &self.instance);
            self.request(true, taken);
        } else if self.held.borrow().is_empty() {
            self.request(false, false);
        }
    }

    /// The page is left: whoever waits may act.
    pub fn leave(&self, memory: &Memory) {
        drop(self.held.take());
        drop(self.life.take());
        if memory.get(ACTING).as_deref() == Some(&self.instance) {
            memory.remove(ACTING);
        }
        (self.changed)(false);
    }

    /// Another tab wrote to the memory: without Web Locks, its mark tells who acts.
    pub fn mark_changed(&self, memory: &Memory, visible: bool) {
        if !has_locks() {
            let acting = memory.get(ACTING);
            if acting.is_none() && visible {
                memory.set(ACTING, &self.instance);
            }
            (self.changed)(memory.get(ACTING).is_none_or(|instance| instance == self.instance));
        }
    }

    /// Waits until the named load of a page is gone.
    pub async fn gone(&self, instance: &str) {
        if !has_locks() {
            return dom::sleep(GRACE).await;
        }
        let (done, waiting) = crate::task::slot();
        let handler = Rc::new(move |_| {
            done.fill(());
            JsValue::UNDEFINED
        });
        let lock = Registration::new(handler, |id| {
            shim::lock(id, &[&self.alive, instance].concat(), false);
        });
        waiting.await;
        drop(lock);
    }

    /// Asks for the lock: takes it from its holder (`steal`) or stands in line. `taken`: another tab acted until now.
    fn request(self: &Rc<Self>, steal: bool, taken: bool) {
        let weak = Rc::downgrade(self);
        let handler = Rc::new(move |held: JsValue| {
            if let Some(tabs) = weak.upgrade() {
                match (held.is_truthy(), taken) {
                    (true, true) => tabs.begin_later(),
                    (true, false) => (tabs.changed)(true),
                    (false, _) => {
                        (tabs.changed)(false);
                        tabs.request(false, false);
                    }
                }
            }
            JsValue::UNDEFINED
        });
        let mut locks = true;
        let request = Registration::new(handler, |id| locks = shim::lock(id, &self.lock, steal));
        let before = self.held.replace(vec![request]);
        drop(before);
        if !locks {
            (self.changed)(steal);
        }
    }

    fn begin_later(self: &Rc<Self>) {
        let weak = Rc::downgrade(self);
        let handler = Rc::new(move |_| {
            if let Some(tabs) = weak.upgrade() {
                (tabs.changed)(true);
            }
            JsValue::UNDEFINED
        });
        self.held.borrow_mut().push(Registration::new(handler, |id| shim::timeout(id, HANDOVER)));
    }
}

fn has_locks() -> bool {
    dom::window().is_some_and(|window| {
        js_sys::Reflect::get(&window.navigator(), &"locks".into()).is_ok_and(|locks| locks.is_truthy())
    })
}
