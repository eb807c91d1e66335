//! The functions of `window.pzl`, for as long as the runtime is there.

use super::{info, report, visit};
use crate::command::initiate_co_browse::consent;
use crate::config::Consent;
use crate::context::Context;
use crate::dom::value::json_of;
use crate::dom::{self, Registration, shim};
use crate::task::Scope;
use docent_protocol::json::{Json, Object};
use docent_protocol::registry::CoBrowseState;
use js_sys::Array;
use std::rc::Rc;
use wasm_bindgen::JsValue;

/// The longest claims, in bytes of JSON.
const LONGEST_CLAIMS: usize = 16 * 1024;
/// The longest name of an interaction or rule, in bytes.
const LONGEST_NAME: usize = 200;

/// What the runtime has put on `window.pzl`. Dropping it takes everything back.
#[must_use = "dropping it takes everything back"]
pub struct Surface {
    _registrations: Vec<Registration>,
    _scope: Rc<Scope>,
}

impl Surface {
    /// Puts the runtime's functions on `window.pzl`, and tells the gateway where the visitor is. On `pzl.api` what
    /// the site has put there stays. `stop` ends the runtime.
    pub fn install(cx: &Context, stop: fn()) -> Self {
        let pzl = cx.host.pzl();
        let scope = Rc::new(Scope::new());
        let mut registrations = visit::watch(cx);
        let api = js_sys::Reflect::get(&pzl, &"api".into()).unwrap_or_default();
        api_functions(cx, &api, &mut registrations);
        registrations.push(dom::put(&pzl, "version", &env!("CARGO_PKG_VERSION").into()));
        let live = cx.clone();
        registrations.push(dom::reveal(&pzl, "info", move || info::read(&live)));
        co_browse(cx, &pzl, &scope, &mut registrations);
        registrations.push(dom::expose(&pzl, "destroy", move |_| {
            stop();
            JsValue::UNDEFINED
        }));
        Self { _registrations: registrations, _scope: scope }
    }
}

type Function = fn(&Context, &Array) -> Option<Object>;

/// What may be called remotely, with the fact each tells.
const FUNCTIONS: [(&str, &str, Function); 5] = [
    ("setClaims", "claimsChanged", claims),
    ("showInteraction", "interactionRequested", interaction),
    ("triggerRule", "ruleTriggered", name),
    ("open", "", open),
    ("close", "", close),
];

fn api_functions(cx: &Context, api: &JsValue, registrations: &mut Vec<Registration>) {
    for (function, fact, act) in FUNCTIONS {
        if !shim::lacks(api, function) {
            continue;
        }
        let cx = cx.clone();
        registrations.push(dom::expose(api, function, move |args| {
            let done = act(&cx, &args);
            match &done {
                Some(values) if !fact.is_empty() => cx.tell(fact, values),
                Some(_) => {}
                None => report(&["pzl.api.", function, " was called with what it cannot take"].concat()),
            }
            done.is_some().into()
        }));
    }
}

fn claims(_: &Context, args: &Array) -> Option<Object> {
    let text = json_of(&args.get(0)).ok()??;
    (text.len() <= LONGEST_CLAIMS).then(|| Object::new().with("claims", &Json::trusted(text)))
}

fn name(_: &Context, args: &Array) -> Option<Object> {
    let name = args.get(0).as_string()?;
    (name.len() <= LONGEST_NAME).then(|| Object::new().with("name", &name))
}

fn interaction(cx: &Context, args: &Array) -> Option<Object> {
    let values = name(cx, args)?;
    cx.ui.open();
    Some(values)
}

fn open(cx: &Context, _: &Array) -> Option<Object> {
    cx.ui.open();
    Some(Object::new())
}

fn close(cx: &Context, _: &Array) -> Option<Object> {
    cx.ui.close();
    Some(Object::new())
}

/// `pzl.coBrowse`: what only the visitor's page may do.
fn co_browse(cx: &Context, pzl: &JsValue, scope: &Rc<Scope>, registrations: &mut Vec<Registration>) {
    let object = js_sys::Object::new();
    let live = cx.clone();
    registrations.push(dom::reveal(&object, "state", move || live.co_browse().as_str().into()));
    let (start, weak) = (cx.clone(), Rc::downgrade(scope));
    registrations.push(dom::expose(&object, "start", move |_| {
        if let Some(scope) = weak.upgrade()
            && start.policy().co_browse != Consent::Off
        {
            scope.spawn(share(start.clone()));
        }
        JsValue::UNDEFINED
    }));
    let end = cx.clone();
    registrations.push(dom::expose(&object, "stop", move |_| {
        if end.co_browse() == CoBrowseState::Active {
            end.stop_sharing();
        }
        JsValue::UNDEFINED
    }));
    registrations.push(dom::put(pzl, "coBrowse", &object));
}

/// The page asks its visitor.
async fn share(cx: Context) {
    if cx.co_browse() == CoBrowseState::Disabled && consent(&cx).await {
        cx.set_co_browse(CoBrowseState::Active);
        cx.tell("coBrowseChanged", &Object::new().with("coBrowseState", &CoBrowseState::Active));
    }
}
