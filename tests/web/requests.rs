//! `getLocalTime`, `getPageInfo` and `getCapabilities`.

use crate::harness::{Page, run};
use docent_protocol::source::{Kind, Source};
use docent_widget::config::{Consent, Policy};
use wasm_bindgen_test::*;

#[wasm_bindgen_test]
async fn the_local_time_is_an_instant_a_zone_and_an_offset() {
    let page = Page::plain("");
    let before = js_sys::Date::now();
    let answer = page.ask("getLocalTime", "{}").await.expect("success");
    let text = |name| answer.field(name).and_then(|value| value.as_text()).expect("a text");
    let instant = text("value");
    assert!(instant.len() == 24 && instant.ends_with('Z'), "{instant}");
    let told = js_sys::Date::parse(&instant);
    assert!((before..before + 10_000.0).contains(&told));
    // The zone and the offset name the same local time.
    let zone = text("timeZone");
    let offset = answer.field("utcOffset").and_then(|offset| offset.as_number_text()).expect("a number");
    let same = run(&format!(
        "const at = new Date('{instant}'); at.setMilliseconds(0);\
         const local = at.toLocaleString('sv', {{ timeZone: '{zone}' }}).replace(' ', 'T');\
         return (Date.parse(local + 'Z') - at) / 60000 === {offset}"
    ));
    assert!(same.is_truthy(), "{zone} {offset}");
    page.end().await;
}

#[wasm_bindgen_test]
async fn page_info_tells_where_the_visitor_is() {
    // Elements of such names hide the document's own properties.
    let page = Page::plain("<img name=title><img name=referrer><form name=location></form>");
    run("document.querySelector('title')?.remove(); const t = document.createElement('title');\
         t.textContent = 'A page'; document.head.append(t)");
    let answer = page.ask("getPageInfo", "{}").await.expect("success");
    let text = |name| answer.field(name).and_then(|value| value.as_text());
    assert_eq!(text("url"), run("return location.href").as_string());
    assert_eq!(text("title").as_deref(), Some("A page"));
    assert!(text("referrer").is_some());
    assert_eq!(text("language"), run("return navigator.language").as_string());
    let width = answer.field("viewport").and_then(|viewport| viewport.field("width"));
    assert_eq!(width.and_then(|width| width.as_number_text()), run("return String(innerWidth)").as_string());
    page.end().await;
}

#[wasm_bindgen_test]
async fn capabilities_tell_what_the_site_leaves_allowed() {
    let callable = Some(vec!["one".to_owned(), "gone".to_owned()]);
    let page =
        Page::new("", Policy { navigation: Consent::Off, co_browse: Consent::Off, callable, ..Policy::default() });
    run("window.pzl.api = { one() {}, two() {}, three: 3 }");
    let answer = page.ask("getCapabilities", "{}").await.expect("success");
    assert_eq!(answer.field("functions").and_then(|names| names.texts()), Some(vec!["one".to_owned()]));
    let rows = answer.field("commands").and_then(|rows| rows.items()).expect("rows");
    assert_eq!(rows.len(), docent_protocol::registry::ROWS.len());
    for row in rows {
        let name = row.field("type").and_then(|name| name.as_text()).expect("a name");
        let denied = ["navigateTo", "initiateCoBrowse", "getCoBrowseDom"].contains(&name.as_str());
        assert_eq!(row.field("allowed").and_then(|allowed| allowed.as_bool()), Some(!denied), "{name}");
        assert_eq!(row.field("params").map(|params| params.kind()), Some(Kind::Object), "{name}");
        let kind = row.field("dataType").and_then(|kind| kind.as_text()).expect("a kind");
        assert_eq!(kind == "infoRequest", name.starts_with("get"), "{name}");
    }
    page.end().await;
}
