//! `window.pzl`: what the runtime puts there, and that it goes.

use crate::harness::{Page, run, tick, until, wait};
use docent_protocol::event::EventId;
use docent_protocol::source::Source;
use docent_protocol::status::Status;
use docent_widget::context::Call;
use docent_widget::conversation::outbox::Sent;
use docent_widget::dom::{self, value::Value};
use docent_widget::page::{Surface, hooks, info, unique};
use docent_widget::ui::Connection;
use std::cell::Cell;
use wasm_bindgen_test::*;

thread_local! {
    static STOPPED: Cell<u32> = const { Cell::new(0) };
}

fn stop() {
    STOPPED.set(STOPPED.get() + 1);
}

/// How many facts wait to be told.
fn facts(page: &Page) -> usize {
    (1..=64).filter(|n| page.cx.outbox.waiting(&format!("here.{n}")) == Some(Sent::Fact)).count()
}

fn text(code: &str) -> String {
    run(code).as_string().unwrap_or_default()
}

#[wasm_bindgen_test]
async fn the_functions_stand_while_the_surface_does() {
    let page = Page::plain("");
    run("window.pzl.destroy = 1");
    let surface = Surface::install(&page.cx, stop);
    let kinds =
        "return ['setClaims', 'open', 'close', 'showInteraction', 'triggerRule'].map((n) => typeof pzl.api[n]).join()";
    assert_eq!(text(kinds), ["function"; 5].join(","));
    assert_eq!(text("return pzl.version"), env!("CARGO_PKG_VERSION"));
    assert_eq!(
        text("return [typeof pzl.destroy, typeof pzl.coBrowse.start, pzl.coBrowse.state].join()"),
        "function,function,disabled"
    );
    drop(surface);
    assert_eq!(text("return JSON.stringify(pzl)"), r#"{"api":{},"destroy":1}"#);
    page.end().await;
}

#[wasm_bindgen_test]
async fn what_the_site_has_stays_the_sites() {
    let page = Page::plain("");
    run("window.pzl.api.open = () => 'mine'");
    let surface = Surface::install(&page.cx, stop);
    assert_eq!(text("return pzl.api.open()"), "mine");
    run("pzl.api.close = () => 'later mine'");
    drop(surface);
    assert_eq!(text("return pzl.api.open() + pzl.api.close()"), "minelater mine");
    page.end().await;
}

#[wasm_bindgen_test]
async fn a_frozen_surface_breaks_nothing() {
    let page = Page::plain("");
    run("Object.freeze(pzl.api); Object.freeze(pzl)");
    drop(Surface::install(&page.cx, stop));
    page.end().await;
}

#[wasm_bindgen_test]
async fn calls_become_facts_and_nonsense_does_not() {
    let page = Page::plain("");
    let surface = Surface::install(&page.cx, stop);
    let before = facts(&page);
    assert!(run("return pzl.api.setClaims({ plan: 'pro' })").is_truthy());
    assert!(run("return pzl.api.triggerRule('exit')").is_truthy());
    assert!(run("return pzl.api.showInteraction('help')").is_truthy());
    assert!(page.cx.ui.is_open());
    assert_eq!(facts(&page), before + 3);
    for call in [
        "setClaims()",
        "setClaims(() => 1)",
        "setClaims({ get a() { throw 1 } })",
        "setClaims('x'.repeat(20000))",
        "triggerRule()",
        "triggerRule(3)",
        "showInteraction('x'.repeat(500))",
    ] {
        assert!(!run(&format!("return pzl.api.{call}")).is_truthy(), "{call}");
    }
    assert_eq!(facts(&page), before + 3);
    run("pzl.api.close()");
    assert!(!page.cx.ui.is_open());
    drop(surface);
    page.end().await;
}

#[wasm_bindgen_test]
async fn info_is_live_and_frozen() {
    let page = Page::plain("");
    let surface = Surface::install(&page.cx, stop);
    assert_eq!(text("return pzl.info.status"), "starting");
    info::set_conversation(&page.cx, "c1");
    info::set_connection(&page.cx, Connection::Connected);
    info::set_connection(&page.cx, Connection::Connected);
    page.cx.set_input_off(true);
    assert_eq!(
        text("return JSON.stringify(pzl.info)"),
        r#"{"conversationId":"c1","status":"connected","coBrowseState":"disabled","chatInputDisabled":true}"#
    );
    assert!(run("return Object.isFrozen(pzl.info)").is_truthy());
    let heard = page.emitted().into_iter().filter(|event| event.starts_with("status ")).collect::<Vec<_>>();
    assert_eq!(heard, [r#"status {"status":"connected"}"#]);
    for (connection, word) in
        [(Connection::Reconnecting, "reconnecting"), (Connection::Ended, "closed"), (Connection::Failed, "failed")]
    {
        info::set_connection(&page.cx, connection);
        assert_eq!(text("return pzl.info.status"), word);
    }
    page.cx.set_input_off(false);
    drop(surface);
    page.end().await;
}

#[wasm_bindgen_test]
async fn destroy_stops_the_runtime() {
    let page = Page::plain("");
    let surface = Surface::install(&page.cx, stop);
    let before = STOPPED.get();
    run("pzl.destroy()");
    assert_eq!(STOPPED.get(), before + 1);
    drop(surface);
    page.end().await;
}

#[wasm_bindgen_test]
async fn the_page_asks_its_visitor_and_ends_sharing() {
    let page = Page::plain("");
    let surface = Surface::install(&page.cx, stop);
    run("pzl.coBrowse.start()");
    tick().await;
    assert!(page.widget("[part=prompt]").is_some_and(|prompt| prompt.has_attribute("open")));
    page.cx.set_co_browse(docent_protocol::registry::CoBrowseState::Active);
    let before = facts(&page);
    assert_eq!(text("return pzl.coBrowse.state"), "active");
    run("pzl.coBrowse.stop()");
    assert_eq!(text("return pzl.coBrowse.state"), "disabled");
    assert_eq!(facts(&page), before + 1);
    drop(surface);
    page.end().await;
}

#[wasm_bindgen_test]
async fn the_page_is_told_once_and_again_when_it_changes() {
    let page = Page::plain("");
    let surface = Surface::install(&page.cx, stop);
    assert_eq!(facts(&page), 1);
    run("window.here = location.href; history.pushState(null, '', '#a'); location.hash = '#b'; location.hash = '#c'");
    assert!(until(|| facts(&page) > 1).await);
    wait(500).await;
    assert_eq!(facts(&page), 2);
    run("history.replaceState(null, '', window.here); delete window.here");
    wait(500).await;
    drop(surface);
    page.end().await;
}

async fn hook(page: &Page, body: &str) -> Result<String, (Status, String)> {
    run(&format!("window.pzlOnBeforeCommand = {body}"));
    let call = Call::new(page.cx.clone(), EventId::new(1).expect("an id"));
    let data = Value::parse(r#"{"type": "highlightDom", "selector": "//a"}"#).expect("data");
    let verdict = hooks::before_command(&call, &data).await;
    run("delete window.pzlOnBeforeCommand");
    assert_eq!(data.field("selector").and_then(|selector| selector.as_text()).as_deref(), Some("//a"));
    verdict.map(|data| data.to_json().into_string()).map_err(|failure| (failure.status, failure.message))
}

#[wasm_bindgen_test]
async fn the_sites_hook_lets_go_on_changes_or_forbids() {
    const SAME: &str = r#"{"type":"highlightDom","selector":"//a"}"#;
    const OTHER: &str = r#"{"type":"highlightDom","selector":"//b"}"#;
    let page = Page::plain("");
    page.cx.set_policy(docent_widget::config::Policy { api_timeout_ms: 100, ..Default::default() });
    for (body, wanted) in [
        ("undefined", SAME),
        ("{}", SAME),
        ("() => {}", SAME),
        ("(command) => { command.selector = '//b' }", SAME),
        ("() => true", SAME),
        ("async () => {}", SAME),
        ("(command) => ({ ...command, selector: '//b' })", OTHER),
        ("async (command) => { command.selector = '//b'; return command }", OTHER),
    ] {
        assert_eq!(hook(&page, body).await.as_deref(), Ok(wanted), "{body}");
    }
    for (body, why) in [
        ("() => false", "forbids"),
        ("async () => false", "forbids"),
        ("() => { throw new Error('not here') }", "not here"),
        ("async () => { throw 'not now' }", "not now"),
        ("() => new Promise(() => {})", "in time"),
        ("() => null", "must return"),
        ("() => 'no'", "must return"),
        ("() => [1]", "must return"),
        ("() => ({ type: 'navigateTo', url: '/' })", "the type"),
        ("() => ({})", "the type"),
    ] {
        let (status, message) = hook(&page, body).await.expect_err(body);
        assert!(status == Status::NotAllowed && message.contains(why), "{body}: {message}");
    }
    page.end().await;
}

#[wasm_bindgen_test]
fn names_are_unique() {
    dom::open(&wasm_bindgen::JsValue::UNDEFINED);
    let (one, two) = (unique(), unique());
    assert!(one != two && one.len() == 24 && one.bytes().all(|byte| byte.is_ascii_hexdigit()));
    dom::shut();
}
