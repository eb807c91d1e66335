//! `window.pzl`: what the page sees of the runtime.

pub mod hooks;
pub mod host;
pub mod info;
