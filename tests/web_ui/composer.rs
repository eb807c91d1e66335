//! The chat input.

use super::*;
use docent_widget::ui::Connection;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn enter_sends_what_is_written() {
    let stage = Stage::new();
    stage.ui.open();
    js("write(' hello\\nthere ')");
    assert_eq!(text("$('.send').ariaDisabled"), "false");
    js(
        "$('textarea').focus(); key($('textarea'), 'Enter', { shiftKey: true }); key($('textarea'), 'Enter', { isComposing: true })",
    );
    assert_eq!(stage.acts(), [Act::Opened, Act::Typing(true)], "a new line, and an input method's choice");
    assert!(!truth("key($('textarea'), 'Enter')"), "the key does no more than send");
    assert_eq!(stage.acts(), [Act::Typing(false), Act::Send("hello\nthere".into())]);
    assert_eq!(text("$('textarea').value"), "");
    assert!(truth("root.activeElement === $('textarea')"));
    stage.end();
}

#[wasm_bindgen_test]
fn the_button_sends_and_nothing_is_not_sent() {
    let stage = Stage::new();
    stage.ui.open();
    stage.acts();
    js("$('.send').click(); write('  '); $('.send').click()");
    assert_eq!(text("$('.send').ariaDisabled"), "true");
    js("write('now'); $('.send').click()");
    let sent: Vec<Act> = stage.acts().into_iter().filter(|act| !matches!(act, Act::Typing(_))).collect();
    assert_eq!(sent, [Act::Send("now".into())]);
    stage.end();
}

#[wasm_bindgen_test]
async fn who_types_on_says_so_again_and_who_pauses_has_stopped() {
    let stage = Stage::new();
    js("write('a'); write('ab')");
    assert_eq!(stage.acts(), [Act::Typing(true)]);
    dom::sleep(3_000).await;
    js("write('abc')");
    dom::sleep(1_300).await;
    assert_eq!(stage.acts(), [Act::Typing(true)]);
    dom::sleep(4_000).await;
    assert_eq!(stage.acts(), [Act::Typing(false)]);
    js("write('abcd'); write('')");
    assert_eq!(stage.acts(), [Act::Typing(true), Act::Typing(false)]);
    stage.end();
}

#[wasm_bindgen_test]
fn an_input_that_is_off_takes_nothing_and_keeps_the_focus() {
    let stage = Stage::new();
    stage.ui.show_message(own("k", "not sent"));
    stage.ui.set_delivery("k", Delivery::Failed);
    stage.ui.open();
    js("write('a draft'); $('textarea').focus()");
    stage.acts();
    stage.ui.disable_input(true);
    assert_eq!(stage.acts(), [Act::Typing(false)]);
    assert!(truth(
        "$('textarea').readOnly && $('textarea').ariaDisabled === 'true' && $('.send').ariaDisabled === 'true'"
    ));
    assert!(truth("root.activeElement === $('textarea')"));
    assert_eq!(
        text("$('#' + $('textarea').getAttribute('aria-describedby')).textContent"),
        "Writing is turned off for now."
    );
    assert!(truth("getComputedStyle($('.reason')).display !== 'none' && $('.reason').role === 'status'"));
    js("key($('textarea'), 'Enter'); $('.send').click(); write('put there by a script'); $('.send').click()");
    js("$('[data-do=retry]').click()");
    assert_eq!(stage.acts(), []);
    stage.ui.disable_input(false);
    assert!(truth("!$('textarea').readOnly && $('textarea').ariaDisabled === 'false' && !$('.reason').textContent"));
    js("key($('textarea'), 'Enter')");
    assert_eq!(stage.acts(), [Act::Send("put there by a script".into())]);
    stage.end();
}

#[wasm_bindgen_test]
fn without_a_conversation_there_is_no_input() {
    let stage = Stage::new();
    stage.ui.set_connection(Connection::Failed);
    assert!(truth("$('textarea').readOnly && $('.notice').textContent.includes('not available')"));
    stage.ui.set_connection(Connection::Connected);
    assert!(truth("!$('textarea').readOnly"));
    stage.end();
}

#[wasm_bindgen_test]
fn the_field_grows_with_its_text() {
    let stage = Stage::new();
    stage.ui.open();
    let low = number("$('textarea').offsetHeight");
    js("write('1\\n2\\n3')");
    assert!(number("$('textarea').offsetHeight") > low * 1.8);
    js("write('1\\n'.repeat(50))");
    assert!(number("$('.grow').offsetHeight") < 160.0);
    js("$('textarea').focus(); key($('textarea'), 'Enter')");
    assert_eq!(number("$('textarea').offsetHeight"), low);
    stage.end();
}
