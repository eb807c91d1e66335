//! `getPageInfo`: where the visitor is.

use crate::command::Execute;
use crate::context::Call;
use crate::dom::shim;
use crate::error::Failure;
use docent_protocol::registry::{GetPageInfo, GetPageInfoReply, Viewport};

impl Execute for GetPageInfo {
    async fn run(self, _: Call) -> Result<GetPageInfoReply, Failure> {
        let page = shim::page();
        let text = |at| page.get(at).as_string().unwrap_or_default();
        let pixels = |at| page.get(at).as_f64().unwrap_or_default() as i32;
        Ok(GetPageInfoReply {
            url: text(0),
            title: text(1),
            referrer: text(2),
            language: text(3),
            viewport: Viewport { width: pixels(4), height: pixels(5) },
        })
    }
}
