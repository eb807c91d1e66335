//! `getLocalTime`: the visitor's time.

use crate::command::Execute;
use crate::context::Call;
use crate::dom::shim;
use crate::error::Failure;
use docent_protocol::registry::{GetLocalTime, GetLocalTimeReply};

impl Execute for GetLocalTime {
    async fn run(self, _: Call) -> Result<GetLocalTimeReply, Failure> {
        let time = shim::time();
        Ok(GetLocalTimeReply {
            value: time.get(0).as_string().unwrap_or_default(),
            time_zone: time.get(1).as_string().unwrap_or_default(),
            utc_offset: time.get(2).as_f64().unwrap_or_default() as i32,
        })
    }
}
