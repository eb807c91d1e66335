//! `cargo xtask bench`: the measurements in `bench/`.

use crate::project::Project;
use crate::run::{command, quietly, say};
use crate::{build, tools};
use anyhow::{Result, bail};
use std::fs;

/// Run the measurements in bench/, or only those named
#[derive(clap::Args)]
pub(crate) struct Bench {
    /// Folders of bench/. All of them unless given.
    names: Vec<String>,
}

impl Bench {
    pub(crate) fn run(self, project: &Project) -> Result<()> {
        let all = benches(project)?;
        if let Some(unknown) = self.names.iter().find(|name| !all.contains(name)) {
            bail!("bench/{unknown} has no `run`; there are: {}", all.join(", "));
        }
        build::web(project)?;
        build::gateway(project, true)?;
        let chromium = tools::for_tests(project)?.chromium;
        let mut failed = Vec::new();
        for name in if self.names.is_empty() { all } else { self.names } {
            say(format!("bench/{name}"));
            let folder = project.path("bench").join(&name);
            let mut bench = command(folder.join("run"), [""; 0]);
            bench.current_dir(&project.root).env("DOCENT_CHROMIUM", &chromium);
            bench.env("DOCENT_BIN", project.gateway(true)).env("CARGO_TARGET_DIR", &project.target);
            if let Err(error) = quietly(&mut bench) {
                say(format!("{error:#}"));
                failed.push(name);
            }
        }
        if !failed.is_empty() {
            bail!("failed: {}", failed.join(", "));
        }
        Ok(())
    }
}

/// The folders that hold a program `run`.
fn benches(project: &Project) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(project.path("bench"))? {
        let entry = entry?;
        if entry.path().join("run").is_file() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}
