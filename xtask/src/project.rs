//! Where things lie, and what `widget.toml` says.

use anyhow::{Context, Result};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The checkout.
pub(crate) struct Project {
    /// The folder that holds the workspace's `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// Cargo's target directory.
    pub(crate) target: PathBuf,
    /// `widget.toml`.
    pub(crate) settings: Settings,
}

/// `widget.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    pub(crate) tools: ToolVersions,
    pub(crate) variant: BTreeMap<String, Variant>,
    pub(crate) budget: BTreeMap<String, usize>,
    pub(crate) goal: BTreeMap<String, usize>,
}

/// Versions to install.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ToolVersions {
    pub(crate) wasm_bindgen: String,
    pub(crate) geckodriver: String,
    pub(crate) binaryen: String,
}

/// A way to build the widget.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Variant {
    /// Cargo's profile.
    pub(crate) profile: String,
    /// Whether the JavaScript is minified.
    pub(crate) minify: bool,
    /// Flags beyond what the pipeline itself needs.
    pub(crate) wasm_bindgen: Vec<String>,
    /// Flags; none leaves `wasm-opt` out.
    pub(crate) wasm_opt: Vec<String>,
}

impl Project {
    /// Finds the checkout this program was built from.
    pub(crate) fn open() -> Result<Self> {
        let manifest = std::env::var_os("CARGO_MANIFEST_DIR").map_or(env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
        let root = manifest.parent().context("xtask lies in the checkout")?.to_owned();
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or("target".into(), PathBuf::from);
        let target = std::env::current_dir()?.join(if target.is_absolute() { target } else { root.join(target) });
        let path = root.join("widget.toml");
        let text = std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
        let settings = toml::from_str(&text).with_context(|| format!("in {}", path.display()))?;
        Ok(Self { root, target, settings })
    }

    /// A path in the checkout.
    pub(crate) fn path(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.root.join(relative)
    }

    /// What is built for browsers.
    pub(crate) fn dist(&self) -> PathBuf {
        self.path("dist")
    }

    /// A program of `node_modules`.
    pub(crate) fn node_bin(&self, name: &str) -> PathBuf {
        self.path("node_modules/.bin").join(name)
    }

    /// The gateway, as [`build::gateway`](crate::build::gateway) leaves it.
    pub(crate) fn gateway(&self, release: bool) -> PathBuf {
        self.target.join(if release { "release" } else { "debug" }).join("docent")
    }
}
