//! TypeScript, JavaScript and CSS through esbuild.

use crate::project::Project;
use crate::run::{command, quietly, say};
use crate::stamp::{Output, hash_inputs};
use anyhow::{Context, Result};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// Bundles one file into another.
pub(crate) fn esbuild(project: &Project, input: &Path, output: &Path, flags: &[String]) -> Result<()> {
    let mut outfile = OsString::from("--outfile=");
    outfile.push(output);
    let mut esbuild = command(project.node_bin("esbuild"), flags);
    esbuild.arg(input).arg(outfile).args(["--bundle", "--legal-comments=none", "--log-level=warning"]);
    quietly(esbuild.current_dir(&project.root))
}

/// Minifies a bundle once more, in place. `sources`: the folder whose private names it may shorten.
pub(crate) fn shrink(project: &Project, bundle: &Path, sources: Option<&str>) -> Result<()> {
    let mut node = command("node", [project.path("xtask/src/minify.mjs")]);
    quietly(node.arg(bundle).args(sources.map(|folder| project.path(folder))))
}

/// Bundles a folder of pages: each script that a page in it names, and all that is no script as it is.
pub(crate) fn pages(project: &Project, source: &str, name: &str) -> Result<()> {
    let folder = project.path(source);
    if !folder.is_dir() || fs::read_dir(&folder)?.next().is_none() {
        return Ok(());
    }
    let inputs = hash_inputs(
        &project.root,
        &[source, "www/loader", "www/mirror", "www/cobrowse", "package-lock.json", "tsconfig.json"],
    )?;
    let Some(output) = Output::outdated(project.dist().join(name), inputs)? else { return Ok(()) };
    say(format!("bundling {source} into dist/{name}"));
    let markup = markup(&folder)?;
    output.replace(|new| {
        for entry in WalkDir::new(&folder).min_depth(1) {
            let entry = entry?;
            let relative = entry.path().strip_prefix(&folder)?;
            if entry.file_type().is_dir() {
                continue;
            }
            if !is_script(relative) {
                fs::create_dir_all(new.join(relative).parent().unwrap_or(new))?;
                fs::copy(entry.path(), new.join(relative))
                    .with_context(|| format!("copying {}", relative.display()))?;
            } else if markup.contains(&format!("{}\"", relative.with_extension("js").display())) {
                let flags = ["--format=esm", "--target=es2022", "--minify"].map(str::to_owned);
                esbuild(project, entry.path(), &new.join(relative).with_extension("js"), &flags)?;
            }
        }
        Ok(())
    })
}

/// The text of all pages.
fn markup(folder: &Path) -> Result<String> {
    let mut text = String::new();
    for entry in WalkDir::new(folder) {
        let entry = entry?;
        if entry.path().extension().is_some_and(|extension| extension == "html") {
            text.push_str(&fs::read_to_string(entry.path())?);
        }
    }
    Ok(text)
}

fn is_script(path: &Path) -> bool {
    path.extension().is_some_and(|extension| ["ts", "tsx"].iter().any(|script| extension == *script))
}

/// The widget's styles, minified, for the build to put into the wasm.
pub(crate) fn style(project: &Project) -> Result<Option<PathBuf>> {
    let source = project.path("src/ui/style.css");
    if !source.is_file() {
        return Ok(None);
    }
    let output = project.target.join("widget/style.min.css");
    let new = project.target.join("widget/style.new.css");
    esbuild(project, &source, &new, &["--minify".to_owned(), "--charset=utf8".to_owned()])?;
    // Cargo rebuilds for a file that was touched, so an equal one is left alone.
    if fs::read(&output).ok() != Some(fs::read(&new)?) {
        fs::rename(new, &output)?;
    }
    Ok(Some(output))
}
