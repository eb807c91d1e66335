//! Dispatch: a command's name to the file that does it.
//!
//! The table comes from the registry; a row whose parameters do not implement [`Execute`] does not compile.

pub mod call_visitor_api;
pub mod clear_highlight;
pub mod disable_chat_input;
pub mod highlight_dom;
pub mod initiate_co_browse;
pub mod navigate_to;

use crate::context::Call;
use crate::dom::value::Value;
use crate::error::Failure;
use docent_protocol::json::Object;
use docent_protocol::registry::{Command, Reply, Row};
use std::future::Future;
use std::pin::Pin;

/// What a command or request does to the page.
pub trait Execute: Command + 'static {
    /// `true` where it asks the visitor before it changes anything: until [`Call::begin`] a reload asks again.
    const ASKS: bool = false;

    /// Does it.
    fn run(self, call: Call) -> impl Future<Output = Result<Self::Reply, Failure>> + 'static;
}

/// An execution under way.
pub type Running = Pin<Box<dyn Future<Output = Result<Object, Failure>>>>;

/// A row with its implementation.
pub struct Entry {
    /// The registry's row.
    pub row: Row,
    /// See [`Execute::ASKS`].
    pub asks: bool,
    /// Reads the parameters and starts.
    pub run: fn(&Value, Call) -> Running,
}

fn shell<C: Execute>(data: &Value, call: Call) -> Running {
    match C::read(data) {
        Ok(command) => {
            let run = command.run(call);
            Box::pin(async move { Ok(run.await?.values()) })
        }
        Err(error) => Box::pin(std::future::ready(Err(error.into()))),
    }
}

macro_rules! table {
    ($($Params:ident)*) => {
        /// Everything this runtime does.
        pub const TABLE: &[Entry] = &[$(Entry {
            row: <docent_protocol::registry::$Params as Command>::ROW,
            asks: <docent_protocol::registry::$Params as Execute>::ASKS,
            run: shell::<docent_protocol::registry::$Params>,
        }),*];
    };
}

docent_protocol::for_each_command!(table);

/// The entry of this name.
pub fn find(name: &str) -> Option<&'static Entry> {
    TABLE.iter().find(|entry| entry.row.name == name)
}
