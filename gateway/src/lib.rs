//! Docent's gateway: what agents, bots and visitors say to each other goes through here and is kept.
//!
//! Start at [`conversation`]: a body comes in, becomes durable in the [`store`], goes to whoever listens in its
//! [`room`](conversation::room). [`app`] puts everything together.

pub mod app;
pub mod assets;
pub mod auth;
pub mod bot;
pub mod cli;
pub mod config;
pub mod conversation;
pub mod cors;
pub mod error;
pub mod limit;
pub mod oidc;
pub mod openapi;
pub mod session;
pub mod store;
pub mod telemetry;
pub mod variables;

pub use app::run;
