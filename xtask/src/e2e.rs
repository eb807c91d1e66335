//! `cargo xtask e2e`: Playwright against the real gateway.

use crate::project::Project;
use crate::run::{command, run};
use crate::{build, tools};
use anyhow::Result;

/// Build what is needed, then run the tests in tests/e2e
#[derive(Default, clap::Args)]
pub(crate) struct E2e {
    /// What Playwright takes: files, -g PATTERN, --headed, …
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    args: Vec<String>,
}

impl E2e {
    pub(crate) fn run(self, project: &Project) -> Result<()> {
        build::web(project)?;
        build::gateway(project, false)?;
        let tools = tools::for_tests(project)?;
        let mut playwright = command(project.node_bin("playwright"), ["test"]);
        // Who wants to look on needs windows.
        let windows =
            self.args.iter().any(|arg| ["--headed", "--debug"].contains(&arg.as_str()) || arg.starts_with("--ui"));
        if let Some(shell) = tools.headless_shell.filter(|_| !windows) {
            playwright.env("DOCENT_HEADLESS_SHELL", shell);
        }
        playwright.args(self.args).current_dir(&project.root);
        playwright.env("DOCENT_BIN", project.gateway(false)).env("DOCENT_CHROMIUM", tools.chromium);
        run(&mut playwright)
    }
}
