//! Questions and their answers.

use super::StoreError;
use async_trait::async_trait;
use serde::Serialize;

/// A question and its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Its number; 0 before it is stored.
    pub id: i64,
    /// Its language (iso2).
    pub language: String,
    /// What visitors ask.
    pub question: String,
    /// What they are told.
    pub answer: String,
}

/// An entry that fits a question.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// The entry.
    pub entry: Entry,
    /// How much of what matters in the question it holds: 0 to 1.
    pub score: f64,
}

/// The part of a store that keeps the channels' FAQs.
#[async_trait]
pub trait FaqStore {
    /// A channel's entries, in the order they were made.
    async fn faq(&self, topic: i32) -> Result<Vec<Entry>, StoreError>;

    /// Stores an entry; one of number 0 is new. `None` where the channel has no entry of this number.
    async fn save_faq(&self, topic: i32, entry: Entry) -> Result<Option<Entry>, StoreError>;

    /// Deletes an entry; whether it was there.
    async fn delete_faq(&self, topic: i32, id: i64) -> Result<bool, StoreError>;

    /// The entries that fit a question, the best first.
    async fn search_faq(&self, topic: i32, question: String, limit: usize) -> Result<Vec<Hit>, StoreError>;
}
