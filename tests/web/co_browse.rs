//! `initiateCoBrowse` and `getCoBrowseDom`.

use crate::harness::{Page, run, until, values};
use docent_protocol::registry::CoBrowseState;
use docent_protocol::source::Source;
use docent_protocol::status::Status;
use docent_widget::config::{Consent, Policy};
use docent_widget::task::Scope;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen_test::*;

const ASK: &str = r#"{"coBrowseState": "requestPermission"}"#;
const ACTIVE: &str = r#"{"coBrowseState": "active"}"#;
const DISABLED: &str = r#"{"coBrowseState": "disabled"}"#;

fn policy(co_browse: Consent) -> Policy {
    Policy { co_browse, ..Policy::default() }
}

// Consent that a script gives is none: it is tested end to end.
#[wasm_bindgen_test]
async fn a_visitor_who_declines_shares_nothing() {
    for wish in [ASK, ACTIVE] {
        let page = Page::plain("");
        let (answer, ()) = both(page.refusal("initiateCoBrowse", wish), page.decline()).await;
        assert_eq!(answer.status, Status::NotAllowed);
        let state = values(answer).field("coBrowseState").and_then(|state| state.as_text());
        assert_eq!(state.as_deref(), Some("disabled"));
        assert_eq!(page.cx.co_browse(), CoBrowseState::Disabled);
        page.end().await;
    }
}

#[wasm_bindgen_test]
async fn two_who_ask_at_once_share_one_question() {
    let page = Page::plain("");
    let asked = both(page.status("initiateCoBrowse", ASK), page.status("initiateCoBrowse", ASK));
    let (answers, ()) = both(asked, page.decline()).await;
    assert_eq!(answers, (Status::NotAllowed, Status::NotAllowed));
    page.end().await;
}

#[wasm_bindgen_test]
async fn a_question_nobody_waits_for_goes() {
    let page = Page::plain("");
    let page = Rc::new(page);
    let (scope, asking) = (Scope::new(), page.clone());
    scope.spawn(async move { drop(asking.ask("initiateCoBrowse", ASK).await) });
    assert!(until(|| page.widget("[part=prompt][open]").is_some()).await);
    drop(scope);
    assert!(until(|| page.widget("[part=prompt][open]").is_none()).await);
    Rc::try_unwrap(page).map_err(drop).expect("the last").end().await;
}

#[wasm_bindgen_test]
async fn only_the_site_can_let_it_start_unasked() {
    let page = Page::new("", policy(Consent::Auto));
    assert_eq!(page.text("initiateCoBrowse", ACTIVE, "coBrowseState").await, "active");
    assert_eq!(page.cx.co_browse(), CoBrowseState::Active);
    // It is on: nobody is asked again.
    assert_eq!(page.text("initiateCoBrowse", ASK, "coBrowseState").await, "active");
    assert_eq!(page.text("initiateCoBrowse", DISABLED, "coBrowseState").await, "disabled");
    assert_eq!(page.cx.co_browse(), CoBrowseState::Disabled);
    page.end().await;
    let page = Page::new("", policy(Consent::Off));
    assert_eq!(page.status("initiateCoBrowse", ACTIVE).await, Status::NotAllowed);
    assert_eq!(page.status("initiateCoBrowse", ASK).await, Status::NotAllowed);
    assert_eq!(page.status("initiateCoBrowse", DISABLED).await, Status::Success);
    page.end().await;
}

#[wasm_bindgen_test]
async fn a_state_that_is_none_is_an_error_that_says_so() {
    let page = Page::plain("");
    let failure = page.refusal("initiateCoBrowse", r#"{"coBrowseState": "on"}"#).await;
    assert!(failure.status == Status::Error && failure.message.contains("`coBrowseState`"));
    page.end().await;
}

#[wasm_bindgen_test]
async fn without_sharing_there_is_no_html() {
    let page = Page::new("<p>text</p>", policy(Consent::Auto));
    assert_eq!(page.status("getCoBrowseDom", "{}").await, Status::NotAllowed);
    page.ask("initiateCoBrowse", ACTIVE).await.expect("success");
    assert!(page.text("getCoBrowseDom", "{}", "value").await.contains("<p>text</p>"));
    page.cx.stop_sharing();
    assert_eq!(page.status("getCoBrowseDom", "{}").await, Status::NotAllowed);
    page.end().await;
}

#[wasm_bindgen_test]
async fn the_html_is_what_may_be_seen() {
    let page = Page::new(
        "<main id=m class=c onclick='SECRET()' style='color: red' data-x=SECRET>a &amp; b<br>\
         <a href='/path?SECRET#SECRET' title=\"&quot;\">link</a><a href='javascript:SECRET'>x</a><!-- SECRET -->\
         <script type=text/plain>SECRET</script><style>SECRET {}</style><iframe srcdoc=SECRET></iframe>\
         <input value=SECRET><input type=checkbox checked><input type=submit value=Buy></main>",
        policy(Consent::Auto),
    );
    page.ask("initiateCoBrowse", ACTIVE).await.expect("success");
    let html = page.text("getCoBrowseDom", "{}", "value").await;
    assert!(html.starts_with("<!doctype html><html"), "{html}");
    assert!(!html.contains("SECRET") && !html.contains("<docent-widget"), "{html}");
    for part in [
        "<main id=\"m\" class=\"c\">a &amp; b<br>",
        "<a href=\"/path\" title=\"&quot;\">link</a>",
        "<input type=\"submit\" value=\"Buy\">",
        "</main></section>",
    ] {
        assert!(html.contains(part), "{part} in {html}");
    }
    page.end().await;
}

#[wasm_bindgen_test]
async fn deep_and_long_pages_are_told_or_refused_but_break_nothing() {
    let deep = "<div>".repeat(400) + "deep";
    let page = Page::new(&deep, policy(Consent::Auto));
    page.ask("initiateCoBrowse", ACTIVE).await.expect("success");
    assert!(page.text("getCoBrowseDom", "{}", "value").await.contains("deep"));
    run(
        "let at = document.getElementById('stage'); for (let i = 0; i < 9000; i++) at = at.appendChild(document.createElement('i'))",
    );
    assert_eq!(page.status("getCoBrowseDom", "{}").await, Status::Success);
    run("document.getElementById('stage').textContent = 'long '.repeat(60000)");
    let failure = page.refusal("getCoBrowseDom", "{}").await;
    assert!(failure.status == Status::Error && failure.message.contains("240 KiB"));
    page.end().await;
}

/// Waits for two at once.
async fn both<A, B>(first: impl Future<Output = A>, second: impl Future<Output = B>) -> (A, B) {
    let (mut first, mut second) = (Box::pin(first), Box::pin(second));
    let done = RefCell::new((None, None));
    std::future::poll_fn(|cx| {
        let mut done = done.borrow_mut();
        if done.0.is_none()
            && let std::task::Poll::Ready(value) = first.as_mut().poll(cx)
        {
            done.0 = Some(value);
        }
        if done.1.is_none()
            && let std::task::Poll::Ready(value) = second.as_mut().poll(cx)
        {
            done.1 = Some(value);
        }
        match (done.0.is_some(), done.1.is_some()) {
            (true, true) => std::task::Poll::Ready(()),
            _ => std::task::Poll::Pending,
        }
    })
    .await;
    let (first, second) = done.into_inner();
    (first.expect("the first"), second.expect("the second"))
}
