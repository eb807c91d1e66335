//! `disableChatInput`: the chat input off or on, over reloads and tabs.

use super::Execute;
use crate::context::Call;
use crate::error::Failure;
use docent_protocol::registry::{DisableChatInput, DisableChatInputReply};

impl Execute for DisableChatInput {
    async fn run(self, call: Call) -> Result<DisableChatInputReply, Failure> {
        call.set_input_off(self.value);
        Ok(DisableChatInputReply { value: self.value })
    }
}
