//! `cargo xtask build`: everything that is served, and the server.

use crate::project::Project;
use crate::run::{cargo, run};
use crate::{bundle, tools, widget};
use anyhow::Result;

/// Build widget, demo pages and gateway
#[derive(clap::Args)]
pub(crate) struct Build {
    /// Build the gateway with all optimisations, the widget's files inside it.
    #[arg(long)]
    release: bool,
    /// How to build the widget: a variant of widget.toml.
    #[arg(long, default_value = "widget")]
    variant: String,
    /// Leave the gateway out.
    #[arg(long, conflicts_with = "release")]
    no_gateway: bool,
}

impl Build {
    pub(crate) fn run(self, project: &Project) -> Result<()> {
        let tools = tools::for_build(project)?;
        let folder = widget::build(project, &tools, &self.variant)?;
        pages(project)?;
        if !self.no_gateway {
            gateway(project, self.release)?;
        }
        eprintln!("    {}", folder.display());
        Ok(())
    }
}

/// What browsers load: `dist/widget`, `dist/demo`, `dist/console`.
pub(crate) fn web(project: &Project) -> Result<()> {
    widget::build(project, &tools::for_build(project)?, "widget")?;
    pages(project)
}

fn pages(project: &Project) -> Result<()> {
    bundle::pages(project, "www/demo", "demo")?;
    bundle::pages(project, "www/console", "console")
}

/// The server. The release build carries the widget's files inside, so [`web`] comes first.
pub(crate) fn gateway(project: &Project, release: bool) -> Result<()> {
    let mut build = cargo(&project.root, ["build", "--package", "docent-gateway", "--bin", "docent"]);
    run(build.args(release.then_some("--release")))
}
