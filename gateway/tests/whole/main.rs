//! The gateway as its clients have it, at a port of its own: one program, so that it is linked once. What looks at
//! something a process has once (its log, its figures) is a program beside it.
#![allow(clippy::expect_used, clippy::panic, reason = "a test may fail")]

mod begin;
mod bot;
mod bot_memory;
mod cli;
mod cli_bot;
mod cors;
mod end;
mod events_page;
mod events_stream;
mod idempotency;
mod limits;
mod list;
mod news;
mod oidc;
mod pages;
mod refusal;
mod session_chat;
mod session_entity;
mod session_model;
mod shutdown;
mod socket;
#[path = "../support/mod.rs"]
mod support;
mod thin_line;
mod variables;
mod watch;
mod webhook;
mod widget_files;
