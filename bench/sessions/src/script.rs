//! What it costs to call a script that does nothing.

use crate::times::Times;
use anyhow::Result;
use async_trait::async_trait;
use docent_gateway::bot::engine::{Host, Limits, Source, call};
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use std::sync::Arc;

/// Is never asked.
struct Nobody;

#[async_trait]
impl Host for Nobody {
    fn call(&self, name: &str, _args: Vec<Value>) -> Result<Value, String> {
        Err(format!("an empty handler asks for `{name}`"))
    }

    fn begin(&self, name: &str, _args: Vec<Value>) -> BoxFuture<'static, Result<Value, String>> {
        let error = format!("an empty handler asks for `{name}`");
        Box::pin(async move { Err(error) })
    }
}

pub(crate) async fn empty(count: usize) -> Result<Times> {
    let source = Source { file: "empty.js".into(), text: "function onMessageReceived(e) {}".into() };
    let event = [json!({"chatSession": {"id": 1}, "message": {"text": "hello"}})];
    let (source, event) = (&source, &event);
    let once =
        |_| async move { Ok(call(source, "onMessageReceived", event, Limits::default(), Arc::new(Nobody)).await?) };
    Times::one_by_one(count, once).await
}
