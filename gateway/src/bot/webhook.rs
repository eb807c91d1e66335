//! What a webhook is sent: Standard Webhooks, signed.

use crate::config::WebhookSecret;
use crate::store::Pending;
use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Value, json};

/// What webhooks are told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A session began.
    Created,
    /// A session's status, agent or bot changed.
    Changed,
    /// Somebody wrote.
    Message,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Created, Self::Changed, Self::Message];

    /// The name on the wire and in the configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "chatSession.created",
            Self::Changed => "chatSession.changed",
            Self::Message => "chatSession.message",
        }
    }

    /// The kind of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// What an event is to a webhook.
    pub fn of(event: &Value) -> Self {
        match event["dataType"].as_str() {
            Some("session") if event["data"]["old"].is_null() => Self::Created,
            Some("session") => Self::Changed,
            _ => Self::Message,
        }
    }
}

/// A message ready to be sent.
#[derive(Debug)]
pub struct Message {
    /// What it tells of.
    pub kind: Kind,
    /// `webhook-id`: the same for every attempt.
    pub id: String,
    /// JSON.
    pub body: String,
}

impl Message {
    /// Tells of an event.
    pub fn of(pending: &Pending) -> Self {
        let event: Value = serde_json::from_str(&pending.event.json).unwrap_or_default();
        let kind = Kind::of(&event);
        let body = json!({
            "type": kind.as_str(),
            "timestamp": event["whenPosted"],
            "data": {
                "conversationId": pending.conversation.to_string(),
                "site": pending.site.as_str(),
                "event": event,
            },
        });
        Self { kind, id: format!("msg_{}", pending.id), body: body.to_string() }
    }

    /// The headers of an attempt made now.
    pub fn headers(&self, secret: &WebhookSecret, now: Timestamp) -> [(&'static str, String); 3] {
        let timestamp = now.as_second().to_string();
        let signed = format!("{}.{timestamp}.{}", self.id, self.body);
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose());
        let signature = STANDARD.encode(hmac::sign(&key, signed.as_bytes()));
        [
            ("webhook-id", self.id.clone()),
            ("webhook-timestamp", timestamp),
            ("webhook-signature", format!("v1,{signature}")),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The specification's own example.
    #[test]
    fn the_signature_is_that_of_standard_webhooks() {
        let secret = WebhookSecret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("a secret");
        let id = "msg_p5jXN8AQM9LWM0D4loKWxJek".to_owned();
        let message = Message { kind: Kind::Message, id, body: r#"{"test": 2432232314}"#.to_owned() };
        let now = Timestamp::from_second(1_614_265_330).expect("a time");
        let headers = message.headers(&secret, now);
        assert_eq!(headers[1].1, "1614265330");
        assert_eq!(headers[2].1, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert_eq!(format!("{secret:?}"), "WebhookSecret", "never printed");
    }
}
