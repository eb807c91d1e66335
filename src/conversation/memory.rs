//! What outlives the page: `localStorage` under a prefix of the site's key, shared by the origin's tabs.
//! Where the browser forbids it, the page's own memory serves until the page is left.

use crate::dom::shim;
use std::cell::RefCell;

/// Named texts.
#[derive(Debug)]
pub struct Memory {
    prefix: String,
    /// What storage did not take.
    here: RefCell<Vec<(String, String)>>,
}

impl Memory {
    /// The memory of one site.
    pub fn new(site_key: &str) -> Self {
        Self { prefix: ["docent:", site_key, ":"].concat(), here: RefCell::default() }
    }

    /// The storage key of a name.
    pub fn key(&self, name: &str) -> String {
        [&self.prefix, name].concat()
    }

    /// Reads a text.
    pub fn get(&self, name: &str) -> Option<String> {
        let here = self.here.borrow().iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
        here.or_else(|| shim::recall(&self.key(name)))
    }

    /// Keeps a text.
    pub fn set(&self, name: &str, value: &str) {
        self.here.borrow_mut().retain(|(key, _)| key != name);
        if !shim::remember(&self.key(name), value) {
            self.here.borrow_mut().push((name.to_owned(), value.to_owned()));
        }
    }

    /// Forgets a text.
    pub fn remove(&self, name: &str) {
        self.here.borrow_mut().retain(|(key, _)| key != name);
        shim::forget(&self.key(name));
    }

    /// Keeps or forgets a mark.
    pub fn set_flag(&self, name: &str, on: bool) {
        match on {
            true => self.set(name, "1"),
            false => self.remove(name),
        }
    }

    /// The names that begin with `start`, sorted; what only this page holds comes last.
    pub fn names(&self, start: &str) -> Vec<String> {
        let stored = shim::remembered(&self.key(start));
        let mut names: Vec<String> =
            stored.iter().filter_map(|key| key.get(self.prefix.len()..)).map(str::to_owned).collect();
        names.extend(self.here.borrow().iter().map(|(key, _)| key.clone()).filter(|key| key.starts_with(start)));
        names
    }

    /// Forgets everything but one text: a new conversation knows nothing of the last.
    pub fn clear_but(&self, kept: &str) {
        for name in self.names("").iter().filter(|name| *name != kept) {
            self.remove(name);
        }
    }
}
