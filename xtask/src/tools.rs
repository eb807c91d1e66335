//! `cargo xtask tools`: what the other commands need, installed where it is missing.

use crate::project::Project;
use crate::python;
use crate::run::{command, find, read, run, say};
use crate::stamp::hash_inputs;
use anyhow::{Context, Result, bail};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

/// Install what is missing: wasm target, wasm-bindgen, browsers and their drivers, npm packages,
/// schemathesis
#[derive(clap::Args)]
pub(crate) struct Tools {}

impl Tools {
    pub(crate) fn run(self, project: &Project) -> Result<()> {
        for_build(project)?;
        let browsers = for_tests(project)?;
        let generator = schemathesis(project);
        say("everything is there");
        eprintln!("    chromium  {}", browsers.chromium.display());
        if let Some(shell) = browsers.headless_shell {
            eprintln!("              {}", shell.display());
        }
        match browsers.firefox {
            Some(firefox) => eprintln!("    firefox   {}", firefox.browser.display()),
            None => eprintln!("    firefox   MISSING: its tests are skipped"),
        }
        match generator {
            Ok(program) => eprintln!("    schemathesis {}", program.display()),
            Err(error) => eprintln!("    schemathesis MISSING, its tests are skipped: {error:#}"),
        }
        Ok(())
    }
}

const HEADLESS_SHELL: &str = "chromium-headless-shell";
const FIREFOX: &str = "firefox-esr";

/// What building needs.
pub(crate) struct BuildTools {
    pub(crate) wasm_bindgen: PathBuf,
}

/// What testing needs beside.
pub(crate) struct TestTools {
    pub(crate) chromium: PathBuf,
    /// Chromium without its own windows, several times faster; `None` where it can't be installed.
    pub(crate) headless_shell: Option<PathBuf>,
    pub(crate) chromedriver: PathBuf,
    /// `None` where it can't be installed.
    pub(crate) firefox: Option<Firefox>,
}

/// Firefox and its driver.
pub(crate) struct Firefox {
    pub(crate) browser: PathBuf,
    pub(crate) geckodriver: PathBuf,
}

/// Makes sure of what building needs.
pub(crate) fn for_build(project: &Project) -> Result<BuildTools> {
    wasm_target(project)?;
    node_modules(project)?;
    Ok(BuildTools { wasm_bindgen: wasm_bindgen(project)? })
}

/// Makes sure of what testing needs.
pub(crate) fn for_tests(project: &Project) -> Result<TestTools> {
    install_browsers()?;
    let (Some(chromium), Some(chromedriver)) = (chromium(), chromedriver()) else {
        bail!(
            "Chromium and its driver are needed; install the Debian packages chromium and chromium-driver, \
             or name the programs by CHROMIUM and CHROMEDRIVER"
        );
    };
    let firefox = match firefox() {
        Some(browser) => {
            let folder = cargo_tool("geckodriver", "geckodriver", &project.settings.tools.geckodriver, true)?;
            Some(Firefox { browser, geckodriver: folder.join("geckodriver") })
        }
        None => None,
    };
    Ok(TestTools { chromium, headless_shell: headless_shell(), chromedriver, firefox })
}

fn wasm_target(project: &Project) -> Result<()> {
    let mut rustc = command("rustc", ["--print", "target-libdir", "--target", "wasm32-unknown-unknown"]);
    if !Path::new(&read(rustc.current_dir(&project.root))?).is_dir() {
        say("adding Rust's wasm target");
        run(command("rustup", ["target", "add", "wasm32-unknown-unknown"]).current_dir(&project.root))?;
    }
    Ok(())
}

fn wasm_bindgen(project: &Project) -> Result<PathBuf> {
    let version = &project.settings.tools.wasm_bindgen;
    Ok(cargo_tool("wasm-bindgen", "wasm-bindgen-cli", version, false)?.join("wasm-bindgen"))
}

/// The folder that holds a tool's programs, installed there from crates.io if they aren't.
fn cargo_tool(program: &str, package: &str, version: &str, locked: bool) -> Result<PathBuf> {
    let folder = tools_folder()?.join(format!("{program}-{version}"));
    let programs = folder.join("bin");
    if !programs.join(program).is_file() {
        say(format!("installing {package} {version} into {} (some minutes, once)", folder.display()));
        let mut install = command("cargo", ["install", package, "--version", version, "--root"]);
        install.arg(&folder).args(locked.then_some("--locked"));
        // Its build is its own: neither our flags nor our target directory.
        for name in ["RUSTFLAGS", "CARGO_TARGET_DIR", "CARGO_BUILD_TARGET"] {
            install.env_remove(name);
        }
        // It runs for seconds and is built anew on every bare machine.
        for (name, value) in [("OPT_LEVEL", "1"), ("CODEGEN_UNITS", "16"), ("LTO", "off"), ("DEBUG", "false")] {
            install.env(format!("CARGO_PROFILE_RELEASE_{name}"), value);
        }
        run(&mut install)?;
    }
    Ok(programs)
}

/// The program that generates requests from the API's description.
pub(crate) fn schemathesis(project: &Project) -> Result<PathBuf> {
    let programs = python::environment(project, &tools_folder()?.join("schemathesis"), "tests/api/requirements.txt")?;
    Ok(programs.join("schemathesis"))
}

fn tools_folder() -> Result<PathBuf> {
    let set = |name| std::env::var_os(name).filter(|value: &OsString| !value.is_empty()).map(PathBuf::from);
    set("DOCENT_TOOLS")
        .or_else(|| Some(set("XDG_CACHE_HOME")?.join("docent/tools")))
        .or_else(|| Some(set("HOME")?.join(".cache/docent/tools")))
        .context("set DOCENT_TOOLS to a folder for tools: neither XDG_CACHE_HOME nor HOME is set")
}

/// Installs `package-lock.json`'s packages, unless those there are of this lock file.
fn node_modules(project: &Project) -> Result<()> {
    if find(&["npm"]).is_none() {
        bail!("Node.js 20 or newer and npm are needed; on Debian: apt-get install nodejs npm");
    }
    let stamp = project.path("node_modules/.docent-stamp");
    let lock = hash_inputs(&project.root, &["package.json", "package-lock.json"])?;
    if fs::read_to_string(&stamp).is_ok_and(|old| old == lock) {
        return Ok(());
    }
    say("installing npm packages");
    let mut npm = command("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
    run(npm.current_dir(&project.root).env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"))?;
    fs::write(stamp, lock)?;
    Ok(())
}

fn named(variable: &str, names: &[&str]) -> Option<PathBuf> {
    match std::env::var_os(variable).filter(|value| !value.is_empty()) {
        Some(path) => Some(path.into()),
        None => find(names),
    }
}

fn chromium() -> Option<PathBuf> {
    named("CHROMIUM", &["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"])
}

fn headless_shell() -> Option<PathBuf> {
    named("CHROMIUM_HEADLESS_SHELL", &[HEADLESS_SHELL])
}

fn chromedriver() -> Option<PathBuf> {
    named("CHROMEDRIVER", &["chromedriver"])
}

fn firefox() -> Option<PathBuf> {
    named("FIREFOX", &[FIREFOX, "firefox"])
}

/// Installs Debian's browsers where they are missing and we may.
fn install_browsers() -> Result<()> {
    let missing: Vec<&str> = [
        (chromium().is_none(), "chromium"),
        (chromedriver().is_none(), "chromium-driver"),
        (headless_shell().is_none(), HEADLESS_SHELL),
        (firefox().is_none(), FIREFOX),
    ]
    .into_iter()
    .filter_map(|(missing, package)| missing.then_some(package))
    .collect();
    if missing.is_empty() {
        return Ok(());
    }
    if find(&["apt-get"]).is_none() || !nix::unistd::geteuid().is_root() {
        say(format!("MISSING, and only root may install them: apt-get install {}", missing.join(" ")));
        return Ok(());
    }
    say(format!("installing {} (Debian packages)", missing.join(", ")));
    let apt = |args: &[&str]| run(command("apt-get", args).env("DEBIAN_FRONTEND", "noninteractive"));
    apt(&["update", "-q"])?;
    let install = |packages: &[&str]| {
        let args = ["install", "-q", "-y", "--no-install-recommends"];
        apt(&args.iter().chain(packages).copied().collect::<Vec<_>>())
    };
    let (optional, needed): (Vec<_>, Vec<_>) =
        missing.into_iter().partition(|package| [HEADLESS_SHELL, FIREFOX].contains(package));
    if !needed.is_empty() {
        install(&needed)?;
    }
    for package in optional {
        if let Err(error) = install(&[package]) {
            say(match package {
                FIREFOX => format!("Firefox can't be installed here, so its tests will be SKIPPED: {error:#}"),
                _ => format!("{package} can't be installed here, so Chromium itself is used, slower: {error:#}"),
            });
        }
    }
    Ok(())
}
