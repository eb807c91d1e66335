//! `highlightDom` and `clearHighlight`.

use crate::harness::{Page, run, tick, until};
use docent_protocol::status::Status;
use wasm_bindgen_test::*;
use web_sys::Element;

const BODY: &str = "<h1>A <em>quite</em> special offer</h1>\
    <div style='height:1500px'></div><button id=buy title=offer>Buy</button><div style='height:1500px'></div>";
const BUY: &str = r#"{"selector": "//button"}"#;

fn square(page: &Page) -> Option<Element> {
    page.widget("[part=highlight-square]")
}

fn near(page: &Page, target: &str) -> bool {
    let (square, target) = (square(page).expect("a square").get_bounding_client_rect(), page.element(target));
    let target = target.get_bounding_client_rect();
    (square.left() - target.left()).abs() < 12.0
        && (square.top() - target.top()).abs() < 12.0
        && (square.width() - target.width()).abs() < 24.0
        && (square.height() - target.height()).abs() < 24.0
}

#[wasm_bindgen_test]
async fn it_is_drawn_round_the_element_and_follows_it() {
    let page = Page::plain(BODY);
    page.ask("highlightDom", BUY).await.expect("success");
    assert!(until(|| near(&page, "#buy")).await);
    run("document.getElementById('buy').style.marginInlineStart = '200px'; scrollBy(0, -60)");
    assert!(until(|| near(&page, "#buy")).await);
    page.end().await;
}

#[wasm_bindgen_test]
async fn the_label_is_plain_text_in_the_given_colours() {
    let page = Page::plain(BODY);
    let params = r##"{"selector": "//button", "label": "<b>Here</b>", "colors": {"background": "#010203"}}"##;
    page.ask("highlightDom", params).await.expect("success");
    let label = page.widget("[part=highlight-label]").expect("a label");
    assert_eq!(label.text_content().as_deref(), Some("<b>Here</b>"));
    let color = |element: &Element, name: &str| {
        let style = page.cx.window.get_computed_style(element).expect("a style").expect("a style");
        style.get_property_value(name).expect("a value")
    };
    assert_eq!(color(&label, "background-color"), "rgb(1, 2, 3)");
    assert_eq!(color(&label, "color"), "rgb(0, 0, 0)");
    assert_eq!(color(&square(&page).expect("a square"), "border-top-color"), "rgb(255, 0, 0)");
    page.end().await;
}

#[wasm_bindgen_test]
async fn texts_and_attributes_stand_for_what_is_seen() {
    let page = Page::plain(BODY);
    page.ask("highlightDom", r#"{"selector": "//em/text()"}"#).await.expect("success");
    assert!(until(|| near(&page, "em")).await);
    page.ask("highlightDom", r#"{"selector": "//button/@title"}"#).await.expect("success");
    assert!(until(|| near(&page, "#buy")).await);
    page.end().await;
}

#[wasm_bindgen_test]
async fn a_rect_is_taken_where_the_selector_is_empty() {
    let page = Page::plain(BODY);
    let params = r#"{"selector": "", "rect": {"top": 100, "left": "50px", "width": "50%", "height": "10%"}}"#;
    page.ask("highlightDom", params).await.expect("success");
    let (square, root) = (square(&page).expect("a square").get_bounding_client_rect(), page.element("html"));
    assert_eq!((square.top(), square.left()), (100.0, 50.0));
    assert!((square.width() - f64::from(root.client_width()) / 2.0).abs() < 12.0);
    page.end().await;
}

#[wasm_bindgen_test]
async fn what_css_does_not_take_is_named() {
    let page = Page::plain(BODY);
    for (params, field) in [
        (r#"{"selector": "//button", "colors": {"square": "reddish"}}"#, "`colors.square`"),
        (r#"{"selector": "//button", "colors": {"label": "red; top: 0"}}"#, "`colors.label`"),
        (r#"{"selector": "//button", "colors": {"background": ""}}"#, "`colors.background`"),
        (r#"{"selector": "", "rect": {"top": 1, "left": 1, "width": "wide", "height": 1}}"#, "`rect.width`"),
        (r#"{"selector": "", "rect": {"top": 1, "left": 1, "width": 1, "height": -1}}"#, "`rect.height`"),
    ] {
        let failure = page.refusal("highlightDom", params).await;
        assert_eq!(failure.status, Status::Error);
        assert!(failure.message.contains(field), "{}", failure.message);
        assert!(square(&page).is_none());
    }
    page.end().await;
}

#[wasm_bindgen_test]
async fn what_is_no_selector_is_refused() {
    let page = Page::plain(BODY);
    for selector in ["", " ", "//nothing", "//*[", "count(//p)", "'text'", "//button/@nothing", "a:b"] {
        let params = format!(r#"{{"selector": "{selector}"}}"#);
        assert_eq!(page.status("highlightDom", &params).await, Status::InvalidSelector, "{selector}");
    }
    page.end().await;
}

#[wasm_bindgen_test]
async fn it_goes_when_it_has_served() {
    let page = Page::plain(BODY);
    for end in [
        "document.querySelector('h1').click()",
        "document.querySelector('h1').dispatchEvent(new InputEvent('input', { bubbles: true }))",
        "dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }))",
        "document.querySelector('h1').remove()",
    ] {
        page.ask("highlightDom", r#"{"selector": "//h1", "label": "Here"}"#).await.expect("success");
        let standing = docent_widget::dom::registered();
        run("document.querySelector('button').click()");
        tick().await;
        assert!(square(&page).is_some());
        run(end);
        assert!(until(|| square(&page).is_none()).await, "{end}");
        assert!(docent_widget::dom::registered() < standing);
    }
    page.end().await;
}

#[wasm_bindgen_test]
async fn a_new_one_replaces_the_old_and_clearing_takes_it() {
    let page = Page::plain(BODY);
    page.ask("highlightDom", r#"{"selector": "//h1", "label": "One"}"#).await.expect("success");
    let standing = docent_widget::dom::registered();
    page.ask("highlightDom", r#"{"selector": "//em", "label": "Two"}"#).await.expect("success");
    assert_eq!(docent_widget::dom::registered(), standing);
    assert_eq!(page.widget("[part=highlight-label]").and_then(|label| label.text_content()).as_deref(), Some("Two"));
    assert_eq!(page.status("clearHighlight", "{}").await, Status::Success);
    assert!(square(&page).is_none());
    assert_eq!(page.status("clearHighlight", "{}").await, Status::Success);
    page.end().await;
}

#[wasm_bindgen_test]
async fn the_label_stays_inside_the_viewport() {
    let page = Page::plain(BODY);
    for place in [
        r#""top": 0, "left": 0, "width": 40, "height": 20"#,
        r#""top": "calc(100vh - 20px)", "left": "calc(100vw - 40px)", "width": 40, "height": 20"#,
        r#""top": 0, "left": 0, "width": "100%", "height": "100%""#,
    ] {
        let params = format!(r#"{{"selector": "", "label": "A label of some length", "rect": {{{place}}}}}"#);
        page.ask("highlightDom", &params).await.expect("success");
        let label = page.widget("[part=highlight-label]").expect("a label").get_bounding_client_rect();
        let root = page.element("html");
        assert!(label.left() >= 0.0 && label.top() >= 0.0, "{place}");
        assert!(label.right() <= f64::from(root.client_width()), "{place}");
        assert!(label.bottom() <= page.cx.window.inner_height().ok().and_then(|h| h.as_f64()).expect("a height"));
    }
    page.end().await;
}
