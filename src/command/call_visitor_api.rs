//! `callVisitorApi`: a function of `window.pzl.api`, called.

use super::Execute;
use crate::context::Call;
use crate::dom::value::json_of;
use crate::dom::{self, shim};
use crate::error::Failure;
use crate::task::{Either, either};
use docent_protocol::json::{Json, Object};
use docent_protocol::registry::{CallVisitorApi, CallVisitorApiReply};
use docent_protocol::status::Status;
use js_sys::Reflect;
use wasm_bindgen::JsValue;

impl Execute for CallVisitorApi {
    async fn run(self, call: Call) -> Result<CallVisitorApiReply, Failure> {
        match result_of(&self, &call).await {
            Ok(result) => Ok(CallVisitorApiReply { result }),
            Err((status, message)) => {
                let values = Object::new().with("functionName", &self.function_name).with("args", &self.args);
                Err(Failure::new(status, &message).with(values.with("result", &message)))
            }
        }
    }
}

/// `window.pzl.api` as it is now.
pub(crate) fn api(call: &Call) -> JsValue {
    Reflect::get(&call.host.pzl(), &"api".into()).unwrap_or_default()
}

async fn result_of(wanted: &CallVisitorApi, call: &Call) -> Result<Json, (Status, String)> {
    let name = wanted.function_name.as_str();
    let policy = call.policy();
    if policy.callable.as_ref().is_some_and(|names| !names.iter().any(|callable| callable == name)) {
        return Err((Status::NotAllowed, ["the site does not let `", name, "` be called"].concat()));
    }
    let threw = |error: JsValue| (Status::ExecutionError, shim::describe(&error));
    let api = api(call);
    let function = shim::method(&api, name).map_err(threw)?;
    if function.is_undefined() {
        return Err((Status::FunctionNotFound, ["window.pzl.api has no function `", name, "`"].concat()));
    }
    let mut result = shim::invoke(&function, &api, wanted.args.0.as_str()).map_err(threw)?;
    if shim::is_thenable(&result) {
        result = match either(dom::settled(&result), dom::sleep(policy.api_timeout_ms)).await {
            Either::First(settled) => settled.map_err(threw)?,
            Either::Second(()) => {
                return Err((Status::ExecutionError, "the promise did not settle in time".to_owned()));
            }
        };
    }
    if result.is_undefined() {
        return Ok(Json::null());
    }
    let json = json_of(&result).map_err(|error| (Status::ExecutionError, shim::describe(&error)))?;
    json.map(Json::trusted).ok_or_else(|| (Status::ExecutionError, "the result is not JSON".to_owned()))
}
