//! The loop: an event in, dispatch, an answer out. Teardown is one line: the [`Runtime`] is dropped.

use crate::context::Context;
use crate::conversation::Conversation;
use crate::conversation::journal::Journal;
use crate::conversation::memory::Memory;
use crate::conversation::outbox::Outbox;
use crate::dom::{self, Registration};
use crate::error::StartError;
use crate::page::{self, Surface, host::Host};
use crate::ui::{Act, Ui, texts::Texts};
use std::cell::RefCell;
use std::rc::Rc;

thread_local! {
    static RUNTIME: RefCell<Option<Runtime>> = const { RefCell::new(None) };
}

/// All of Docent in a page.
struct Runtime {
    cx: Context,
    conversation: Rc<Conversation>,
    _surface: Surface,
    _listeners: Vec<Registration>,
}

/// Starts in the page the loader describes; a second call while one runs does nothing.
///
/// # Errors
/// See [`StartError`].
pub fn start(host: Host) -> Result<(), StartError> {
    if RUNTIME.with_borrow(Option::is_some) {
        return Ok(());
    }
    let window = dom::window().ok_or(StartError::NoDocument)?;
    let document = window.document().ok_or(StartError::NoDocument)?;
    page::open(&host);
    let memory = Memory::new(&host.site_key());
    let journal = Journal::new(page::unique());
    let outbox = Outbox::new(journal.instance());
    let texts = Texts::new(&host.locale(), &host.lang());
    let act: Rc<dyn Fn(Act)> = Rc::new(act);
    let ui = Ui::mount(&document, texts, act)?;
    let cx = Context::new(window, document, host, ui, memory, journal, outbox);
    cx.apply_state();
    let conversation = Conversation::start(cx.clone());
    let runtime = Runtime {
        _surface: Surface::install(&cx, stop),
        _listeners: listen(&cx, &conversation),
        conversation,
        cx: cx.clone(),
    };
    RUNTIME.set(Some(runtime));
    cx.host.drain();
    Ok(())
}

/// Ends: the page is as it was before.
pub fn stop() {
    let Some(runtime) = RUNTIME.take() else { return };
    let host = runtime.cx.host.clone();
    runtime.conversation.leave();
    drop(runtime);
    dom::shut();
    host.gone();
}

fn act(act: Act) {
    let conversation = RUNTIME.with_borrow(|runtime| runtime.as_ref().map(|runtime| runtime.conversation.clone()));
    if let Some(conversation) = conversation {
        conversation.act_for_visitor(act);
    }
}

fn listen(cx: &Context, conversation: &Rc<Conversation>) -> Vec<Registration> {
    let with = |act: fn(&Conversation)| {
        let conversation = conversation.clone();
        move |_| act(&conversation)
    };
    let cx_again = cx.clone();
    let stored = {
        let conversation = conversation.clone();
        move |_| {
            cx_again.apply_state();
            conversation.memory_changed();
        }
    };
    vec![
        dom::on(&cx.window, "storage", stored),
        dom::on(&cx.window, "offline", with(Conversation::offline)),
        dom::on(&cx.window, "online", with(Conversation::check)),
        dom::on(&cx.window, "pageshow", with(Conversation::join)),
        dom::on(&cx.document, "visibilitychange", with(Conversation::visibility_changed)),
        dom::on_capture(&cx.window, "pagehide", with(Conversation::leaving)),
        // In this order: what is answered while the page is left still finds the socket.
        dom::on(&cx.window, "pagehide", with(Conversation::leave)),
    ]
}
