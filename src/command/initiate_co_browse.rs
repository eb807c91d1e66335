//! `initiateCoBrowse`: the page shared with an agent, if its visitor wants that.

use super::Execute;
use crate::config::Consent;
use crate::context::{Call, Context};
use crate::error::Failure;
use crate::task::{Filler, Scope, slot};
use crate::ui::Question;
use docent_protocol::json::Object;
use docent_protocol::registry::{CoBrowseState, CoBrowseWish, InitiateCoBrowse, InitiateCoBrowseReply};
use std::cell::RefCell;
use std::rc::{Rc, Weak};

impl Execute for InitiateCoBrowse {
    const ASKS: bool = true;

    async fn run(self, call: Call) -> Result<InitiateCoBrowseReply, Failure> {
        let wanted = match self.co_browse_state {
            CoBrowseWish::Disabled => CoBrowseState::Disabled,
            CoBrowseWish::RequestPermission | CoBrowseWish::Active => CoBrowseState::Active,
        };
        if wanted != call.co_browse() {
            if wanted == CoBrowseState::Active {
                permission(&call, self.co_browse_state).await?;
            }
            call.begin();
            call.set_co_browse(wanted);
        }
        Ok(InitiateCoBrowseReply { co_browse_state: wanted })
    }
}

async fn permission(call: &Call, wish: CoBrowseWish) -> Result<(), Failure> {
    let refused = |why| {
        let state = Object::new().with("coBrowseState", &CoBrowseState::Disabled);
        Err(Failure::not_allowed(why).with(state))
    };
    match call.policy().co_browse {
        Consent::Off => refused("the site's policy forbids co-browsing"),
        Consent::Auto if wish == CoBrowseWish::Active => Ok(()),
        _ if consent(call).await => Ok(()),
        _ => refused("the visitor declined"),
    }
}

/// A prompt that stands, for all who wait for its answer. It goes when the last of them does.
struct Asked {
    scope: Scope,
    waiting: RefCell<Vec<Filler<bool>>>,
}

thread_local! {
    static ASKED: RefCell<Weak<Asked>> = const { RefCell::new(Weak::new()) };
}

/// Asks the visitor, once for all who ask at the same time.
pub(crate) async fn consent(cx: &Context) -> bool {
    let asked = ASKED.with_borrow(Weak::upgrade).unwrap_or_else(|| ask(cx.clone()));
    let (done, waiting) = slot();
    asked.waiting.borrow_mut().push(done);
    let answer = waiting.await.unwrap_or(false);
    drop(asked);
    answer
}

fn ask(cx: Context) -> Rc<Asked> {
    let asked = Rc::new(Asked { scope: Scope::new(), waiting: RefCell::default() });
    let weak = Rc::downgrade(&asked);
    ASKED.set(weak.clone());
    asked.scope.spawn(async move {
        let answer = cx.ui.ask(Question::CoBrowse).await;
        // Whoever asks from here on asks anew.
        ASKED.set(Weak::new());
        if let Some(asked) = weak.upgrade() {
            let waiting = asked.waiting.take();
            drop(asked);
            waiting.iter().for_each(|done| done.fill(answer));
        }
    });
    asked
}
