//! The only place that registers anything with the browser.
//!
//! Every registration is a [`Registration`]; dropping it takes it back. All calls from the browser arrive at one
//! closure ([`open`]), so a panic is caught in one place (`shim.js`, `call`) and shuts the runtime instead of
//! throwing into the page. One closure for all also costs less than one `Closure` type a listener.

mod listener;
mod observer;
mod promise;
pub mod reader;
mod timer;
pub mod value;
pub mod xpath;

pub use listener::{on, on_capture};
pub use observer::{observe_intersection, observe_mutations, observe_size};
pub use promise::settled;
pub use timer::{after, every_frame, next_frame, sleep};

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;

pub(crate) mod shim {
    //! `shim.js`. What a function does stands there.
    use js_sys::Array;
    use wasm_bindgen::prelude::*;
    use web_sys::{Element, Event, EventTarget, ShadowRoot};

    #[wasm_bindgen(module = "/src/dom/shim.js")]
    extern "C" {
        pub(crate) fn open(handler: &Closure<dyn Fn(u32, JsValue) -> JsValue>, failed: &JsValue);
        pub(crate) fn shut();
        pub(crate) fn panicked(message: &str);
        pub(crate) fn release(id: u32);
        pub(crate) fn listen(id: u32, target: &EventTarget, kind: &str, capture: bool, passive: bool);
        pub(crate) fn timeout(id: u32, ms: i32);
        pub(crate) fn frame(id: u32);
        pub(crate) fn soon(id: u32);
        pub(crate) fn observe(id: u32, kind: &str, target: &JsValue, options: &JsValue);
        pub(crate) fn settle(id: u32, promise: &JsValue);
        pub(crate) fn frames(id: u32);
        pub(crate) fn expose(id: u32, object: &JsValue, name: &str);
        pub(crate) fn reveal(id: u32, object: &JsValue, name: &str);
        pub(crate) fn put(id: u32, object: &JsValue, name: &str, value: &JsValue);
        #[wasm_bindgen(js_name = reportTo)]
        pub(crate) fn report_to(url: &str, token: &str);
        pub(crate) fn complain(message: &str);
        pub(crate) fn unique() -> String;
        #[wasm_bindgen(catch)]
        pub(crate) fn socket(id: u32, url: &str, protocols: &Array) -> Result<JsValue, JsValue>;
        #[wasm_bindgen(catch)]
        pub(crate) fn transmit(socket: &JsValue, text: &str) -> Result<bool, JsValue>;
        #[wasm_bindgen(catch)]
        pub(crate) fn http(id: u32, method: &str, url: &str, token: &str, body: &str) -> Result<(), JsValue>;
        pub(crate) fn farewell(url: &str, token: &str, body: &str);
        pub(crate) fn read(text: &str) -> JsValue;
        #[wasm_bindgen(catch)]
        pub(crate) fn write(value: &JsValue) -> Result<Option<String>, JsValue>;
        pub(crate) fn kind(value: &JsValue) -> u32;
        pub(crate) fn own(object: &JsValue, name: &str) -> JsValue;
        pub(crate) fn time() -> Array;
        pub(crate) fn page() -> Array;
        pub(crate) fn destination(url: &str) -> Option<String>;
        pub(crate) fn holds(event: &Event) -> bool;
        #[wasm_bindgen(js_name = tellsOfStaying)]
        pub(crate) fn tells_of_staying() -> bool;
        pub(crate) fn navigation() -> Option<EventTarget>;
        pub(crate) fn describe(error: &JsValue) -> String;
        #[wasm_bindgen(js_name = isThenable)]
        pub(crate) fn is_thenable(value: &JsValue) -> bool;
        #[wasm_bindgen(catch, js_name = beforeCommand)]
        pub(crate) fn before_command(command: &JsValue) -> Result<JsValue, JsValue>;
        pub(crate) fn lacks(object: &JsValue, name: &str) -> bool;
        #[wasm_bindgen(catch)]
        pub(crate) fn method(api: &JsValue, name: &str) -> Result<JsValue, JsValue>;
        pub(crate) fn methods(api: &JsValue) -> Vec<String>;
        #[wasm_bindgen(catch)]
        pub(crate) fn invoke(target: &JsValue, api: &JsValue, args: &str) -> Result<JsValue, JsValue>;
        pub(crate) fn digits(value: &JsValue) -> String;
        pub(crate) fn recall(key: &str) -> Option<String>;
        pub(crate) fn remember(key: &str, value: &str) -> bool;
        pub(crate) fn forget(key: &str);
        pub(crate) fn remembered(prefix: &str) -> Vec<String>;
        pub(crate) fn listen_again();
        pub(crate) fn tab_recall(key: &str) -> Option<String>;
        pub(crate) fn tab_remember(key: &str, value: Option<&str>);
        #[wasm_bindgen(catch)]
        pub(crate) fn shadow(host: &Element, css: &str) -> Result<ShadowRoot, JsValue>;
        pub(crate) fn moment(when: &str, lang: &str, day: bool) -> String;
        pub(crate) fn now() -> String;
        pub(crate) fn plural(lang: &str, count: u32) -> String;
        pub(crate) fn touch() -> bool;
        pub(crate) fn lock(id: u32, name: &str, steal: bool) -> bool;
    }
}

pub(crate) mod dialog {
    //! `dialog.js`.
    use wasm_bindgen::prelude::*;
    use web_sys::Element;

    #[wasm_bindgen(module = "/src/dom/dialog.js")]
    extern "C" {
        pub(crate) fn modal(dialog: &Element, open: bool);
        pub(crate) fn covered(dialog: &Element) -> bool;
    }
}

pub(crate) mod recording {
    //! `recording.js`.
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen(module = "/src/dom/recording.js")]
    extern "C" {
        pub(crate) fn record(
            id: u32,
            base: &str,
            root: &JsValue,
            socket: &JsValue,
            rules: Vec<String>,
            texts: &JsValue,
        );
        pub(crate) fn watch(frame: &JsValue);
    }
}

pub(crate) mod screens {
    //! `screens.js`.
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen(module = "/src/dom/screens.js")]
    extern "C" {
        #[wasm_bindgen(js_name = screensOf)]
        pub(crate) fn screens_of(id: u32, base: &str, root: &JsValue, lang: &str);
        pub(crate) fn greet(url: &str, token: &str, channel: &JsValue, standing: &JsValue);
        pub(crate) fn change(data: &JsValue);
        pub(crate) fn answered();
    }
}

type Handler = Rc<dyn Fn(JsValue) -> JsValue>;
type Door = Closure<dyn Fn(u32, JsValue) -> JsValue>;

thread_local! {
    static HANDLERS: RefCell<Vec<(u32, Handler)>> = const { RefCell::new(Vec::new()) };
    static NEXT: Cell<u32> = const { Cell::new(1) };
    static DOOR: RefCell<Option<Door>> = const { RefCell::new(None) };
}

/// Opens the door. `failed` is a function of the page's side, told once with a message when the runtime failed.
pub fn open(failed: &JsValue) {
    let door = Closure::<dyn Fn(u32, JsValue) -> JsValue>::new(enter);
    shim::open(&door, failed);
    DOOR.set(Some(door));
}

/// Takes everything back that is still registered and hears nothing more.
pub fn shut() {
    shim::shut();
    // Dropping handlers may drop registrations: the list must not be borrowed meanwhile.
    drop(HANDLERS.take());
    crate::task::shut();
}

fn enter(id: u32, value: JsValue) -> JsValue {
    let handler = HANDLERS.with_borrow(|handlers| {
        let at = handlers.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        handlers.get(at).map(|(_, handler)| handler.clone())
    });
    handler.map_or(JsValue::UNDEFINED, |handler| handler(value))
}

/// Something the browser calls. Dropping it takes it back.
#[must_use = "dropping it unregisters at once"]
#[derive(Debug)]
pub struct Registration {
    id: u32,
}

impl Registration {
    /// Makes a place for `handler`, then lets `register` tell the browser its id.
    pub(crate) fn new(handler: Handler, register: impl FnOnce(u32)) -> Self {
        let id = NEXT.replace(NEXT.get().wrapping_add(1));
        HANDLERS.with_borrow_mut(|handlers| handlers.push((id, handler)));
        register(id);
        Self { id }
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        shim::release(self.id);
        let handler = HANDLERS.with_borrow_mut(|handlers| {
            let at = handlers.binary_search_by_key(&self.id, |(id, _)| *id).ok()?;
            Some(handlers.remove(at))
        });
        drop(handler);
    }
}

/// Listens again where `document.open()` took the listeners away; it is no harm where it did not.
pub fn listen_again() {
    shim::listen_again();
}

/// How many registrations stand. For tests of what is left behind.
pub fn registered() -> usize {
    HANDLERS.with_borrow(Vec::len)
}

/// Puts a function on a page's object; it is called with the array of its arguments.
pub fn expose(object: &JsValue, name: &str, handler: impl Fn(js_sys::Array) -> JsValue + 'static) -> Registration {
    let handler: Handler = Rc::new(move |args| handler(args.unchecked_into()));
    Registration::new(handler, |id| shim::expose(id, object, name))
}

/// Puts a property on a page's object whose every read asks `handler`; what it gives is frozen.
pub fn reveal(object: &JsValue, name: &str, handler: impl Fn() -> JsValue + 'static) -> Registration {
    Registration::new(Rc::new(move |_| handler()), |id| shim::reveal(id, object, name))
}

/// Puts a value on a page's object.
pub fn put(object: &JsValue, name: &str, value: &JsValue) -> Registration {
    Registration::new(Rc::new(|_| JsValue::UNDEFINED), |id| shim::put(id, object, name, value))
}

/// The page's window. `None` in a worker.
pub fn window() -> Option<web_sys::Window> {
    js_sys::global().dyn_into().ok()
}
