//! `navigateTo`: another page of the same origin.

use super::Execute;
use crate::config::Consent;
use crate::context::Call;
use crate::dom::{self, Registration, shim};
use crate::error::Failure;
use crate::task::{Either, Filler, either, slot};
use crate::ui::Question;
use docent_protocol::json::Object;
use docent_protocol::registry::{NavigateTo, NavigateToReply};
use docent_protocol::status::Status;
use std::cell::Cell;
use std::rc::Rc;
use web_sys::EventTarget;

/// How long a server may take until the page is left, in milliseconds.
const PATIENCE: i32 = 60_000;
/// The same where the page had the browser ask the visitor, and the browser does not tell the answer.
const STAYED: i32 = 5_000;

impl Execute for NavigateTo {
    const ASKS: bool = true;

    async fn run(self, call: Call) -> Result<NavigateToReply, Failure> {
        match go(&self.url, &call).await {
            Ok(()) => Ok(NavigateToReply { url: self.url }),
            Err(failure) => Err(failure.with(Object::new().with("url", &self.url))),
        }
    }
}

async fn go(url: &str, call: &Call) -> Result<(), Failure> {
    let target = shim::destination(url)
        .ok_or_else(|| Failure::new(Status::OriginMismatch, "`url` leads to another origin than the page's"))?;
    let go = match call.policy().navigation {
        Consent::Off => return Err(Failure::not_allowed("the site's policy forbids navigation")),
        Consent::Auto => true,
        Consent::Ask => call.ui.ask(Question::Navigate { url: target.clone() }).await,
    };
    if !go {
        return Err(Failure::new(Status::Cancelled, "the visitor declined"));
    }
    call.begin();
    leave(&target, call).await
}

/// What became of the page.
#[derive(Clone, Copy)]
enum Outcome {
    /// It is left, or its own router has changed it.
    Left,
    /// The visitor stayed, went elsewhere, or stopped the loading.
    Stayed,
}

async fn leave(target: &str, call: &Call) -> Result<(), Failure> {
    let location = call.window.location();
    let within = is_within(target, &location.href().unwrap_or_default());
    let (done, waiting) = slot();
    let held = Rc::new(Cell::new(false));
    let listeners = listen(call, Rc::new(done), held.clone());
    // The browser asks, where the page wants that, before this returns.
    location.assign(target).map_err(|_| Failure::other("the browser refuses to leave the page"))?;
    if within {
        return Ok(());
    }
    let unsure = held.get() && !shim::tells_of_staying();
    let outcome = either(waiting, dom::sleep(if unsure { STAYED } else { PATIENCE })).await;
    drop(listeners);
    match outcome {
        Either::First(Some(Outcome::Left)) => Ok(()),
        Either::First(_) => Err(Failure::new(Status::Cancelled, "the visitor stayed on the page")),
        Either::Second(()) if unsure => Err(Failure::new(Status::Cancelled, "the visitor stayed on the page")),
        Either::Second(()) => {
            Err(Failure::other("the page was not left within a minute: a download, or a server that does not answer"))
        }
    }
}

/// Hears what becomes of the page. `pagehide` is heard after the conversation heard it: the answer goes out at once.
fn listen(call: &Call, done: Rc<Filler<Outcome>>, held: Rc<Cell<bool>>) -> Vec<Registration> {
    let mut listeners = vec![dom::on(&call.window, "beforeunload", move |event| held.set(shim::holds(&event)))];
    let hear = |target: &EventTarget, kind, outcome| {
        let done = done.clone();
        dom::on_capture(target, kind, move |_| done.fill(outcome))
    };
    listeners.push(hear(&call.window, "pagehide", Outcome::Left));
    if let Some(navigation) = shim::navigation() {
        listeners.push(hear(&navigation, "navigatesuccess", Outcome::Left));
        listeners.push(hear(&navigation, "navigateerror", Outcome::Stayed));
    }
    listeners
}

/// Whether the target is a place in the page itself.
fn is_within(target: &str, here: &str) -> bool {
    target.split_once('#').is_some_and(|(page, _)| here.split('#').next() == Some(page))
}
