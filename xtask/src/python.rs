//! Python's part of the tools: an environment of its own for each program.

use crate::project::Project;
use crate::run::{command, find, run, say};
use crate::stamp::hash_inputs;
use anyhow::{Result, bail};
use std::fs;
use std::path::{Path, PathBuf};

/// Makes an environment in `folder` with exactly what `requirements` names, unless it is there; the folder of its
/// programs.
pub(crate) fn environment(project: &Project, folder: &Path, requirements: &str) -> Result<PathBuf> {
    let stamp = folder.join("docent-stamp");
    let wanted = hash_inputs(&project.root, &[requirements])?;
    if fs::read_to_string(&stamp).is_ok_and(|there| there == wanted) {
        return Ok(folder.join("bin"));
    }
    if !has_venv() {
        install_python()?;
    }
    say(format!("installing {requirements} into {} (once)", folder.display()));
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    run(command("python3", ["-m", "venv"]).arg(folder))?;
    let mut pip = command(folder.join("bin/pip"), ["install", "--quiet", "--no-deps", "--disable-pip-version-check"]);
    run(pip.arg("--requirement").arg(project.path(requirements)))?;
    fs::write(stamp, wanted)?;
    Ok(folder.join("bin"))
}

/// Debian has `venv` without what it needs.
fn has_venv() -> bool {
    let mut python = command("python3", ["-c", "import venv, ensurepip"]);
    python.stderr(std::process::Stdio::null()).status().is_ok_and(|status| status.success())
}

fn install_python() -> Result<()> {
    if find(&["apt-get"]).is_none() || !nix::unistd::geteuid().is_root() {
        bail!("Python 3 with venv is needed, and only root may install it: apt-get install python3 python3-venv");
    }
    say("installing python3 and python3-venv (Debian packages)");
    let apt = |args: &[&str]| run(command("apt-get", args).env("DEBIAN_FRONTEND", "noninteractive"));
    apt(&["update", "-q"])?;
    apt(&["install", "-q", "-y", "--no-install-recommends", "python3", "python3-venv"])
}
