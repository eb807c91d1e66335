//! The list of messages.

use super::*;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn messages_stand_in_the_order_of_their_events() {
    let stage = Stage::new();
    stage.ui.show_message(agent(5, "five"));
    stage.ui.show_message(own("k", "mine"));
    stage.ui.show_message(agent(3, "three"));
    stage.ui.show_message(news(9, "nine"));
    assert_eq!(all(".bubble"), "three|five|nine|mine");
    assert_eq!(stage.ui.first_message(), Some(event(3)));
    js("window.before = $('[data-key=k]')");
    stage.ui.set_delivery("k", Delivery::Sent(Some(event(4))));
    assert_eq!(all(".bubble"), "three|mine|five|nine");
    assert!(truth("window.before === $('[data-key=k]')"));
    stage.end();
}

#[wasm_bindgen_test]
fn a_message_with_a_known_key_replaces_and_is_not_read_out_again() {
    let stage = Stage::new();
    stage.ui.show_message(agent(1, "one"));
    stage.ui.show_message(own("k", "mine"));
    js("window.changes = new MutationObserver(() => {});
        changes.observe($('.log'), { childList: true });
        changes.observe($('[data-key=k] .bubble'), { childList: true })");
    let logged = ChatMessage {
        delivery: Delivery::Sent(Some(event(2))),
        when: Some("2026-01-05T10:31:00Z".into()),
        ..own("k", "mine")
    };
    stage.ui.show_message(logged);
    assert_eq!(number("changes.takeRecords().length"), 0.0);
    assert_eq!(all(".bubble"), "one|mine");
    js("changes.disconnect()");
    stage.end();
}

#[wasm_bindgen_test]
async fn the_past_is_not_read_out() {
    let stage = Stage::new();
    assert_eq!(text("$('[role=log]').ariaLive"), "polite");
    stage.ui.show_message(agent(1, "the past"));
    assert_eq!(text("$('[role=log]').ariaLive"), "off");
    dom::sleep(1_200).await;
    assert_eq!(text("$('[role=log]').ariaLive"), "polite");
    stage.ui.show_message(news(2, "the present"));
    assert_eq!(text("$('[role=log]').ariaLive"), "polite");
    stage.end();
}

#[wasm_bindgen_test]
fn earlier_messages_are_asked_for_and_do_not_move_what_is_read() {
    let stage = Stage::new();
    stage.ui.open();
    (20..60).for_each(|n| stage.ui.show_message(agent(n, "later")));
    assert!(truth("$('.earlier').hidden"));
    stage.ui.set_more(true);
    js(
        "$('.log').scrollTop = 0; $('.log').dispatchEvent(new Event('scroll')); $('.earlier').focus(); $('.earlier').click()",
    );
    assert_eq!(stage.acts(), [Act::Opened, Act::Earlier]);
    let place = "$('[data-key=\"0000000000000020\"] .bubble').getBoundingClientRect().top";
    let before = number(place);
    (1..20).for_each(|n| stage.ui.show_message(agent(n, "earlier")));
    assert!((number(place) - before).abs() < 2.0, "{before} {}", number(place));
    stage.ui.set_more(false);
    assert!(truth("$('.earlier').hidden && root.activeElement === $('.log')"));
    stage.end();
}

#[wasm_bindgen_test]
fn a_long_conversation_lets_the_oldest_go() {
    let stage = Stage::new();
    (1..=500).for_each(|n| stage.ui.show_message(agent(n, "x")));
    stage.ui.show_message(news(501, "x"));
    assert_eq!(number("root.querySelectorAll('.row').length"), 500.0);
    assert_eq!(stage.ui.first_message(), Some(event(2)));
    assert!(truth("!$('.earlier').hidden"));
    stage.end();
}

#[wasm_bindgen_test]
fn a_new_conversation_begins_empty() {
    let stage = Stage::new();
    assert!(truth("!$('.welcome').hidden"));
    stage.ui.show_message(news(1, "x"));
    stage.ui.set_typing(Some((Role::Agent, None)));
    stage.ui.set_more(true);
    assert!(truth("$('.welcome').hidden"));
    stage.ui.clear_messages();
    assert_eq!(all(".row"), "");
    assert_eq!(stage.ui.first_message(), None);
    assert!(truth("$('.badge').hidden && $('.earlier').hidden && !$('.welcome').hidden && !$('.typing').textContent"));
    stage.end();
}

#[wasm_bindgen_test]
async fn who_types_is_shown_for_a_while() {
    let stage = Stage::new();
    stage.ui.set_typing(Some((Role::Agent, Some("Anna".into()))));
    assert_eq!(text("$('.typing').textContent"), "Anna is typing…");
    stage.ui.show_message(news(1, "done"));
    assert_eq!(text("$('.typing').textContent"), "");
    stage.ui.set_typing(Some((Role::Bot, None)));
    stage.ui.show_message(news(2, "an agent's message does not end the bot's typing"));
    assert_eq!(text("$('.typing').textContent"), "Assistant is typing…");
    dom::sleep(4_000).await;
    stage.ui.set_typing(Some((Role::Bot, None)));
    dom::sleep(4_000).await;
    assert_eq!(text("$('.typing').textContent"), "Assistant is typing…");
    dom::sleep(2_500).await;
    assert_eq!(text("$('.typing').textContent"), "");
    stage.end();
}
