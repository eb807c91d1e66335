//! What every store must do with FAQs.

use super::super::faq::Entry;
use super::{Open, quiet};
use crate::store::Store;
use std::path::Path;

fn new(language: &str, question: &str, answer: &str) -> Entry {
    Entry { id: 0, language: language.to_owned(), question: question.to_owned(), answer: answer.to_owned() }
}

async fn filled(open: Open, dir: &Path) -> std::sync::Arc<dyn Store> {
    let store = open(dir, quiet());
    for (question, answer) in [
        ("How do I return a product?", "Send it back within 30 days; the label is in the box."),
        ("What does shipping cost?", "Five euros; nothing above fifty."),
        ("Which sizes are there?", "Small to extra large."),
    ] {
        store.save_faq(7, new("en", question, answer)).await.expect("saved");
    }
    store.save_faq(7, new("nb", "Hvordan bytter jeg en vare?", "Send den tilbake.")).await.expect("saved");
    store
}

async fn best(store: &dyn Store, topic: i32, question: &str) -> Option<(String, f64)> {
    let hits = store.search_faq(topic, question.to_owned(), 3).await.expect("searched");
    hits.into_iter().next().map(|hit| (hit.entry.question, hit.score))
}

pub(in crate::store) async fn a_question_finds_its_answer(open: Open, dir: &Path) {
    let store = filled(open, dir).await;
    for (question, found) in [
        ("can I return products", "How do I return a product?"),
        ("returning my product", "How do I return a product?"),
        ("SHIPPING COSTS???", "What does shipping cost?"),
        ("size", "Which sizes are there?"),
        ("kan jeg bytte varen", "Hvordan bytter jeg en vare?"),
    ] {
        let (question_found, score) = best(&*store, 7, question).await.expect("found");
        assert_eq!(question_found, found);
        assert!(score > 0.6, "{question}: {score}");
    }
    assert_eq!(best(&*store, 7, "\"*(NEAR").await, None, "no question breaks the index's language");
    assert_eq!(best(&*store, 7, "?!").await, None);
    assert_eq!(best(&*store, 8, "return").await, None, "another channel's");
    let partly = best(&*store, 7, "return policy for damaged electronics bought abroad").await.expect("found");
    assert!(partly.1 < 0.5, "{partly:?}");
}

pub(in crate::store) async fn a_faq_is_edited(open: Open, dir: &Path) {
    let store = filled(open, dir).await;
    let entries = store.faq(7).await.expect("read");
    assert_eq!(entries.len(), 4);
    let changed =
        Entry { question: "Can I send goods back?".to_owned(), language: "nb".to_owned(), ..entries[0].clone() };
    assert_eq!(store.save_faq(7, changed.clone()).await, Ok(Some(changed.clone())));
    assert_eq!(best(&*store, 7, "goods").await.expect("found").0, changed.question);
    assert_eq!(store.save_faq(8, changed.clone()).await, Ok(None), "another channel's");
    assert_eq!(store.delete_faq(8, changed.id).await, Ok(false));
    assert_eq!(store.delete_faq(7, changed.id).await, Ok(true));
    assert_eq!(store.delete_faq(7, changed.id).await, Ok(false));
    assert_eq!(best(&*store, 7, "goods").await, None);
    store.close().await.expect("closed");
    assert_eq!(open(dir, quiet()).faq(7).await.expect("read").len(), 3);
}
