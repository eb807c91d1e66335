//! What is printed.

use std::fmt;

/// What a figure is held against.
#[derive(Clone, Copy)]
pub(crate) enum Goal {
    /// At least so many times the peer's.
    AtLeast(f64),
    /// At most so many times the peer's.
    AtMost(f64),
}

impl Goal {
    fn judge(self, ratio: f64) -> String {
        let (met, word, goal) = match self {
            Self::AtLeast(goal) => (ratio >= goal, "at least", goal),
            Self::AtMost(goal) => (ratio <= goal, "at most", goal),
        };
        match met {
            true => format!("{word} {goal}: met"),
            false => format!("{word} {goal}: MISSED by {:.0} %", (ratio / goal - 1.0).abs() * 100.0),
        }
    }
}

struct Row {
    name: String,
    docent: f64,
    nchan: Option<f64>,
    goal: Option<Goal>,
}

/// Figures side by side.
pub(crate) struct Table {
    title: String,
    rows: Vec<Row>,
}

impl Table {
    pub(crate) fn new(title: String) -> Self {
        Self { title, rows: Vec::new() }
    }

    /// A row without a goal.
    pub(crate) fn row(&mut self, name: &str, docent: f64, nchan: Option<f64>) {
        self.rows.push(Row { name: name.to_owned(), docent, nchan, goal: None });
    }

    /// A row with a goal.
    pub(crate) fn goal(&mut self, name: &str, docent: f64, nchan: Option<f64>, goal: Goal) {
        self.rows.push(Row { name: name.to_owned(), docent, nchan, goal: Some(goal) });
    }
}

fn figure(value: f64) -> String {
    match value {
        value if value.abs() >= 1000.0 => format!("{value:.0}"),
        value if value.abs() >= 10.0 => format!("{value:.1}"),
        value => format!("{value:.2}"),
    }
}

impl fmt::Display for Table {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "\n{}", self.title)?;
        writeln!(out, "  {:<44} {:>10} {:>10} {:>7}  goal", "", "docent", "nchan", "ratio")?;
        for Row { name, docent, nchan, goal } in &self.rows {
            let ratio = nchan.map(|nchan| docent / nchan).filter(|ratio| ratio.is_finite());
            let told = ratio.map_or("–".to_owned(), |ratio| format!("{ratio:.2}"));
            let judged = goal.zip(ratio).map(|(goal, ratio)| goal.judge(ratio)).unwrap_or_default();
            let nchan = nchan.map_or("–".to_owned(), figure);
            writeln!(out, "  {name:<44} {:>10} {nchan:>10} {told:>7}  {judged}", figure(*docent))?;
        }
        Ok(())
    }
}
