//! The site's hook, as middleware: `window.pzlOnBeforeCommand(command)`.
//!
//! It is given a copy of the command's data. `undefined` or `true` lets the command go on; an object is the command
//! that is executed instead, of the same `type`; all else, and whatever is thrown, forbids it. It may answer with a
//! promise, which is waited for as long as a function of `pzl.api` would be.

use crate::context::Call;
use crate::dom::value::{Value, json_of};
use crate::dom::{self, shim};
use crate::error::Failure;
use crate::task::{Either, either};
use docent_protocol::param::member;
use docent_protocol::source::{Kind, Source};

/// What is executed instead of `data`.
///
/// # Errors
/// `error|notAllowed` where the hook forbids it.
pub async fn before_command(call: &Call, data: &Value) -> Result<Value, Failure> {
    let forbidden = |why: &str| Failure::not_allowed(&["the site's pzlOnBeforeCommand ", why].concat());
    let mut verdict = match shim::before_command(data.as_js()) {
        Ok(verdict) => verdict,
        Err(error) => return Err(forbidden(&["threw: ", &shim::describe(&error)].concat())),
    };
    if shim::is_thenable(&verdict) {
        let timeout = call.policy().api_timeout_ms;
        verdict = match either(dom::settled(&verdict), dom::sleep(timeout)).await {
            Either::First(Ok(verdict)) => verdict,
            Either::First(Err(error)) => return Err(forbidden(&["threw: ", &shim::describe(&error)].concat())),
            Either::Second(()) => return Err(forbidden("did not decide in time")),
        };
    }
    if verdict.is_undefined() || verdict.is_truthy() && verdict.as_bool().is_some() {
        return Ok(data.clone());
    }
    if verdict.as_bool().is_some() {
        return Err(forbidden("forbids it"));
    }
    // A copy: what the page does with its object later changes nothing here.
    let changed = json_of(&verdict).ok().flatten().and_then(|text| Value::parse(&text));
    let changed = changed.filter(|changed| changed.kind() == Kind::Object);
    let changed = changed.ok_or_else(|| forbidden("must return undefined, true, false or a command"))?;
    let kind = |data: &Value| member::<String, _>(data, "type").ok();
    match kind(&changed) == kind(data) {
        true => Ok(changed),
        false => Err(forbidden("must not change the type")),
    }
}
