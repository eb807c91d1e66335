//! What the loader hands over.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// The loader's object (`www/loader/docent.ts`).
    #[derive(Clone)]
    pub type Host;

    /// The site's key.
    #[wasm_bindgen(method, getter, js_name = siteKey)]
    pub fn site_key(this: &Host) -> String;

    /// The gateway's address, without a slash at its end.
    #[wasm_bindgen(method, getter)]
    pub fn base(this: &Host) -> String;

    /// The language of `locale`.
    #[wasm_bindgen(method, getter)]
    pub fn lang(this: &Host) -> String;

    /// The texts, as the locale file has them.
    #[wasm_bindgen(method, getter)]
    pub fn locale(this: &Host) -> JsValue;

    /// `window.pzl`.
    #[wasm_bindgen(method, getter)]
    pub fn pzl(this: &Host) -> JsValue;

    /// Tells the listeners of `pzl.on`. It does not throw.
    #[wasm_bindgen(method)]
    pub fn emit(this: &Host, kind: &str, detail: &JsValue);

    /// Runs the calls that were queued before the start, and those to come at once.
    #[wasm_bindgen(method)]
    pub fn drain(this: &Host);

    /// The function that hears that the runtime failed.
    #[wasm_bindgen(method, getter)]
    pub fn failed(this: &Host) -> JsValue;

    /// Gives `window.pzl` back to the page as it was.
    #[wasm_bindgen(method)]
    pub fn gone(this: &Host);
}
