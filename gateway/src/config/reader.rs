//! Walks a TOML document and collects every fault, where a derived deserializer would stop at the first.

use super::fault::{Fault, nearest};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A type a configuration value can have.
pub(super) trait Value: Sized {
    /// Reads a value; the error says what is wrong and what to do.
    fn read(value: &DeValue<'_>) -> Result<Self, Wrong>;
}

/// Why a value was refused.
#[derive(Debug)]
pub(super) struct Wrong {
    /// Seen after "`key` ": "must be a string".
    pub(super) what: String,
    /// What to do.
    pub(super) cure: String,
}

impl Wrong {
    pub(super) fn new(what: impl Into<String>, cure: impl Into<String>) -> Self {
        Self { what: what.into(), cure: cure.into() }
    }

    pub(super) fn kind(value: &DeValue<'_>, expected: &str, cure: &str) -> Self {
        Self::new(format!("must be {expected}, not {}", with_article(value.type_str())), cure)
    }
}

fn with_article(noun: &str) -> String {
    let article = if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {noun}")
}

/// A document being read, with its faults so far.
pub(super) struct Reader<'t> {
    text: &'t str,
    pub(super) faults: Vec<Fault>,
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, faults: Vec::new() }
    }

    pub(super) fn fault(&mut self, span: &Range<usize>, what: String, cure: impl Into<String>) {
        self.faults.push(Fault::at(self.text, span, what, cure.into()));
    }

    /// The document's root, after a syntax check that names every error.
    pub(super) fn document(&mut self) -> Spanned<DeTable<'t>> {
        let (root, errors) = DeTable::parse_recoverable(self.text);
        for error in errors {
            let span = error.span().unwrap_or(0..0);
            self.fault(&span, format!("this is no TOML: {}", error.message()), "see https://toml.io for the syntax");
        }
        root
    }
}

/// A table being read. Whatever key was not asked for by the time of [`end`](Table::end) is unknown.
pub(super) struct Table<'a, 'i> {
    values: &'a DeTable<'i>,
    span: Range<usize>,
    path: String,
    known: Vec<&'static str>,
}

impl<'a, 'i> Table<'a, 'i> {
    pub(super) fn root(document: &'a Spanned<DeTable<'i>>) -> Self {
        Self { values: document.get_ref(), span: document.span(), path: String::new(), known: Vec::new() }
    }

    fn name(&self, key: &str) -> String {
        if self.path.is_empty() { format!("`{key}`") } else { format!("`{}.{key}`", self.path) }
    }

    fn find(&mut self, key: &'static str) -> Option<&'a Spanned<DeValue<'i>>> {
        self.known.push(key);
        self.values.get(key)
    }

    /// Where the key's value stands; the table's own place where it is missing.
    pub(super) fn place(&self, key: &str) -> Range<usize> {
        self.values.get(key).map_or_else(|| self.span.clone(), Spanned::span)
    }

    /// The value of `key`. `None` where it is missing or (reported) wrong.
    pub(super) fn get<T: Value>(&mut self, reader: &mut Reader<'_>, key: &'static str) -> Option<T> {
        let value = self.find(key)?;
        self.read(reader, key, value)
    }

    /// The value of a key that must be there.
    pub(super) fn require<T: Value>(&mut self, reader: &mut Reader<'_>, key: &'static str, cure: &str) -> Option<T> {
        let Some(value) = self.find(key) else {
            reader.fault(&self.span, format!("{} is missing", self.name(key)), cure);
            return None;
        };
        self.read(reader, key, value)
    }

    fn read<T: Value>(&self, reader: &mut Reader<'_>, key: &str, value: &Spanned<DeValue<'_>>) -> Option<T> {
        match T::read(value.get_ref()) {
            Ok(read) => Some(read),
            Err(wrong) => {
                reader.fault(&value.span(), format!("{} {}", self.name(key), wrong.what), wrong.cure);
                None
            }
        }
    }

    /// The list at `key`, each wrong element reported at its own place. `None` where there is none.
    pub(super) fn list<T: Value>(&mut self, reader: &mut Reader<'_>, key: &'static str) -> Option<Vec<T>> {
        let value = self.find(key)?;
        let Some(list) = value.get_ref().as_array() else {
            let wrong = Wrong::kind(value.get_ref(), "a list", "write [\"…\", \"…\"]");
            reader.fault(&value.span(), format!("{} {}", self.name(key), wrong.what), wrong.cure);
            return None;
        };
        Some(list.iter().filter_map(|element| self.read(reader, key, element)).collect())
    }

    /// The table at `key`.
    pub(super) fn table(&mut self, reader: &mut Reader<'_>, key: &'static str) -> Option<Table<'a, 'i>> {
        let value = self.find(key)?;
        self.inside(reader, key, value)
    }

    /// The tables at `[[key]]`.
    pub(super) fn tables(&mut self, reader: &mut Reader<'_>, key: &'static str) -> Vec<Table<'a, 'i>> {
        let Some(value) = self.find(key) else { return Vec::new() };
        match value.get_ref().as_array() {
            Some(list) => list.iter().filter_map(|element| self.inside(reader, key, element)).collect(),
            None => {
                let what = format!("{} must be a list of tables", self.name(key));
                reader.fault(&value.span(), what, format!("write [[{key}]] with two brackets"));
                Vec::new()
            }
        }
    }

    fn inside(
        &self,
        reader: &mut Reader<'_>,
        key: &'static str,
        value: &'a Spanned<DeValue<'i>>,
    ) -> Option<Table<'a, 'i>> {
        let Some(values) = value.get_ref().as_table() else {
            let wrong = Wrong::kind(value.get_ref(), "a table", &format!("write [{key}] and its keys below"));
            reader.fault(&value.span(), format!("{} {}", self.name(key), wrong.what), wrong.cure);
            return None;
        };
        let path = if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) };
        Some(Table { values, span: value.span(), path, known: Vec::new() })
    }

    /// Every key with its value, for tables whose keys are the user's own.
    pub(super) fn entries<T: Value>(self, reader: &mut Reader<'_>) -> Vec<(String, Range<usize>, T)> {
        let read = |(key, value): (&Spanned<_>, &Spanned<_>)| {
            let name: &std::borrow::Cow<'_, str> = key.get_ref();
            self.read(reader, name, value).map(|read| (name.to_string(), key.span(), read))
        };
        self.values.iter().filter_map(read).collect()
    }

    /// Reports the keys nobody asked for.
    pub(super) fn end(self, reader: &mut Reader<'_>) {
        for key in self.values.keys() {
            let given: &str = key.get_ref();
            if self.known.contains(&given) {
                continue;
            }
            let cure = match nearest(given, &self.known) {
                Some(name) => format!("did you mean `{name}`?"),
                None => format!("known here: {}", self.known.join(", ")),
            };
            reader.fault(&key.span(), format!("unknown key {}", self.name(given)), cure);
        }
    }
}

impl Value for String {
    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let text = value.as_str().map(str::to_owned);
        text.ok_or_else(|| Wrong::kind(value, "a string", "put it between double quotes"))
    }
}

impl Value for bool {
    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        value.as_bool().ok_or_else(|| Wrong::kind(value, "true or false", "write true or false, without quotes"))
    }
}

/// A whole number between two others.
pub(super) struct Number<const MIN: u64, const MAX: u64>(pub(super) u64);

impl<const MIN: u64, const MAX: u64> Value for Number<MIN, MAX> {
    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let cure = format!("write a whole number from {MIN} to {MAX}, without quotes");
        let Some(integer) = value.as_integer() else {
            return Err(Wrong::kind(value, "a whole number", &cure));
        };
        let number = u64::from_str_radix(integer.as_str(), integer.radix()).ok();
        let number = number.filter(|number| (MIN..=MAX).contains(number));
        number.map(Self).ok_or_else(|| Wrong::new("is out of bounds", cure))
    }
}
