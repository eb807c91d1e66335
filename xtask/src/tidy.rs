//! `cargo xtask tidy`: what needs no browser to be seen wrong.

use crate::project::Project;
use crate::run::{cargo, command, find, run};
use crate::{tools, tree, types};
use anyhow::{Result, bail};

/// Check formats, lints, types and the tree's rules
#[derive(clap::Args)]
pub(crate) struct Tidy {
    /// Put right what can be put right by a program.
    #[arg(long)]
    fix: bool,
}

impl Tidy {
    /// Only looks.
    pub(crate) const CHECK: Self = Self { fix: false };

    pub(crate) fn run(self, project: &Project) -> Result<()> {
        tools::for_build(project)?;
        if self.fix {
            types::write(project)?;
        }
        let cargo = |args: &[&str]| run(&mut cargo(&project.root, args));
        let strict = ["--", "-D", "warnings"];
        let lint = |what: &[&str]| cargo(&[&["clippy", "--quiet", "--all-targets"], what, &strict].concat());
        let mut checks: Vec<Result<()>> = vec![
            tree::check(project),
            types::check(project),
            cargo(if self.fix { &["fmt", "--all"] } else { &["fmt", "--all", "--check"] }),
            run(command(project.node_bin("tsc"), ["--noEmit"]).current_dir(&project.root)),
            lint(&["--workspace", "--exclude", "docent-widget"]),
            lint(&["--package", "docent-widget", "--target", "wasm32-unknown-unknown"]),
        ];
        if find(&["cargo-deny"]).is_some() {
            checks.push(cargo(&["deny", "--log-level", "error", "check"]));
        }
        let faults: Vec<_> = checks.into_iter().filter_map(Result::err).map(|error| format!("{error:#}")).collect();
        if !faults.is_empty() {
            bail!("{}", faults.join("\n  and: "));
        }
        Ok(())
    }
}
