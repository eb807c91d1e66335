//! `getCapabilities`: what this page can be asked now.

use crate::command::call_visitor_api::api;
use crate::command::{Execute, TABLE};
use crate::config::{Consent, Policy};
use crate::context::Call;
use crate::dom::shim;
use crate::error::Failure;
use docent_protocol::json::{Json, Object, ToJson};
use docent_protocol::registry::{
    CallVisitorApi, Command, GetCapabilities, GetCapabilitiesReply, GetCoBrowseDom, InitiateCoBrowse, NavigateTo,
};

impl Execute for GetCapabilities {
    async fn run(self, call: Call) -> Result<GetCapabilitiesReply, Failure> {
        let policy = call.policy();
        let mut functions = shim::methods(&api(&call));
        if let Some(callable) = &policy.callable {
            functions.retain(|name| callable.contains(name));
        }
        let mut commands = String::new();
        rows(&policy).write(&mut commands);
        Ok(GetCapabilitiesReply {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            commands: Json::trusted(commands),
            functions,
        })
    }
}

fn rows(policy: &Policy) -> Vec<Object> {
    let row = |entry: &crate::command::Entry| {
        Object::new()
            .with("type", &entry.row.name)
            .with("dataType", &entry.row.kind.as_str())
            .with("allowed", &is_allowed(entry.row.name, policy))
            .with("params", &(entry.row.params)())
    };
    TABLE.iter().map(row).collect()
}

/// Whether the site's policy leaves it to the visitor, or allows it.
fn is_allowed(name: &str, policy: &Policy) -> bool {
    if name == NavigateTo::ROW.name {
        return policy.navigation != Consent::Off;
    }
    if name == InitiateCoBrowse::ROW.name || name == GetCoBrowseDom::ROW.name {
        return policy.co_browse != Consent::Off;
    }
    name != CallVisitorApi::ROW.name || policy.callable.as_ref().is_none_or(|names| !names.is_empty())
}
