//! `callVisitorApi`.

use crate::harness::{Page, run, values, wait};
use docent_protocol::source::Source;
use docent_protocol::status::Status;
use docent_widget::config::Policy;
use wasm_bindgen_test::*;

fn page(api: &str) -> Page {
    page_of(api, Policy { api_timeout_ms: 200, ..Policy::default() })
}

fn page_of(api: &str, policy: Policy) -> Page {
    let page = Page::new("", policy);
    run(&format!("window.pzl.api = {api}"));
    page
}

async fn result(page: &Page, params: &str) -> String {
    let answer = page.ask("callVisitorApi", params).await.expect("success");
    answer.field("result").map_or("absent".to_owned(), |result| result.to_json().into_string())
}

#[wasm_bindgen_test]
async fn own_functions_and_those_of_the_class_are_called_on_the_api() {
    let page = page(
        "new (class extends class { base() { return 'base' } } { n = 2; add(a, b) { return this.n + a + b }
          own = () => ({ deep: [1, null] }); later(x) { return Promise.resolve(x) } nothing() {} })()",
    );
    for (call, wanted) in [
        (r#"{"functionName": "add", "args": [3, 4]}"#, "9"),
        (r#"{"functionName": "base"}"#, r#""base""#),
        (r#"{"functionName": "own"}"#, r#"{"deep":[1,null]}"#),
        (r#"{"functionName": "later", "args": ["x"]}"#, r#""x""#),
        (r#"{"functionName": "nothing"}"#, "null"),
    ] {
        assert_eq!(result(&page, call).await, wanted, "{call}");
    }
    page.end().await;
}

#[wasm_bindgen_test]
async fn what_every_object_has_is_no_function_of_the_api() {
    let page = page("new (class { field = 1; get lazy() { return 2 } })()");
    for name in ["constructor", "__proto__", "prototype", "toString", "hasOwnProperty", "valueOf", "field", "lazy", ""]
    {
        let params = format!(r#"{{"functionName": "{name}", "args": [1]}}"#);
        let failure = page.refusal("callVisitorApi", &params).await;
        assert_eq!(failure.status, Status::FunctionNotFound, "{name}");
        let values = values(failure);
        assert_eq!(values.field("functionName").and_then(|name| name.as_text()).as_deref(), Some(name));
        assert_eq!(values.field("args").map(|args| args.to_json().into_string()).as_deref(), Some("[1]"));
        assert!(values.field("result").and_then(|result| result.as_text()).is_some());
    }
    page.end().await;
}

#[wasm_bindgen_test]
async fn an_api_that_is_none_has_no_functions() {
    for api in ["undefined", "null", "'text'", "7", "function () {}"] {
        let page = page(api);
        for name in ["call", "charAt", "toFixed", "open"] {
            let params = format!(r#"{{"functionName": "{name}"}}"#);
            assert_eq!(page.status("callVisitorApi", &params).await, Status::FunctionNotFound, "{api}.{name}");
        }
        page.end().await;
    }
}

#[wasm_bindgen_test]
async fn whatever_goes_wrong_in_the_function_is_an_execution_error() {
    let page = page(
        "({ throws() { throw new Error('no such claim') }, odd() { throw { toString() { throw 1 } } },
          rejects: async () => { throw 'late' }, hangs: () => new Promise(() => {}), code: () => () => {},
          cycle() { const a = {}; a.a = a; return a }, big: () => 10n, get trap() { throw new Error('trapped') },
          thenable: () => ({ then() { throw new Error('then') } }), hostile: () => ({ toJSON() { throw new Error('json') } }) })",
    );
    for (name, message) in [
        ("throws", "no such claim"),
        ("odd", ""),
        ("rejects", "late"),
        ("hangs", "in time"),
        ("code", "not JSON"),
        ("cycle", ""),
        ("big", ""),
        ("trap", "trapped"),
        ("thenable", "then"),
        ("hostile", "json"),
    ] {
        let failure = page.refusal("callVisitorApi", &format!(r#"{{"functionName": "{name}"}}"#)).await;
        assert_eq!(failure.status, Status::ExecutionError, "{name}");
        assert!(failure.message.contains(message), "{name}: {}", failure.message);
    }
    page.end().await;
}

#[wasm_bindgen_test]
async fn the_site_may_narrow_the_list() {
    let policy = Policy { callable: Some(vec!["one".to_owned()]), ..Policy::default() };
    let page = page_of("({ one: () => 1, two: () => 2 })", policy);
    assert_eq!(result(&page, r#"{"functionName": "one"}"#).await, "1");
    assert_eq!(page.status("callVisitorApi", r#"{"functionName": "two"}"#).await, Status::NotAllowed);
    page.end().await;
}

#[wasm_bindgen_test]
async fn what_settles_too_late_changes_nothing() {
    let page = page("({ slow: () => new Promise((done) => setTimeout(done, 300, 1)) })");
    assert_eq!(page.status("callVisitorApi", r#"{"functionName": "slow"}"#).await, Status::ExecutionError);
    wait(200).await;
    page.end().await;
}

#[wasm_bindgen_test]
async fn a_missing_name_is_an_error_that_says_so() {
    let page = page("({})");
    let failure = page.refusal("callVisitorApi", r#"{"args": []}"#).await;
    assert!(failure.status == Status::Error && failure.message.contains("`functionName`"));
    let failure = page.refusal("callVisitorApi", r#"{"functionName": "f", "args": {}}"#).await;
    assert!(failure.status == Status::Error && failure.message.contains("`args`"));
    page.end().await;
}
