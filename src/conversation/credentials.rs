//! Which conversation this page is in, and the right to take part.

use super::http::{self, Reply};
use super::memory::Memory;
use crate::dom::value::Value;
use docent_protocol::json::Object;
use docent_protocol::param::member;

const CONVERSATION: &str = "conversation";
const TOKEN: &str = "token";

/// A conversation and the visitor's token for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// The conversation's id.
    pub conversation: String,
    /// The visitor's token.
    pub token: String,
}

/// Why there are none.
#[derive(Debug)]
pub enum Refusal {
    /// Trying again may help.
    Later,
    /// The site's key or origin is refused; the text is the gateway's reason.
    Never(String),
}

impl Credentials {
    /// What is remembered.
    pub fn recall(memory: &Memory) -> Option<Self> {
        Some(Self { conversation: memory.get(CONVERSATION)?, token: memory.get(TOKEN)? })
    }

    /// Forgets all of the conversation but the token: it says whose the next one is.
    pub fn forget(memory: &Memory) {
        memory.clear_but(TOKEN);
    }

    /// Begins a conversation, unless another tab just did.
    ///
    /// # Errors
    /// See [`Refusal`].
    pub async fn create(base: &str, site_key: &str, memory: &Memory) -> Result<Self, Refusal> {
        let body = Object::new().with("siteKey", &site_key).end();
        let earlier = memory.get(TOKEN).unwrap_or_default();
        let reply = http::request("POST", &[base, "/conversation"].concat(), &earlier, body.as_str()).await;
        if let Some(others) = Self::recall(memory) {
            return Ok(others);
        }
        let credentials = match reply.status {
            201 => reply.value().and_then(|value| {
                let conversation = member(&value, "conversationId").ok()?;
                Some(Self { conversation, token: member(&value, "visitorToken").ok()? })
            }),
            400..=428 => return Err(Refusal::Never(reason(&reply))),
            _ => None,
        };
        let credentials = credentials.ok_or(Refusal::Later)?;
        memory.set(TOKEN, &credentials.token);
        memory.set(CONVERSATION, &credentials.conversation);
        Ok(credentials)
    }

    /// Renews the token. `None` where the gateway knows no such conversation or right any more; all that was
    /// remembered of it is forgotten then.
    ///
    /// # Errors
    /// [`Refusal::Later`] where the gateway did not say.
    pub async fn renew(self, base: &str, memory: &Memory) -> Result<Option<Self>, Refusal> {
        let url = [base, "/conversation/", &self.conversation, "/token"].concat();
        let reply = http::request("POST", &url, &self.token, "").await;
        match reply.status {
            200 => {
                let token: Option<String> = reply.value().and_then(|value| member(&value, "visitorToken").ok());
                let token = token.ok_or(Refusal::Later)?;
                memory.set(TOKEN, &token);
                Ok(Some(Self { token, ..self }))
            }
            401 | 403 | 404 => {
                Self::forget(memory);
                Ok(None)
            }
            _ => Err(Refusal::Later),
        }
    }
}

fn reason(reply: &Reply) -> String {
    let detail = |value: Value| member::<String, _>(&value, "detail").ok();
    reply.value().and_then(detail).unwrap_or_else(|| ["HTTP ", &reply.status.to_string()].concat())
}
