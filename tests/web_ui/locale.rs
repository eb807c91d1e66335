//! The locale files.

use super::*;
use wasm_bindgen_test::wasm_bindgen_test;

const NB: &str = include_str!("../../src/ui/locale/nb.json");

fn names(file: &str) -> String {
    let file = js_sys::JSON::parse(file).expect("JSON");
    js_sys::Object::keys(&file.into()).sort().join(" ").into()
}

#[wasm_bindgen_test]
fn every_language_has_the_same_texts() {
    assert_eq!(names(EN), names(NB));
}

#[wasm_bindgen_test]
fn counts_follow_the_language() {
    let texts = Texts::new(&js_sys::JSON::parse(NB).expect("JSON"), "nb");
    assert_eq!(texts.count("unread", 1), "1 ulest melding");
    assert_eq!(texts.count("unread", 2), "2 uleste meldinger");
    assert_eq!(texts.get("nothing"), "nothing");
}

#[wasm_bindgen_test]
fn every_text_of_the_widget_is_in_the_files() {
    let stage = Stage::new();
    let names = names(EN);
    let shown = text(
        "[...root.querySelectorAll('*')].flatMap((found) => [found.getAttribute('aria-label'), found.placeholder,
            found.childElementCount ? '' : found.textContent]).filter(Boolean).join('|')",
    );
    assert!(shown.contains("Write a message…"), "{shown}");
    for name in names.split(' ').filter(|name| name.contains(char::is_uppercase)) {
        assert!(!shown.split('|').any(|text| text == name), "{name} stands where its text should");
    }
    stage.end();
}
