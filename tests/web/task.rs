//! Tasks, slots, timers: what is spawned ends with its scope, and nothing stays behind.

use docent_widget::dom;
use docent_widget::task::{Either, Scope, either, running, slot};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::*;

fn open() {
    dom::open(&js_sys::Object::new().constructor().into());
}

#[wasm_bindgen_test]
async fn a_task_runs_and_leaves_nothing() {
    open();
    let scope = Scope::new();
    let (done, waiting) = slot();
    scope.spawn(async move {
        dom::sleep(1).await;
        done.fill(7);
    });
    assert_eq!(running(), 1);
    assert_eq!(waiting.await, Some(7));
    assert_eq!((running(), dom::registered()), (0, 0));
}

#[wasm_bindgen_test]
async fn dropping_the_scope_cancels_and_takes_the_timer_back() {
    open();
    let ran = Rc::new(Cell::new(false));
    let scope = Scope::new();
    let flag = ran.clone();
    scope.spawn(async move {
        dom::sleep(5).await;
        flag.set(true);
    });
    dom::sleep(0).await;
    drop(scope);
    assert_eq!((running(), dom::registered()), (0, 0));
    dom::sleep(15).await;
    assert!(!ran.get());
}

#[wasm_bindgen_test]
async fn a_task_may_drop_its_own_scope() {
    open();
    let scope = Rc::new(std::cell::RefCell::new(Some(Scope::new())));
    let (done, waiting) = slot::<()>();
    let own = scope.clone();
    if let Some(scope) = &*scope.borrow() {
        scope.spawn(async move {
            let mine = own.take();
            drop(mine);
            dom::sleep(0).await;
            done.fill(());
        });
    }
    assert_eq!(waiting.await, None, "what comes after the drop never runs");
    assert_eq!(running(), 0);
}

#[wasm_bindgen_test]
async fn a_slot_nobody_can_fill_ends_the_wait() {
    open();
    let (done, waiting) = slot::<u8>();
    drop(done);
    assert_eq!(waiting.await, None);
}

#[wasm_bindgen_test]
async fn the_first_to_end_wins() {
    open();
    let outcome = either(dom::sleep(1), dom::sleep(10_000)).await;
    assert!(matches!(outcome, Either::First(())));
    assert_eq!(dom::registered(), 0, "the loser's timer is taken back");
}

#[wasm_bindgen_test]
async fn promises_settle_both_ways() {
    open();
    let kept = js_sys::Promise::resolve(&JsValue::from(3));
    assert_eq!(dom::settled(&kept).await, Ok(JsValue::from(3)));
    let broken = js_sys::Promise::reject(&JsValue::from("no"));
    assert_eq!(dom::settled(&broken).await, Err(JsValue::from("no")));
    assert_eq!(dom::settled(&JsValue::from(4)).await, Ok(JsValue::from(4)));
    assert_eq!(dom::registered(), 0);
}

#[wasm_bindgen_test]
fn a_listener_hears_until_it_is_dropped() {
    open();
    let heard = Rc::new(Cell::new(0));
    let target = web_sys::EventTarget::new().expect("a target");
    let count = heard.clone();
    let listener = dom::on(&target, "x", move |_| count.set(count.get() + 1));
    target.dispatch_event(&web_sys::Event::new("x").expect("an event")).expect("dispatched");
    drop(listener);
    target.dispatch_event(&web_sys::Event::new("x").expect("an event")).expect("dispatched");
    assert_eq!((heard.get(), dom::registered()), (1, 0));
}

#[wasm_bindgen_test]
fn an_exposed_function_goes_and_what_stood_there_stands_again() {
    open();
    let object = js_sys::Object::new();
    js_sys::Reflect::set(&object, &"f".into(), &1.into()).expect("set");
    let exposed = dom::expose(&object, "f", |args| args.get(0));
    let f: js_sys::Function = js_sys::Reflect::get(&object, &"f".into()).expect("get").into();
    assert_eq!(f.call1(&JsValue::NULL, &5.into()), Ok(5.into()));
    drop(exposed);
    assert_eq!(js_sys::Reflect::get(&object, &"f".into()), Ok(1.into()));
}
