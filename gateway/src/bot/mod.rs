//! Bots: scripts that answer visitors (contract section 6).

pub mod engine;
