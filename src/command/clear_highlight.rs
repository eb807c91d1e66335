//! `clearHighlight`: no highlight any more.

use super::Execute;
use crate::context::Call;
use crate::error::Failure;
use docent_protocol::registry::{ClearHighlight, ClearHighlightReply};

impl Execute for ClearHighlight {
    async fn run(self, call: Call) -> Result<ClearHighlightReply, Failure> {
        call.ui.highlight().clear();
        Ok(ClearHighlightReply {})
    }
}
