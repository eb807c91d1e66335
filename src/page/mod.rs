//! `window.pzl`: what the page sees of the runtime, and what the runtime tells of itself.

pub mod api;
pub mod hooks;
pub mod host;
pub mod info;
pub mod visit;

pub use api::Surface;

use crate::dom::{self, shim};
use host::Host;
use std::panic::PanicHookInfo;

/// Opens the door to the browser. A panic from here on removes the widget, is reported to the gateway and told to
/// the loader; the page hears nothing of it.
pub fn open(host: &Host) {
    dom::open(&host.failed());
    std::panic::set_hook(Box::new(panicked));
}

fn panicked(info: &PanicHookInfo<'_>) {
    let mut message = info.payload_as_str().unwrap_or("panic").to_owned();
    if let Some(place) = info.location() {
        for part in [" at ", place.file(), ":", &place.line().to_string()] {
            message.push_str(part);
        }
    }
    shim::panicked(&message);
}

/// Where a failure of the runtime is reported: the data endpoint's address and the visitor's token.
pub fn set_report_address(data_url: &str, token: &str) {
    shim::report_to(data_url, token);
}

/// A name nobody else has: 24 hexadecimal digits.
pub fn unique() -> String {
    shim::unique()
}

/// Tells the page's developer something, in the console.
pub fn report(message: &str) {
    shim::complain(message);
}
