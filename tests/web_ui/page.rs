//! The widget and the page around it.

use super::*;
use docent_widget::task::Scope;
use docent_widget::ui::Question;
use wasm_bindgen_test::wasm_bindgen_test;

const IN_PLACE: &str = "document.querySelector('docent-widget')?.parentNode === document.documentElement";

#[wasm_bindgen_test]
fn nothing_is_left_behind() {
    let before = number("document.querySelectorAll('*').length");
    let stage = Stage::new();
    assert!(truth(IN_PLACE));
    stage.ui.open();
    stage.ui.share(true);
    stage.ui.show_message(own("k", "x"));
    stage.ui.set_typing(Some((Role::Agent, None)));
    js("write('x')");
    stage.end();
    assert_eq!(number("document.querySelectorAll('*').length"), before);
}

#[wasm_bindgen_test]
async fn a_page_that_removes_the_widget_gets_it_back() {
    let stage = Stage::new();
    let (asking, scope) = (stage.ui.ask(Question::CoBrowse), Scope::new());
    scope.spawn(async move { assert!(!asking.await) });
    js("document.querySelector('docent-widget').remove()");
    assert!(!truth(IN_PLACE));
    dom::sleep(100).await;
    assert!(truth(IN_PLACE));
    assert!(truth("$('.prompt').matches(':modal')"), "it still asks");
    js("document.body.append(document.querySelector('docent-widget'))");
    dom::sleep(200).await;
    assert!(truth(IN_PLACE));
    drop(scope);
    dom::sleep(1).await;
    js("window.kept = document.querySelector('docent-widget')");
    stage.end();
    dom::sleep(200).await;
    assert!(truth("!kept.isConnected"));
}

#[wasm_bindgen_test]
fn the_pages_style_does_not_reach_it() {
    let stage = Stage::new();
    let style = "* { all: unset !important; font-size: 3px !important } docent-widget, div, button { display: none !important }";
    js(&[
        "const style = document.createElement('style'); style.id = 'hostile'; style.textContent = '",
        style,
        "'; document.head.append(style)",
    ]
    .concat());
    assert_eq!(number("$('.launcher').offsetWidth"), 56.0);
    stage.ui.open();
    assert_eq!(text("getComputedStyle(root.host).display + ' ' + getComputedStyle(root.host).position"), "block fixed");
    assert!(number("$('.panel').offsetHeight") > 200.0);
    assert!(number("parseFloat(getComputedStyle($('textarea')).fontSize)") >= 16.0, "a phone does not zoom in");
    js("hostile.remove()");
    stage.end();
}

#[wasm_bindgen_test]
fn the_page_changes_the_accent() {
    let stage = Stage::new();
    js("document.querySelector('docent-widget').style.setProperty('--docent-accent', 'rgb(1, 2, 3)')");
    assert_eq!(text("getComputedStyle($('.launcher')).backgroundColor"), "rgb(1, 2, 3)");
    stage.end();
}

#[wasm_bindgen_test]
fn keys_meant_for_the_widget_are_not_the_pages() {
    let stage = Stage::new();
    stage.ui.open();
    js("window.heard = []; window.hear = (event) => heard.push(event.type);
        for (const kind of ['keydown', 'keypress', 'keyup']) document.addEventListener(kind, hear);
        for (const kind of ['keydown', 'keypress', 'keyup'])
            $('textarea').dispatchEvent(new KeyboardEvent(kind, { key: 'k', bubbles: true, composed: true }));
        for (const kind of ['keydown', 'keypress', 'keyup']) document.removeEventListener(kind, hear);");
    assert_eq!(text("heard.join()"), "");
    stage.end();
}

#[wasm_bindgen_test]
fn it_turns_with_a_page_that_is_written_from_right_to_left() {
    let stage = Stage::new();
    let side = "$('.launcher').getBoundingClientRect().left > innerWidth / 2";
    assert!(truth(side));
    js("document.documentElement.dir = 'rtl'");
    assert!(!truth(side));
    js("document.documentElement.removeAttribute('dir')");
    stage.end();
}
