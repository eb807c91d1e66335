//! What is wrong with a configuration, where, and what to do about it.

use std::fmt;
use std::ops::Range;

/// One thing that is wrong with a configuration file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The line, from 1.
    pub line: usize,
    /// The column, in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub cure: String,
}

impl Fault {
    pub(super) fn at(text: &str, span: &Range<usize>, what: String, cure: String) -> Self {
        let before = text.get(..span.start).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let column = before.get(line_start..).unwrap_or_default().chars().count() + 1;
        Self { line: before.matches('\n').count() + 1, column, what, cure }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}: {}; {}", self.line, self.column, self.what, self.cure)
    }
}

/// The name in `known` that `given` was probably meant to be.
pub(super) fn nearest(given: &str, known: &[&'static str]) -> Option<&'static str> {
    let near = |name: &&'static str| strsim::damerau_levenshtein(given, name);
    let best = known.iter().copied().min_by_key(near)?;
    (near(&best) <= 1 + given.chars().count() / 3).then_some(best)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_counted_in_lines_and_characters() {
        let text = "æøå = 1\nb = 2";
        let place = |start| {
            let fault = Fault::at(text, &(start..start + 1), String::new(), String::new());
            (fault.line, fault.column)
        };
        assert_eq!(place(0), (1, 1));
        assert_eq!(place(text.find('=').expect("there")), (1, 5));
        assert_eq!(place(text.find('b').expect("there")), (2, 1));
        assert_eq!(place(text.len() + 5), (2, 6));
    }

    #[test]
    fn a_slip_is_near_and_another_word_is_not() {
        assert_eq!(nearest("orgins", &["origins", "name"]), Some("origins"));
        assert_eq!(nearest("api-timeout-ms", &["api_timeout_ms"]), Some("api_timeout_ms"));
        assert_eq!(nearest("colour", &["origins", "name"]), None);
    }
}
