//! `navigateTo`, as far as it can be seen without leaving the page; the rest is tested end to end.

use crate::harness::{Page, run, until, values};
use docent_protocol::source::Source;
use docent_protocol::status::Status;
use docent_widget::config::{Consent, Policy};
use docent_widget::task::Scope;
use std::cell::OnceCell;
use std::rc::Rc;
use wasm_bindgen_test::*;

fn page(navigation: Consent) -> Page {
    Page::new("<p id=part>", Policy { navigation, ..Policy::default() })
}

#[wasm_bindgen_test]
async fn every_address_of_another_origin_or_of_none_is_a_mismatch() {
    let page = page(Consent::Auto);
    let origin = run("return location.origin").as_string().expect("an origin");
    for url in [
        "https://example.com/".to_owned(),
        "//example.com/".to_owned(),
        "javascript:void 0".to_owned(),
        " java\\nscript:void 0".to_owned(),
        "data:text/html,hello".to_owned(),
        format!("blob:{origin}/0"),
        "file:///etc/hostname".to_owned(),
        "about:blank".to_owned(),
        "http://[".to_owned(),
    ] {
        let failure = page.refusal("navigateTo", &format!(r#"{{"url": "{url}"}}"#)).await;
        assert_eq!(failure.status, Status::OriginMismatch, "{url}");
        assert!(values(failure).field("url").and_then(|url| url.as_text()).is_some());
    }
    page.end().await;
}

#[wasm_bindgen_test]
async fn a_base_elsewhere_makes_a_relative_address_a_mismatch() {
    let page = page(Consent::Auto);
    run("const base = document.createElement('base'); base.href = 'https://example.com/'; document.head.append(base)");
    assert_eq!(page.status("navigateTo", r#"{"url": "x.html"}"#).await, Status::OriginMismatch);
    run("document.querySelector('base').remove()");
    page.end().await;
}

#[wasm_bindgen_test]
async fn a_place_in_the_page_is_gone_to_at_once() {
    let page = page(Consent::Auto);
    let url = page.text("navigateTo", r##"{"url": "#part"}"##, "url").await;
    assert_eq!(url, "#part");
    assert_eq!(run("return location.hash").as_string().as_deref(), Some("#part"));
    run("history.replaceState(null, '', location.pathname + location.search)");
    page.end().await;
}

#[wasm_bindgen_test]
async fn a_visitor_who_stays_cancels_it() {
    let page = Rc::new(page(Consent::Ask));
    let (scope, asking, told) = (Scope::new(), page.clone(), Rc::new(OnceCell::new()));
    let tell = told.clone();
    scope.spawn(async move {
        let failure = asking.refusal("navigateTo", r#"{"url": "/elsewhere"}"#).await;
        let _ = tell.set((failure.status, values(failure).field("url").and_then(|url| url.as_text())));
    });
    assert!(until(|| page.widget("[part=prompt][open]").is_some()).await);
    assert!(
        page.widget("[part=prompt]").and_then(|prompt| prompt.text_content()).expect("a text").contains("/elsewhere")
    );
    page.decline().await;
    assert!(until(|| told.get().is_some()).await);
    assert_eq!(told.get(), Some(&(Status::Cancelled, Some("/elsewhere".to_owned()))));
    drop(scope);
    Rc::try_unwrap(page).map_err(drop).expect("the last").end().await;
}

#[wasm_bindgen_test]
async fn the_site_may_forbid_it() {
    let page = page(Consent::Off);
    assert_eq!(page.status("navigateTo", r#"{"url": "/"}"#).await, Status::NotAllowed);
    let failure = page.refusal("navigateTo", "{}").await;
    assert!(failure.status == Status::Error && failure.message.contains("`url`"));
    page.end().await;
}

#[wasm_bindgen_test]
async fn a_router_of_the_pages_own_makes_it_success_or_stops_it() {
    if !run("return !!window.navigation").is_truthy() {
        return;
    }
    let page = page(Consent::Auto);
    run("window.here = location.href; navigation.onnavigate = (event) => event.intercept({ handler: async () => {} })");
    assert_eq!(page.status("navigateTo", r#"{"url": "/routed"}"#).await, Status::Success);
    run("navigation.onnavigate = (event) => event.preventDefault()");
    assert_eq!(page.status("navigateTo", r#"{"url": "/stopped"}"#).await, Status::Cancelled);
    run("navigation.onnavigate = null; history.replaceState(null, '', window.here); delete window.here");
    page.end().await;
}
