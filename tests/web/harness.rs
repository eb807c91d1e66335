//! What the browser tests share: a page, a context over it, and a visitor who answers.
use docent_protocol::event::EventId;
use docent_protocol::json::Object;
use docent_protocol::source::Source;
use docent_protocol::status::Status;
use docent_widget::command;
use docent_widget::config::Policy;
use docent_widget::context::{Call, Context};
use docent_widget::conversation::journal::Journal;
use docent_widget::conversation::memory::Memory;
use docent_widget::conversation::outbox::Outbox;
use docent_widget::dom::{self, value::Value};
use docent_widget::error::Failure;
use docent_widget::page::host::Host;
use docent_widget::task;
use docent_widget::ui::{Ui, texts::Texts};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, HtmlElement};

#[wasm_bindgen(inline_js = r#"
export function host(locale) {
    const pzl = { api: {} };
    return { siteKey: "test", base: "", lang: "en", locale: JSON.parse(locale), pzl, failed() {}, drain() {}, gone() {},
             emitted: [], emit(kind, detail) { this.emitted.push([kind, JSON.stringify(detail)].join(" ")); } };
}
export function run(code) {
    // As the page's own script would.
    const script = document.createElement("script");
    script.textContent = "try { window.result = (() => {" + code + "})() } catch (error) { window.result = error }";
    document.head.append(script);
    script.remove();
    const { result } = window;
    delete window.result;
    return result;
}
export function give(host) { window.pzl = host.pzl; }
export function emitted(host) { return host.emitted; }
"#)]
extern "C" {
    fn host(locale: &str) -> Host;
    /// Runs a function's body as a script of the page's.
    pub(crate) fn run(code: &str) -> JsValue;
    fn give(host: &Host);
    fn emitted(host: &Host) -> Vec<String>;
}

/// A page with a widget in it.
pub(crate) struct Page {
    pub(crate) cx: Context,
    pub(crate) document: Document,
    stage: Element,
}

impl Page {
    /// A page with this body, for a site with this policy.
    pub(crate) fn new(body: &str, policy: Policy) -> Self {
        let host = host(include_str!("../../src/ui/locale/en.json"));
        dom::open(&JsValue::UNDEFINED);
        let window = dom::window().expect("a window");
        let document = window.document().expect("a document");
        // Beside what the test runner shows of itself.
        let stage = document.create_element("section").expect("an element");
        stage.set_id("stage");
        stage.set_inner_html(body);
        document.body().expect("a body").prepend_with_node_1(&stage).expect("a place");
        let memory = Memory::new("test");
        memory.clear_but("");
        let ui = Ui::mount(&document, Texts::new(&host.locale(), &host.lang()), Rc::new(|_| {})).expect("a widget");
        give(&host);
        let journal = Journal::new("here".to_owned());
        let outbox = Outbox::new("here");
        let cx = Context::new(window, document.clone(), host, ui, memory, journal, outbox);
        cx.set_policy(policy);
        Self { cx, document, stage }
    }

    /// A page for a site without wishes.
    pub(crate) fn plain(body: &str) -> Self {
        Self::new(body, Policy::default())
    }

    /// Does what an agent asks.
    pub(crate) async fn ask(&self, name: &str, params: &str) -> Result<Value, Failure> {
        let entry = command::find(name).expect("a row");
        let params = Value::parse(params).expect("parameters");
        let call = Call::new(self.cx.clone(), EventId::new(7).expect("an id"));
        let values: Object = (entry.run)(&params, call).await?;
        Ok(Value::parse(values.end().as_str()).expect("an answer"))
    }

    /// Does it and gives one text of the answer.
    pub(crate) async fn text(&self, name: &str, params: &str, field: &str) -> String {
        let answer = self.ask(name, params).await.expect("success");
        answer.field(field).and_then(|value| value.as_text()).expect("a text")
    }

    /// Does it and gives how it failed.
    pub(crate) async fn refusal(&self, name: &str, params: &str) -> Failure {
        self.ask(name, params).await.expect_err("a failure")
    }

    pub(crate) async fn status(&self, name: &str, params: &str) -> Status {
        self.ask(name, params).await.map_or_else(|failure| failure.status, |_| Status::Success)
    }

    pub(crate) fn element(&self, selector: &str) -> Element {
        self.document.query_selector(selector).expect("a selector").expect(selector)
    }

    /// Something of the widget's.
    pub(crate) fn widget(&self, selector: &str) -> Option<Element> {
        let root = self.element("docent-widget").shadow_root().expect("a shadow root");
        root.query_selector(selector).expect("a selector")
    }

    /// Presses No as soon as the question takes an answer.
    pub(crate) async fn decline(&self) {
        const NO: &str = "[part=prompt][open] .no:not([disabled])";
        assert!(until(|| self.widget(NO).is_some()).await, "no question that takes an answer");
        self.widget(NO).expect("a button").unchecked_into::<HtmlElement>().click();
    }

    /// What `pzl.on` heard.
    pub(crate) fn emitted(&self) -> Vec<String> {
        emitted(&self.cx.host)
    }

    /// Everything goes; nothing stays behind.
    pub(crate) async fn end(self) {
        let document = self.document.clone();
        self.stage.remove();
        drop(self);
        tick().await;
        assert_eq!(dom::registered(), 0, "registrations left");
        assert_eq!(task::running(), 0, "tasks left");
        dom::shut();
        assert!(document.query_selector("docent-widget").expect("a selector").is_none(), "the widget is left");
    }
}

/// Lets the page go on for a moment.
pub(crate) async fn tick() {
    wait(20).await;
}

pub(crate) async fn wait(ms: i32) {
    dom::sleep(ms).await;
}

/// Waits until it holds, however slow the machine is; false where it does not within ten seconds.
pub(crate) async fn until(holds: impl Fn() -> bool) -> bool {
    for _ in 0..500 {
        if holds() {
            return true;
        }
        tick().await;
    }
    holds()
}

pub(crate) fn values(failure: Failure) -> Value {
    Value::parse(failure.values.end().as_str()).expect("values")
}
