//! What a command may touch.

use crate::co_browse::CoBrowse;
use crate::config::Policy;
use crate::conversation::journal::Journal;
use crate::conversation::memory::Memory;
use crate::conversation::outbox::Outbox;
use crate::page::host::Host;
use crate::page::info::Info;
use crate::ui::Ui;
use docent_protocol::event::EventId;
use docent_protocol::json::{Object, ToJson};
use docent_protocol::registry::CoBrowseState;
use std::cell::RefCell;
use std::rc::Rc;
use web_sys::{Document, Window};

const INPUT_OFF: &str = "inputOff";
const SHARING: &str = "sharing";

/// The page, the visitor's interface, the site's policy and the way out, shared by all that runs.
#[derive(Clone)]
pub struct Context(Rc<Parts>);

/// The parts of a [`Context`].
pub struct Parts {
    /// The page's window.
    pub window: Window,
    /// The page's document.
    pub document: Document,
    /// What the loader handed over.
    pub host: Host,
    /// The visitor's interface.
    pub ui: Ui,
    /// What outlives the page.
    pub memory: Memory,
    /// What was executed.
    pub journal: Journal,
    /// What goes to the gateway.
    pub outbox: Outbox,
    /// Who sees the page.
    pub mirror: CoBrowse,
    /// What `pzl.info` tells.
    pub info: Info,
    policy: RefCell<Rc<Policy>>,
}

impl std::ops::Deref for Context {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl Context {
    /// Puts the parts together.
    pub fn new(
        window: Window,
        document: Document,
        host: Host,
        ui: Ui,
        memory: Memory,
        journal: Journal,
        outbox: Outbox,
    ) -> Self {
        let (mirror, info, policy) = Default::default();
        Self(Rc::new(Parts { window, document, host, ui, memory, journal, outbox, mirror, info, policy }))
    }

    /// The site's policy; the careful default until the gateway has told it.
    pub fn policy(&self) -> Rc<Policy> {
        self.policy.borrow().clone()
    }

    /// Takes the policy the gateway told.
    pub fn set_policy(&self, policy: Policy) {
        *self.policy.borrow_mut() = Rc::new(policy);
    }

    /// Tells a fact unasked (`visitorEvent`).
    pub fn tell(&self, kind: &str, values: &Object) {
        let mut data = Object::new().with("type", &kind);
        data.extend(values);
        self.outbox.tell("visitorEvent", &data.end());
    }

    /// Whether the chat input is off.
    pub fn input_off(&self) -> bool {
        self.memory.get(INPUT_OFF).is_some()
    }

    /// Turns the chat input off or on, in every tab and until told otherwise.
    pub fn set_input_off(&self, off: bool) {
        self.memory.set_flag(INPUT_OFF, off);
        self.apply_state();
    }

    /// Whether the visitor shares the page.
    pub fn co_browse(&self) -> CoBrowseState {
        match self.memory.get(SHARING) {
            Some(_) => CoBrowseState::Active,
            None => CoBrowseState::Disabled,
        }
    }

    /// Starts or ends sharing, in every tab.
    pub fn set_co_browse(&self, state: CoBrowseState) {
        if state == self.co_browse() {
            return;
        }
        self.memory.set_flag(SHARING, state == CoBrowseState::Active);
        self.apply_state();
        self.emit("coBrowse", &Object::new().with("state", &state));
    }

    /// The visitor ends sharing, unasked.
    pub fn stop_sharing(&self) {
        self.set_co_browse(CoBrowseState::Disabled);
        let state = Object::new().with("coBrowseState", &CoBrowseState::Disabled);
        self.tell("coBrowseChanged", &state);
    }

    /// Shows what is remembered: this tab's own change, or another's.
    pub fn apply_state(&self) {
        self.ui.disable_input(self.input_off());
        self.ui.share(self.co_browse() == CoBrowseState::Active);
        self.mirror.apply(self);
        crate::page::info::publish(self);
    }

    /// Tells the page's own listeners (`pzl.on`).
    pub fn emit(&self, kind: &str, detail: &Object) {
        let mut text = String::new();
        detail.write(&mut text);
        self.host.emit(kind, &crate::dom::shim::read(&text));
    }
}

/// One execution of a command or request: the [`Context`], and whose it is.
#[derive(Clone)]
pub struct Call {
    cx: Context,
    event_id: EventId,
}

impl std::ops::Deref for Call {
    type Target = Context;

    fn deref(&self) -> &Context {
        &self.cx
    }
}

impl Call {
    /// An execution of the event's command.
    pub fn new(cx: Context, event_id: EventId) -> Self {
        Self { cx, event_id }
    }

    /// From here on the page is changed: after a reload it is not begun anew. Only for commands that
    /// [ask](crate::command::Execute::ASKS) first.
    pub fn begin(&self) {
        self.cx.journal.begin(&self.cx.memory, self.event_id);
    }
}
