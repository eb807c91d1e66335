//! FAQs in the file, found by SQLite's full-text index.
//!
//! English goes through its Porter stemmer. Other languages are matched by the beginnings of words, which serves those
//! that inflect at the end.

use super::super::StoreError;
use super::super::faq::{Entry, FaqStore, Hit};
use super::Embedded;
use super::reader::count;
use super::writer::{Writer, write};
use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension, Row, params};

/// Words of a question that are looked at.
const WORDS: usize = 32;
/// Entries that are looked at closely.
const CANDIDATES: usize = 8;
/// Letters an inflection may take, of words that are longer than twice that.
const ENDING: usize = 2;

/// The indexes: which languages, and whether it stems by itself.
const INDEXES: [(&str, &str, bool); 2] =
    [("faq_english", "language = 'en'", true), ("faq_other", "language <> 'en'", false)];

/// Words that say nothing about a question, in English and Norwegian.
const EMPTY: &str = " a about am an and are be can could do does for from get have how i if in is it me my of on or please \
    should so that the there this to us was we what when where which who why will with would you your \
    at av de deg den der det din dine ditt du dere eller en er et for fra få får har hva hvem hvilken hvilke hvor hvordan \
    hvorfor i jeg kan man meg men mi min mine mitt når og om oss på seg si sin skal som til ut var ved vi vil å ";

fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    Ok(Entry { id: row.get(0)?, language: row.get(1)?, question: row.get(2)?, answer: row.get(3)? })
}

const ENTRY: &str = "SELECT id, language, question, answer FROM faq ";

fn all(connection: &Connection, topic: i32) -> Result<Vec<Entry>, StoreError> {
    let mut statement = connection.prepare_cached(&format!("{ENTRY} WHERE topic = ?1 ORDER BY id"))?;
    let rows = statement.query_map([topic], entry)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn index(language: &str) -> &'static str {
    if language == "en" { INDEXES[0].0 } else { INDEXES[1].0 }
}

impl Writer {
    fn save_faq(&self, topic: i32, mut entry: Entry) -> Result<Option<Entry>, StoreError> {
        if entry.id == 0 {
            let insert = "INSERT INTO faq (topic, language, question, answer) VALUES (?1, ?2, ?3, ?4)";
            entry.id = self.sql(insert)?.insert(params![topic, entry.language, entry.question, entry.answer])?;
        } else {
            if !self.forget_faq(topic, entry.id)? {
                return Ok(None);
            }
            let insert = "INSERT INTO faq (id, topic, language, question, answer) VALUES (?1, ?2, ?3, ?4, ?5)";
            let values = params![entry.id, topic, entry.language, entry.question, entry.answer];
            self.sql(insert)?.execute(values)?;
        }
        let insert = format!("INSERT INTO {} (rowid, question, answer) VALUES (?1, ?2, ?3)", index(&entry.language));
        self.sql(&insert)?.execute(params![entry.id, entry.question, entry.answer])?;
        Ok(Some(entry))
    }

    fn forget_faq(&self, topic: i32, id: i64) -> Result<bool, StoreError> {
        let mut find = self.sql("SELECT language FROM faq WHERE id = ?1 AND topic = ?2")?;
        let language: Option<String> = find.query_row(params![id, topic], |row| row.get(0)).optional()?;
        let Some(language) = language else { return Ok(false) };
        self.sql(&format!("DELETE FROM {} WHERE rowid = ?1", index(&language)))?.execute([id])?;
        self.sql("DELETE FROM faq WHERE id = ?1")?.execute([id])?;
        Ok(true)
    }
}

/// A word as the index is asked for it.
fn term(word: &str, stems: bool) -> String {
    let letters = word.chars().count();
    if stems || letters <= 2 * ENDING {
        return format!("\"{word}\"");
    }
    let stem: String = word.chars().take(letters - ENDING).collect();
    format!("\"{stem}\"*")
}

/// The words of a question that say something, each once. Where none do, all of them.
fn words(question: &str) -> Vec<String> {
    let mut words = Vec::new();
    for word in question.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()) {
        let word = word.to_lowercase();
        if words.len() < WORDS && !words.contains(&word) {
            words.push(word);
        }
    }
    let telling: Vec<_> = words.iter().filter(|word| !EMPTY.contains(&format!(" {word} "))).cloned().collect();
    if telling.is_empty() { words } else { telling }
}

fn search(connection: &Connection, topic: i32, question: &str, limit: usize) -> Result<Vec<Hit>, StoreError> {
    let words = words(question);
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let mut hits = Vec::new();
    for (table, languages, stems) in INDEXES {
        let terms: Vec<_> = words.iter().map(|word| term(word, stems)).collect();
        let entries: f64 = connection
            .prepare_cached(&format!("SELECT count(*) FROM faq WHERE topic = ?1 AND {languages}"))?
            .query_row([topic], |row| row.get(0))?;
        if entries < 1.0 {
            continue;
        }
        let weights = terms.iter().map(|term| weight(connection, table, topic, term, entries));
        let weights = weights.collect::<Result<Vec<_>, _>>()?;
        let total: f64 = weights.iter().sum();
        let ranked = format!(
            "SELECT id, language, faq.question, faq.answer FROM {table} JOIN faq ON id = {table}.rowid
             WHERE {table} MATCH ?1 AND topic = ?2 ORDER BY bm25({table}, 2.0, 1.0) LIMIT ?3"
        );
        let mut statement = connection.prepare_cached(&ranked)?;
        let found = statement.query_map(params![terms.join(" OR "), topic, count(CANDIDATES)], entry)?;
        for entry in found.collect::<Result<Vec<_>, _>>()? {
            let mut held = 0.0;
            let holds = format!("SELECT 1 FROM {table} WHERE {table} MATCH ?1 AND rowid = ?2");
            let mut holds = connection.prepare_cached(&holds)?;
            for (term, weight) in terms.iter().zip(&weights) {
                held += if holds.exists(params![term, entry.id])? { *weight } else { 0.0 };
            }
            hits.push(Hit { entry, score: held / total });
        }
    }
    // The index's own rank decides between those that hold the same.
    hits.sort_by(|one, other| other.score.total_cmp(&one.score));
    hits.truncate(limit);
    Ok(hits)
}

/// How much a word says: the more, the fewer entries have it. One that none has says as much as one in one.
fn weight(connection: &Connection, table: &str, topic: i32, term: &str, entries: f64) -> Result<f64, StoreError> {
    let sql =
        format!("SELECT count(*) FROM {table} JOIN faq ON id = {table}.rowid WHERE {table} MATCH ?1 AND topic = ?2");
    let having: f64 = connection.prepare_cached(&sql)?.query_row(params![term, topic], |row| row.get(0))?;
    Ok((1.0 + entries / having.max(1.0)).ln())
}

#[async_trait]
impl FaqStore for Embedded {
    async fn faq(&self, topic: i32) -> Result<Vec<Entry>, StoreError> {
        self.readers.read(move |connection| all(connection, topic)).await
    }

    async fn save_faq(&self, topic: i32, entry: Entry) -> Result<Option<Entry>, StoreError> {
        self.ask(|reply| write(reply, move |writer| writer.save_faq(topic, entry))).await
    }

    async fn delete_faq(&self, topic: i32, id: i64) -> Result<bool, StoreError> {
        self.ask(|reply| write(reply, move |writer| writer.forget_faq(topic, id))).await
    }

    async fn search_faq(&self, topic: i32, question: String, limit: usize) -> Result<Vec<Hit>, StoreError> {
        self.readers.read(move |connection| search(connection, topic, &question, limit)).await
    }
}
