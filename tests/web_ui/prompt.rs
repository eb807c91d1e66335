//! Questions to the visitor, and the sign that the page is shared.

use super::*;
use docent_widget::task::{Scope, slot};
use docent_widget::ui::Question;
use std::cell::Cell;
use wasm_bindgen_test::wasm_bindgen_test;

const CALM: i32 = 450;

/// Asks in a task; the cell holds the answer.
fn ask(stage: &Stage, question: Question) -> (Scope, Rc<Cell<Option<bool>>>) {
    let (scope, answer) = (Scope::new(), Rc::new(Cell::new(None)));
    let (asking, filled) = (stage.ui.ask(question), answer.clone());
    scope.spawn(async move { filled.set(Some(asking.await)) });
    (scope, answer)
}

/// What was cancelled has its last turn.
async fn turn() {
    dom::sleep(1).await;
}

#[wasm_bindgen_test]
async fn a_question_is_a_modal_dialog_that_tells_what_it_asks() {
    let stage = Stage::new();
    let url = "https://shop.example/<b>?a=b";
    let (scope, _) = ask(&stage, Question::Navigate { url: url.into() });
    assert!(truth("$('[part=prompt]').matches(':modal[role=alertdialog]')"));
    assert!(truth("root.activeElement === $('[part=prompt]')"), "no button is under a key that is pressed now");
    let label = |name: &str| text(&["$('#' + $('[part=prompt]').getAttribute('", name, "')).textContent"].concat());
    assert_eq!(label("aria-labelledby"), "Go to another page?");
    assert!(label("aria-describedby").ends_with(url));
    assert_eq!(all("[part=prompt] .choices button"), "Stay|Go");
    drop(scope);
    assert!(truth("!$('[part=prompt]').open"));
    let (scope, _) = ask(&stage, Question::CoBrowse);
    assert_eq!(all("[part=prompt] .choices button"), "Decline|Allow");
    assert!(truth("$('.url').hidden"));
    drop(scope);
    turn().await;
    stage.end();
}

#[wasm_bindgen_test]
async fn a_new_question_takes_no_answer_for_a_moment() {
    let stage = Stage::new();
    let (scope, answer) = ask(&stage, Question::CoBrowse);
    js("$('.no').click(); $('.yes').click(); $('.prompt').dispatchEvent(new Event('cancel', { cancelable: true }))");
    dom::sleep(10).await;
    assert!(truth("$('.no').disabled && $('.yes').disabled && $('.prompt').open"));
    assert_eq!(answer.get(), None);
    dom::sleep(CALM).await;
    assert!(truth("!$('.no').disabled && !$('.yes').disabled"));
    drop(scope);
    turn().await;
    stage.end();
}

#[wasm_bindgen_test]
async fn a_script_can_refuse_and_never_consent() {
    let stage = Stage::new();
    let (scope, answer) = ask(&stage, Question::CoBrowse);
    dom::sleep(CALM).await;
    js("$('.yes').click(); $('.yes').dispatchEvent(new MouseEvent('click', { bubbles: true, composed: true }))");
    dom::sleep(10).await;
    assert_eq!(answer.get(), None);
    js("$('.no').click()");
    dom::sleep(10).await;
    assert_eq!(answer.get(), Some(false));
    assert!(truth("!$('.prompt').open"));
    drop(scope);
    turn().await;
    stage.end();
}

#[wasm_bindgen_test]
async fn escape_refuses() {
    let stage = Stage::new();
    let (scope, answer) = ask(&stage, Question::CoBrowse);
    dom::sleep(CALM).await;
    js("$('.prompt').dispatchEvent(new Event('cancel', { cancelable: true }))");
    dom::sleep(10).await;
    assert_eq!(answer.get(), Some(false));
    drop(scope);
    turn().await;
    stage.end();
}

#[wasm_bindgen_test]
async fn questions_wait_for_each_other() {
    let stage = Stage::new();
    let (first, answer) = ask(&stage, Question::CoBrowse);
    let (second, second_answer) = ask(&stage, Question::Navigate { url: "https://a.example/".into() });
    let (third, _) = ask(&stage, Question::Navigate { url: "https://b.example/".into() });
    drop(third);
    assert_eq!(text("$('.question').textContent"), "Share this page?");
    dom::sleep(CALM).await;
    js("$('.no').click()");
    assert!(truth("$('.prompt').open && $('.no').disabled"), "the next one has its own moment");
    assert_eq!(text("$('.url').textContent"), "https://a.example/");
    dom::sleep(10).await;
    assert_eq!((answer.get(), second_answer.get()), (Some(false), None));
    drop((first, second));
    assert!(truth("!$('.prompt').open"));
    turn().await;
    stage.end();
}

#[wasm_bindgen_test]
async fn the_widget_goes_while_it_asks() {
    let stage = Stage::new();
    let asking = stage.ui.ask(Question::CoBrowse);
    let (done, waiting) = slot();
    let scope = Scope::new();
    scope.spawn(async move { done.fill(asking.await) });
    drop(stage.ui);
    assert!(truth("!root"));
    assert_eq!(waiting.await, Some(false));
    drop(scope);
    assert_eq!(dom::registered(), 0);
}

#[wasm_bindgen_test]
fn sharing_is_shown_and_can_be_stopped_with_one_click() {
    let stage = Stage::new();
    assert!(truth("$('[part=sharing-indicator]').hidden"));
    stage.ui.share(true);
    assert!(truth("!$('[part=sharing-indicator]').hidden"));
    assert!(text("$('.voice').textContent").starts_with("Sharing has started"));
    assert_eq!(all("[part=sharing-indicator] button"), "Stop sharing");
    js("$('.stop').focus(); $('.stop').click()");
    assert_eq!(stage.acts(), [Act::StopSharing]);
    stage.ui.share(false);
    assert!(truth("$('[part=sharing-indicator]').hidden && root.activeElement === $('.launcher')"));
    assert_eq!(text("$('.voice').textContent"), "Sharing has stopped.");
    stage.end();
}

#[wasm_bindgen_test]
fn the_sign_covers_neither_launcher_nor_panel() {
    let stage = Stage::new();
    stage.ui.share(true);
    stage.ui.open();
    let apart = "['launcher', 'panel'].every((part) => {
        const a = $('.indicator').getBoundingClientRect(), b = $('.' + part).getBoundingClientRect();
        return a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
    })";
    assert!(truth(apart));
    stage.end();
}
