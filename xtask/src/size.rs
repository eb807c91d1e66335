//! `cargo xtask size`: what a page loads for the widget, against goal and budget.

use crate::compress::{brotli, gzip};
use crate::project::Project;
use crate::{tools, widget};
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use toml_edit::DocumentMut;

/// Print what a page loads for the widget; fail above the budget in widget.toml
#[derive(clap::Args)]
pub(crate) struct Size {
    /// Write what is reached, plus 2 %, as the new budget. It only lowers.
    #[arg(long)]
    set: bool,
    /// With --set: raise the budget where it is exceeded. The changelog says why.
    #[arg(long, requires = "set")]
    raise: bool,
}

#[derive(Clone, Copy, Default)]
struct Bytes {
    raw: usize,
    gzip: usize,
    brotli: usize,
}

impl Bytes {
    fn of(content: &[u8]) -> Result<Self> {
        Ok(Self { raw: content.len(), gzip: gzip(content)?.len(), brotli: brotli(content)?.len() })
    }
}

impl Size {
    /// Only looks.
    pub(crate) const CHECK: Self = Self { set: false, raise: false };

    pub(crate) fn run(self, project: &Project) -> Result<()> {
        let folder = widget::build(project, &tools::for_build(project)?, "widget")?;
        let parts = measure(&folder)?;
        print(project, &parts);
        if self.set {
            return set(project, &parts, self.raise);
        }
        let over: Vec<_> = parts
            .iter()
            .filter_map(|(name, bytes)| {
                let budget = *project.settings.budget.get(*name)?;
                (bytes.brotli > budget).then(|| format!("{name} by {} bytes", bytes.brotli - budget))
            })
            .collect();
        if !over.is_empty() {
            bail!("over the budget in widget.toml: {}", over.join(", "));
        }
        Ok(())
    }
}

/// The parts in the order they load, their sum, and what is fetched later.
fn measure(folder: &Path) -> Result<Vec<(&'static str, Bytes)>> {
    let loaded = [("loader", "docent.js"), ("glue", "docent-*.js"), ("wasm", "docent-*.wasm"), ("locale", "en-*.json")];
    let mut parts = Vec::new();
    let mut total = Bytes::default();
    for (name, pattern) in loaded {
        let content = match pattern.split_once('*') {
            None => fs::read(folder.join(pattern))?,
            Some((start, end)) => only(&folder.join("assets"), start, end)?,
        };
        let bytes = Bytes::of(&content)?;
        total =
            Bytes { raw: total.raw + bytes.raw, gzip: total.gzip + bytes.gzip, brotli: total.brotli + bytes.brotli };
        parts.push((name, bytes));
    }
    parts.push(("total", total));
    // Fetched only while somebody watches, and only where the site has a channel.
    for (name, start) in [("recorder", "recorder-"), ("session", "session-")] {
        parts.push((name, Bytes::of(&only(&folder.join("assets"), start, ".js")?)?));
    }
    Ok(parts)
}

fn only(folder: &Path, start: &str, end: &str) -> Result<Vec<u8>> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with(start) && name.ends_with(end) {
            return Ok(fs::read(entry.path())?);
        }
    }
    bail!("{} has no {start}*{end}", folder.display())
}

fn print(project: &Project, parts: &[(&str, Bytes)]) {
    println!("{:8} {:>9} {:>9} {:>9} {:>9}  goal", "bytes", "raw", "gzip 9", "brotli 11", "budget");
    for (name, bytes) in parts {
        let budget = project.settings.budget.get(*name).map_or("-".to_owned(), usize::to_string);
        let goal =
            project.settings.goal.get(*name).map_or(String::new(), |goal| match bytes.brotli.checked_sub(*goal) {
                None | Some(0) => format!("{goal}: reached, {} to spare", goal - bytes.brotli),
                Some(over) => format!("{goal}: {over} too many"),
            });
        println!("{name:8} {:>9} {:>9} {:>9} {budget:>9}  {goal}", bytes.raw, bytes.gzip, bytes.brotli);
    }
}

fn set(project: &Project, parts: &[(&str, Bytes)], raise: bool) -> Result<()> {
    let path = project.path("widget.toml");
    let mut settings: DocumentMut = fs::read_to_string(&path)?.parse()?;
    let reached = parts.iter().map(|(name, bytes)| (*name, bytes.brotli)).collect();
    for (name, bytes) in new_budget(&project.settings.budget, &reached, raise)? {
        let bytes = i64::try_from(bytes).context("a size")?;
        settings["budget"][&name] = toml_edit::value(bytes);
    }
    fs::write(path, settings.to_string())?;
    println!("widget.toml has the new budget");
    Ok(())
}

fn new_budget(
    old: &BTreeMap<String, usize>,
    reached: &BTreeMap<&str, usize>,
    raise: bool,
) -> Result<BTreeMap<String, usize>> {
    let with_slack = |bytes: usize| bytes + bytes / 50;
    let new = |(name, bytes): (&&str, &usize)| {
        let budget = match old.get(*name) {
            Some(old) if bytes > old && !raise => bail!("{name} is over its budget of {old}; lower it, or --raise"),
            Some(old) if !raise => with_slack(*bytes).min(*old),
            _ => with_slack(*bytes),
        };
        Ok(((*name).to_owned(), budget))
    };
    reached.iter().map(new).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budget(old: usize, reached: usize, raise: bool) -> Option<usize> {
        let old = BTreeMap::from([("wasm".to_owned(), old)]);
        let new = new_budget(&old, &BTreeMap::from([("wasm", reached)]), raise).ok()?;
        new.get("wasm").copied()
    }

    #[test]
    fn a_budget_is_only_raised_on_request() {
        assert_eq!(budget(10_000, 9_000, false), Some(9_180));
        assert_eq!(budget(10_000, 9_900, false), Some(10_000));
        assert_eq!(budget(10_000, 10_001, false), None);
        assert_eq!(budget(10_000, 10_001, true), Some(10_201));
    }
}
