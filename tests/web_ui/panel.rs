//! The launcher, the panel, and what has not been seen.

use super::*;
use docent_widget::ui::Connection;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn the_launcher_opens_and_escape_closes_with_the_focus_going_along() {
    let stage = Stage::new();
    assert!(truth("$('[part=panel]').hidden"));
    js("$('[part=launcher]').focus(); $('[part=launcher]').click()");
    assert!(truth("!$('[part=panel]').hidden && $('[part=launcher]').ariaExpanded === 'true'"));
    assert!(truth("root.activeElement === $('textarea')"));
    js("key($('textarea'), 'Escape', { isComposing: true })");
    assert!(stage.ui.is_open(), "Escape belongs to the input method");
    js("key($('textarea'), 'Escape')");
    assert!(truth("$('[part=panel]').hidden && $('[part=launcher]').ariaExpanded === 'false'"));
    assert!(truth("root.activeElement === $('[part=launcher]')"));
    assert_eq!(stage.acts(), [Act::Opened, Act::Closed]);
    stage.end();
}

#[wasm_bindgen_test]
fn opened_by_the_page_the_focus_stays_there() {
    let stage = Stage::new();
    js("document.body.insertAdjacentHTML('beforeend', '<input id=page>'); page.focus()");
    stage.ui.open();
    stage.ui.open();
    stage.ui.show_message(news(1, "hello"));
    assert!(stage.ui.is_open() && truth("document.activeElement === page"));
    stage.ui.close();
    assert!(truth("document.activeElement === page"));
    assert_eq!(stage.acts(), [Act::Opened, Act::Read, Act::Closed]);
    js("page.remove()");
    stage.end();
}

#[wasm_bindgen_test]
fn the_tab_remembers_what_was_open_and_written() {
    let stage = Stage::new();
    stage.ui.open();
    js("write('half a thou')");
    stage.end();
    let stage = Stage::again();
    assert!(stage.ui.is_open());
    assert_eq!(text("$('textarea').value"), "half a thou");
    stage.ui.close();
    stage.end();
    let stage = Stage::again();
    assert!(!stage.ui.is_open());
    stage.end();
}

#[wasm_bindgen_test]
fn unread_messages_are_counted_until_they_are_seen() {
    let stage = Stage::new();
    stage.ui.show_message(agent(1, "read before"));
    assert!(truth("$('.badge').hidden"));
    stage.ui.show_message(news(2, "one"));
    assert_eq!(text("$('.launcher').ariaLabel"), "Chat, 1 unread message");
    stage.ui.show_message(news(3, "two"));
    assert_eq!(text("$('.launcher').ariaLabel"), "Chat, 2 unread messages");
    assert_eq!(text("$('.badge').textContent"), "2");
    assert_eq!(text("$('.voice').textContent"), "2 unread messages");
    assert_eq!(stage.acts(), []);
    stage.ui.open();
    assert_eq!(stage.acts(), [Act::Read, Act::Opened]);
    assert!(truth("$('.badge').hidden && $('.launcher').ariaLabel === 'Chat'"));
    stage.end();
}

#[wasm_bindgen_test]
async fn a_visitor_who_reads_further_up_is_told_and_left_there() {
    let stage = Stage::new();
    stage.ui.open();
    for n in 1..40 {
        stage.ui.show_message(agent(n, "a message of the past"));
    }
    js("$('.log').scrollTop = 100");
    dom::sleep(100).await;
    stage.acts();
    stage.ui.show_message(news(40, "new"));
    assert_eq!(number("$('.log').scrollTop"), 100.0);
    assert_eq!(text("$('.jump').textContent"), "1 new message");
    assert_eq!(stage.acts(), []);
    js("$('.jump').click()");
    dom::sleep(100).await;
    assert!(truth("$('.jump').hidden && $('.log').scrollTop > 200"));
    assert_eq!(stage.acts(), [Act::Read]);
    stage.ui.show_message(news(41, "followed"));
    assert_eq!(stage.acts(), [Act::Read]);
    stage.end();
}

#[wasm_bindgen_test]
async fn the_connection_is_told_and_short_losses_are_not() {
    let stage = Stage::new();
    assert_eq!(text("$('.state').textContent"), "Connecting…");
    stage.ui.set_connection(Connection::Connected);
    stage.ui.set_connection(Connection::Reconnecting);
    assert_eq!(text("$('.state').textContent"), "Connected");
    stage.ui.set_connection(Connection::Reconnecting);
    dom::sleep(1_700).await;
    assert_eq!(text("$('.state').textContent"), "Reconnecting…");
    assert!(text("$('.notice').textContent").starts_with("The connection is gone"));
    stage.ui.set_connection(Connection::Connected);
    assert_eq!(text("$('.state').textContent + $('.notice').textContent"), "Connected");
    stage.ui.set_connection(Connection::Ended);
    assert!(text("$('.notice').textContent").contains("start a new one"));
    assert!(truth("!$('textarea').readOnly"), "a message begins another conversation");
    stage.end();
}
