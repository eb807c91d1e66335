//! What of the page may be told: `getElementValue` and `getCoBrowseDom` over the same rules.

use crate::harness::{Page, run};
use docent_protocol::status::Status;
use docent_widget::config::{Consent, Policy};
use wasm_bindgen_test::*;

fn policy() -> Policy {
    Policy {
        co_browse: Consent::Auto,
        mask: ".secret".to_owned(),
        unmask: ".shown, [type=password], [autocomplete=cc-number]".to_owned(),
        block: "#box".to_owned(),
        ..Policy::default()
    }
}

/// Each holds a canary.
const HIDDEN: &[&str] = &[
    "<input id=x value=CANARY>",
    "<input id=x type=checkbox value=CANARY checked>",
    "<textarea id=x>CANARY</textarea>",
    "<select id=x><optgroup label=CANARY><option value=CANARY label=CANARY selected>CANARY</option></optgroup></select>",
    "<div id=x contenteditable title=t>CANARY<b>CANARY</b></div>",
    "<input id=x class=shown type=password value=CANARY>",
    "<input id=x class=shown type=hidden value=CANARY>",
    "<input id=x class=shown autocomplete='section-a billing cc-number' value=CANARY>",
    "<input id=x class=shown autocomplete=one-time-code value=CANARY>",
    "<input id=x class='shown secret' value=CANARY>",
    "<p id=x data-docent-mask title=CANARY aria-label=CANARY>CANARY<i>CANARY</i></p>",
    "<section data-docent-mask><p id=x>CANARY</p><a href=/CANARY>CANARY</a></section>",
    "<p id=x class=secret><img alt=CANARY src=CANARY.png></p>",
    "<div data-docent-block title=CANARY><p id=x>CANARY</p></div>",
    "<div id=box><p id=x>CANARY</p></div>",
    "<script id=x type=text/plain>CANARY</script>",
];

#[wasm_bindgen_test]
async fn no_answer_holds_what_is_hidden() {
    for body in HIDDEN {
        let page = Page::new(body, policy());
        page.ask("initiateCoBrowse", r#"{"coBrowseState": "active"}"#).await.expect("success");
        assert_eq!(
            page.status("getElementValue", r#"{"selector": "//*[@id='x']"}"#).await,
            Status::NotAllowed,
            "{body}"
        );
        for path in [
            "//*[@id='stage']",
            "//*[@id='x']/@value",
            "//*[@id='x']/text()",
            "//*[@id='x']/@title",
            "//@alt",
            "//@href",
        ] {
            let params = format!(r#"{{"selector": "{path}"}}"#);
            let answer = page.ask("getElementValue", &params).await;
            let text = match answer {
                Ok(value) => docent_protocol::source::Source::to_json(&value).into_string(),
                Err(failure) => failure.message + failure.values.end().as_str(),
            };
            assert!(!text.contains("CANARY"), "{body} {path}");
        }
        let html = page.text("getCoBrowseDom", "{}", "value").await;
        assert!(!html.contains("CANARY"), "{html}");
        page.end().await;
    }
}

#[wasm_bindgen_test]
async fn what_is_shown_is_told() {
    for (body, selector, wanted) in [
        ("<p id=x> text <b>bold</b> </p>", "//p", "text bold"),
        ("<p>one</p><p>two</p>", "//p", "one"),
        ("<p>one <b>two</b></p>", "//p/text()", "one"),
        ("<p id=x title=t>one</p>", "//p/@title", "t"),
        ("<a href='/a?b#c'>one</a>", "//a/@href", "/a"),
        ("<input class=shown value=v>", "//input", "v"),
        ("<textarea class=shown>v</textarea>", "//textarea", "v"),
        ("<select class=shown><option value=v selected>w</option></select>", "//select", "v"),
        ("<input type=submit value=Buy>", "//input", "Buy"),
        ("<div>a<p data-docent-mask>b</p>c</div>", "//section/div", "a••••••c"),
    ] {
        let page = Page::new(body, policy());
        let params = format!(r#"{{"selector": "{selector}"}}"#);
        assert_eq!(page.text("getElementValue", &params, "value").await, wanted, "{body}");
        page.end().await;
    }
}

#[wasm_bindgen_test]
async fn what_the_visitor_typed_is_told_not_what_stood_there() {
    let page = Page::new("<input class=shown value=before>", policy());
    run("document.querySelector('input').value = 'typed'");
    assert_eq!(page.text("getElementValue", r#"{"selector": "//input"}"#, "value").await, "typed");
    page.end().await;
}

#[wasm_bindgen_test]
async fn no_selector_is_refused() {
    let page = Page::plain("<p>text</p>");
    for selector in ["", "//nothing", "//*[", "count(//p)"] {
        let params = format!(r#"{{"selector": "{selector}"}}"#);
        assert_eq!(page.status("getElementValue", &params).await, Status::InvalidSelector, "{selector}");
    }
    assert_eq!(page.status("getElementValue", r#"{"selector": "/"}"#).await, Status::NotAllowed);
    page.end().await;
}

#[wasm_bindgen_test]
async fn a_site_selector_that_is_none_hides_all() {
    for policy in [
        Policy { mask: "p[".to_owned(), ..Policy::default() },
        Policy { block: ":nonsense".to_owned(), ..Policy::default() },
    ] {
        let page = Page::new("<p>text</p>", policy);
        assert_eq!(page.status("getElementValue", r#"{"selector": "//p"}"#).await, Status::NotAllowed);
        page.end().await;
    }
    let page = Page::new("<input value=v>", Policy { unmask: "p[".to_owned(), ..Policy::default() });
    assert_eq!(page.status("getElementValue", r#"{"selector": "//input"}"#).await, Status::NotAllowed);
    page.end().await;
}

#[wasm_bindgen_test]
async fn a_form_whose_fields_bear_every_name_is_read_all_the_same() {
    let body = "<form><input name=attributes><input name=firstChild><input name=matches><input name=localName>\
        <input name=nodeType><input name=parentNode><input name=shadowRoot><p>text</p></form>";
    let page = Page::new(body, policy());
    page.ask("initiateCoBrowse", r#"{"coBrowseState": "active"}"#).await.expect("success");
    assert!(page.text("getCoBrowseDom", "{}", "value").await.contains("<p>text</p></form>"));
    assert_eq!(page.text("getElementValue", r#"{"selector": "//form"}"#, "value").await, "text");
    page.end().await;
}

#[wasm_bindgen_test]
async fn shadow_roots_are_told_masked() {
    let page = Page::new("<div id=host></div>", policy());
    run("const root = document.getElementById('host').attachShadow({ mode: 'open' });\
         root.innerHTML = '<p>seen</p><p data-docent-mask>CANARY</p><input value=CANARY>'");
    page.ask("initiateCoBrowse", r#"{"coBrowseState": "active"}"#).await.expect("success");
    let html = page.text("getCoBrowseDom", "{}", "value").await;
    assert!(html.contains("<template shadowrootmode=\"open\"><p>seen</p>") && !html.contains("CANARY"), "{html}");
    page.end().await;
}
