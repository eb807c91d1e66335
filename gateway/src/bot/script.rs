//! A bot's file, read again when it has changed.

use super::engine::{Fault, Source};
use crate::config::Bot;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

/// A script as long as this is none.
const LONGEST: u64 = 1024 * 1024;
const SCOPES: [&str; 4] = ["EnterpriseContext", "BotContext", "UserSession", "BotUserSession"];

/// See the module.
#[derive(Debug, Default)]
pub struct Script(Mutex<Option<(Stamp, Source)>>);

/// What differs when a file has changed.
type Stamp = (Option<SystemTime>, u64);

impl Script {
    /// The text as it stands in the file now.
    pub fn current(&self, bot: &Bot) -> Result<Source, Fault> {
        let unreadable = |why: String| Fault::Engine(format!("{}: {why}", bot.script.display()));
        let file = std::fs::metadata(&bot.script).map_err(|error| unreadable(error.to_string()))?;
        if file.len() > LONGEST {
            return Err(unreadable(format!("a script has at most {LONGEST} bytes")));
        }
        let stamp = (file.modified().ok(), file.len());
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &*known {
            Some((read, source)) if *read == stamp => Ok(source.clone()),
            _ => {
                let text = std::fs::read_to_string(&bot.script).map_err(|error| unreadable(error.to_string()))?;
                let source = Source { file: format!("{}.js", bot.name).into(), text: readable(&text).into() };
                *known = Some((stamp, source.clone()));
                Ok(source)
            }
        }
    }
}

/// `UserSession.put("key") = value;` is how some write `UserSession.put("key", value);`, and no JavaScript. Lines stay
/// where they are.
fn readable(text: &str) -> String {
    let put = |line: &str| {
        let (at, scope) =
            SCOPES.iter().filter_map(|scope| Some((line.find(&format!("{scope}.put("))?, scope))).min()?;
        let inside = at + scope.len() + ".put(".len();
        let (key, rest) = line.get(inside..)?.split_once(')')?;
        let value = rest.trim_start().strip_prefix('=').filter(|value| !value.starts_with('='))?;
        let (value, after) = value.split_once(';').unwrap_or((value, ""));
        (!key.contains([',', '('])).then(|| format!("{}{key}, {});{after}", &line[..inside], value.trim()))
    };
    let lines: Vec<_> = text.split('\n').map(|line| put(line).unwrap_or_else(|| line.to_owned())).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_put_that_is_written_as_an_assignment_is_a_put() {
        assert_eq!(readable("UserSession.put(\"fullName\") = name;"), "UserSession.put(\"fullName\", name);");
        assert_eq!(readable("a;\n  BotContext.put('k') = a + b;  // c"), "a;\n  BotContext.put('k', a + b);  // c");
        for same in ["UserSession.put('k', 1);", "if (UserSession.put('k') == 1) x;", "put('k') = 1;", "let a = 1;\n"] {
            assert_eq!(readable(same), same);
        }
    }

    proptest! {
        #[test]
        fn no_text_panics_and_lines_stay(text in "(UserSession|\\.put\\(|\\)| |=|;|'k'|é|\n){0,20}") {
            prop_assert_eq!(readable(&text).matches('\n').count(), text.matches('\n').count());
        }
    }
}
