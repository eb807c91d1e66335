//! `navigateTo`: another page of the same origin.

use super::Execute;
use crate::context::Call;
use crate::error::Failure;
use docent_protocol::registry::{NavigateTo, NavigateToReply};

impl Execute for NavigateTo {
    const ASKS: bool = true;
    async fn run(self, _call: Call) -> Result<NavigateToReply, Failure> {
        Ok(NavigateToReply { url: self.url })
    }
}
