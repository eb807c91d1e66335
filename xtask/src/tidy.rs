//! `cargo xtask tidy`: what needs no browser to be seen wrong.

use crate::project::Project;
use crate::run::{cargo, command, find, run};
use crate::{tools, tree, types};
use anyhow::Result;

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
        tree::check(project)?;
        types::check(project)?;
        let cargo = |args: &[&str]| run(&mut cargo(&project.root, args));
        cargo(if self.fix { &["fmt", "--all"] } else { &["fmt", "--all", "--check"] })?;
        run(command(project.node_bin("tsc"), ["--noEmit"]).current_dir(&project.root))?;
        cargo(&["clippy", "--quiet", "--all-targets", "--", "-D", "warnings"])?;
        let widget = ["--package", "docent-widget", "--target", "wasm32-unknown-unknown", "--", "-D", "warnings"];
        cargo(&[&["clippy", "--quiet", "--all-targets"], &widget[..]].concat())?;
        if find(&["cargo-deny"]).is_some() {
            cargo(&["deny", "--log-level", "error", "check"])?;
        }
        Ok(())
    }
}
