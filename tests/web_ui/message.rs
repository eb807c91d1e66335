//! One message.

use super::*;
use wasm_bindgen_test::wasm_bindgen_test;

fn shown(text: &str) -> String {
    let stage = Stage::new();
    stage.ui.show_message(agent(1, text));
    assert_eq!(super::text("$('.bubble').textContent"), text, "no character is lost");
    let links = all(".bubble a");
    stage.end();
    links
}

#[wasm_bindgen_test]
fn addresses_are_links_and_nothing_else_is() {
    assert_eq!(shown("see https://a.example/b?c=d#e."), "https://a.example/b?c=d#e");
    assert_eq!(shown("(http://a.example) and [https://b.example/x_(y)]!"), "http://a.example|https://b.example/x_(y)");
    assert_eq!(shown("HTTPS://A.example\nhttps://b.example, ok"), "HTTPS://A.example|https://b.example");
    assert_eq!(shown("blåbær https://æ.example/ø «https://b.example/»"), "https://æ.example/ø|https://b.example/»");
    for none in
        ["", "http://", "https://.", "xhttps://a.example", "javascript:alert(1)", "ftp://a.example", "a.example", "🙂h"]
    {
        assert_eq!(shown(none), "", "{none}");
    }
}

#[wasm_bindgen_test]
fn a_link_leads_out_and_tells_nothing() {
    let stage = Stage::new();
    stage.ui.show_message(agent(1, "https://a.example/"));
    let link = text("['href', 'target', 'rel'].map((name) => $('.bubble a').getAttribute(name)).join(' ')");
    assert_eq!(link, "https://a.example/ _blank noopener noreferrer nofollow");
    stage.end();
}

#[wasm_bindgen_test]
fn text_is_text() {
    let stage = Stage::new();
    stage.ui.show_message(agent(1, "<img src=x onerror=alert(1)>\n  <b>two</b>"));
    assert_eq!(number("$('.bubble').childElementCount"), 0.0);
    assert_eq!(text("getComputedStyle($('.bubble')).whiteSpaceCollapse || 'preserve'"), "preserve");
    stage.end();
}

#[wasm_bindgen_test]
fn a_failed_message_can_be_sent_again() {
    let stage = Stage::new();
    stage.ui.open();
    stage.acts();
    stage.ui.show_message(own("k", "hello"));
    assert_eq!(text("$('.meta').textContent"), "Sending…");
    stage.ui.set_delivery("k", Delivery::Failed);
    assert_eq!(text("$('.meta').textContent"), "Not sentRetry");
    assert_eq!(text("$('.voice').textContent"), "Your message could not be sent.");
    js("$('[data-do=retry]').focus(); $('[data-do=retry]').click()");
    assert_eq!(stage.acts(), [Act::Retry("k".into(), "hello".into())]);
    stage.ui.show_message(own("k", "hello"));
    assert_eq!(all(".bubble"), "hello");
    stage.ui.set_delivery("k", Delivery::Sent(Some(event(7))));
    assert!(truth("/^\\d+:\\d\\d/.test($('.meta').textContent)"), "its time");
    assert_eq!(stage.ui.first_message(), Some(event(7)));
    assert!(truth("root.activeElement === $('textarea')"), "the button is gone, the focus is not");
    stage.end();
}

#[wasm_bindgen_test]
fn days_names_and_times_are_told_once_a_group() {
    let stage = Stage::new();
    let at = |n, when: &str| ChatMessage { when: Some(when.into()), ..agent(n, "x") };
    stage.ui.show_message(at(1, "2026-01-05T10:31:00Z"));
    stage.ui.show_message(at(2, "2026-01-05T10:32:00Z"));
    stage.ui.show_message(at(3, "2026-01-09T10:32:00Z"));
    assert_eq!(all(".day"), "Monday, January 5||Friday, January 9");
    assert_eq!(all(".joined .name"), "Anna");
    assert_eq!(number("root.querySelectorAll('.joined').length"), 1.0);
    stage.ui.show_message(ChatMessage { role: Role::Bot, author: None, ..at(4, "2026-01-09T10:33:00Z") });
    assert_eq!(all(".row.bot .name"), "Assistant");
    assert_eq!(number("root.querySelectorAll('.joined').length"), 1.0);
    stage.end();
}
