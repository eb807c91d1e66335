//! Rules of the tree that no other tool holds.

use crate::project::Project;
use crate::run::{command, read};
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const LINES_LIMIT: usize = 500;
const CODE: &[&str] = &["rs", "ts", "tsx", "js", "mjs", "css", "html", "sh"];

/// Checks every rule, and names each breach.
pub(crate) fn check(project: &Project) -> Result<()> {
    let mut faults = Vec::new();
    for path in files(project)? {
        check_file(project, &path, &mut faults)?;
    }
    check_versions(project, &mut faults)?;
    check_locales(project, &mut faults)?;
    match faults.len() {
        0 => Ok(()),
        count => bail!("{count} breaches of the tree's rules:\n  {}", faults.join("\n  ")),
    }
}

fn files(project: &Project) -> Result<Vec<String>> {
    let mut list = command("git", ["ls-files", "--cached", "--others", "--exclude-standard"]);
    Ok(read(list.current_dir(&project.root))?.lines().map(str::to_owned).collect())
}

fn check_file(project: &Project, path: &str, faults: &mut Vec<String>) -> Result<()> {
    let extension = Path::new(path).extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    // A file that was deleted and not yet committed is still in git's list.
    let Ok(content) = fs::read(project.path(path)) else { return Ok(()) };
    let Ok(text) = String::from_utf8(content) else { return Ok(()) };
    if CODE.contains(&extension) {
        let lines = text.lines().count();
        if lines > LINES_LIMIT {
            faults.push(format!("{path}: {lines} lines; {LINES_LIMIT} are allowed, split it"));
        }
        for (index, line) in text.lines().enumerate() {
            if ["TO", "FIX"].iter().zip(["DO", "ME"]).any(|(start, end)| line.contains(&format!("{start}{end}"))) {
                faults.push(format!("{path}:{}: unfinished work is no comment: do it or drop it", index + 1));
            }
        }
    }
    if path == "package-lock.json" && text.contains("\"resolved\"") {
        faults.push(format!("{path}: it names a registry; run npm with the tree's .npmrc"));
    }
    Ok(())
}

/// `widget.toml` names versions that other files hold.
fn check_versions(project: &Project, faults: &mut Vec<String>) -> Result<()> {
    let versions = &project.settings.tools;
    let lock: toml::Value = toml::from_str(&fs::read_to_string(project.path("Cargo.lock"))?)?;
    let mut packages = lock["package"].as_array().context("Cargo.lock has packages")?.iter();
    let library = packages.find(|package| package["name"].as_str() == Some("wasm-bindgen"));
    let library = library.and_then(|package| package["version"].as_str()).unwrap_or_default();
    if library != versions.wasm_bindgen {
        let tool = &versions.wasm_bindgen;
        faults.push(format!("widget.toml has wasm-bindgen {tool}, Cargo.lock {library}: they must be one"));
    }
    let package: Value = serde_json::from_slice(&fs::read(project.path("package.json"))?)?;
    let packages = package["devDependencies"].as_object().context("package.json has devDependencies")?;
    for (name, version) in packages {
        if !version.as_str().is_some_and(|version| version.starts_with(|first: char| first.is_ascii_digit())) {
            faults.push(format!("package.json: {name} {version} is no exact version"));
        }
    }
    let binaryen = packages.get("binaryen").and_then(Value::as_str).unwrap_or_default();
    if binaryen.split('.').next() != Some(&versions.binaryen) {
        let wanted = &versions.binaryen;
        faults.push(format!("widget.toml has binaryen {wanted}, package.json {binaryen}: they must be one"));
    }
    Ok(())
}

/// Every locale file has the same texts.
fn check_locales(project: &Project, faults: &mut Vec<String>) -> Result<()> {
    let folder = project.path("src/ui/locale");
    let keys = |name: &str| -> Result<BTreeSet<String>> {
        let text = fs::read(folder.join(name)).with_context(|| format!("reading {name}"))?;
        let texts: Value = serde_json::from_slice(&text).with_context(|| format!("in src/ui/locale/{name}"))?;
        Ok(texts.as_object().context("a locale file holds an object")?.keys().cloned().collect())
    };
    let english = keys("en.json")?;
    for entry in fs::read_dir(&folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let texts = keys(&name)?;
        for key in english.symmetric_difference(&texts) {
            let lacks = if texts.contains(key) { "en.json" } else { name.as_str() };
            faults.push(format!("src/ui/locale/{lacks}: `{key}` is missing"));
        }
    }
    Ok(())
}
