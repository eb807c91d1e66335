//! `UserContext`: what is known of a user, read-only. The gateway gives `_id`; the rest is what the page claims with
//! `pzl.api.setClaims`, and no more trustworthy than the page.

use crate::conversation::ConversationId;
use crate::store::{From, Range, Store, StoreError, UserId};
use docent_protocol::envelope::DataType;
use docent_protocol::event::EventId;
use serde_json::{Map, Value, json};

/// The keys a page may claim, with the names the same fact has elsewhere.
const CLAIMED: [(&str, &[&str]); 9] = [
    ("emailId", &["email"]),
    ("lastName", &["family_name", "surname"]),
    ("firstName", &["given_name", "forename"]),
    ("profImage", &["picture"]),
    ("profColor", &[]),
    ("jTitle", &["title"]),
    ("orgId", &["organization"]),
    ("customData", &[]),
    ("identities", &[]),
];
/// What an account can be.
const ACTIVATION: [&str; 4] = ["active", "inactive", "suspended", "locked"];
/// Facts read at once while looking for the last claims.
const PAGE: usize = 100;

/// Everything that is known of a conversation's user.
pub async fn context(store: &dyn Store, id: ConversationId, user: UserId) -> Result<Map<String, Value>, StoreError> {
    Ok(of(user, claims(store, id).await?))
}

fn of(user: UserId, claims: Map<String, Value>) -> Map<String, Value> {
    let mut context = Map::new();
    context.insert("_id".to_owned(), json!(user.to_string()));
    for (key, others) in CLAIMED {
        let value = std::iter::once(&key).chain(others).find_map(|name| claims.get(*name));
        if let Some(value) = value.filter(|value| !value.is_null()) {
            context.insert(key.to_owned(), value.clone());
        }
    }
    let status = claims.get("activationStatus").and_then(Value::as_str);
    let status = ACTIVATION.into_iter().find(|known| Some(*known) == status).unwrap_or("active");
    context.insert("activationStatus".to_owned(), json!(status));
    if !context.contains_key("customData") && !claims.is_empty() {
        context.insert("customData".to_owned(), Value::Object(claims));
    }
    context
}

/// What the page claimed last.
async fn claims(store: &dyn Store, id: ConversationId) -> Result<Map<String, Value>, StoreError> {
    let mut before = EventId::new(u64::from(u32::MAX)).unwrap_or(EventId::START);
    loop {
        let range = Range { from: From::Before(before), types: vec![DataType::VisitorEvent], limit: PAGE };
        let facts = store.events(id, range).await?;
        for fact in facts.iter().rev() {
            let mut event: Value = serde_json::from_str(&fact.json).unwrap_or_default();
            if event["data"]["type"] == "claimsChanged"
                && let Value::Object(claims) = event["data"]["claims"].take()
            {
                return Ok(claims);
            }
        }
        match facts.first() {
            Some(first) if facts.len() == PAGE => before = first.id,
            _ => return Ok(Map::new()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(claims: Value) -> Map<String, Value> {
        let user = UserId(ConversationId::from_bytes([7; 16]));
        of(user, claims.as_object().cloned().unwrap_or_default())
    }

    #[test]
    fn the_user_has_an_id_that_no_claim_changes() {
        let context = known(json!({"_id": "admin", "firstName": "Mary", "email": "mary@shop.example"}));
        assert_eq!(context["_id"], "07070707070707070707070707070707");
        assert_eq!((&context["firstName"], &context["emailId"]), (&json!("Mary"), &json!("mary@shop.example")));
    }

    #[test]
    fn an_account_is_active_inactive_suspended_or_locked() {
        for status in ACTIVATION {
            assert_eq!(known(json!({"activationStatus": status}))["activationStatus"], status);
        }
        assert_eq!(known(json!({"activationStatus": "root"}))["activationStatus"], "active");
        assert_eq!(known(json!({}))["activationStatus"], "active");
    }

    #[test]
    fn custom_data_is_what_the_page_passes() {
        assert_eq!(known(json!({"customData": {"a": 1}, "x": 2}))["customData"], json!({"a": 1}));
        assert_eq!(known(json!({"customer": "4711"}))["customData"], json!({"customer": "4711"}));
        assert!(!known(json!({})).contains_key("customData"));
    }

    #[test]
    fn identities_are_values_with_their_types() {
        let identities = json!([{"val": "mary", "type": "crm"}]);
        assert_eq!(known(json!({"identities": identities}))["identities"], identities);
    }
}
