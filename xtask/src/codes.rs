//! The codes of co-browsing as TypeScript.

use docent_protocol::cobrowse::{CODES, NAMES};
use std::fmt::Write;

/// One `const enum` a module, and the list of names.
pub(crate) fn generate() -> Result<String, std::fmt::Error> {
    let mut text =
        String::from("// Made by `cargo xtask types` from protocol/src/cobrowse.rs, where everything is explained.\n");
    for (module, codes) in CODES {
        writeln!(text, "\nexport const enum {} {{", camel(module))?;
        for (name, code) in *codes {
            writeln!(text, "  {} = {code},", camel(name))?;
        }
        writeln!(text, "}}")?;
    }
    writeln!(text, "\n/** Names of elements and attributes that every decoder knows. */")?;
    writeln!(text, "export const NAMES: readonly string[] =\n  \"{}\".split(\" \");", NAMES.join(" "))?;
    Ok(text)
}

/// `ATTR_GONE` as `AttrGone`.
fn camel(name: &str) -> String {
    let word = |word: &str| {
        let (first, rest) = word.split_at(1);
        first.to_ascii_uppercase() + &rest.to_ascii_lowercase()
    };
    name.split('_').map(word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_written() {
        let text = generate().expect("the file");
        assert!(text.contains("export const enum Op {") && text.contains("  AttrGone = 10,"), "{text}");
        assert!(text.contains("\"class style id "));
    }
}
