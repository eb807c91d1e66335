//! The widget's pipeline: cargo → wasm-bindgen → wasm-opt → short names → esbuild → names by content → compressed.

use crate::bundle::{esbuild, shrink, style};
use crate::compress::write_with_variants;
use crate::glue;
use crate::names::{self, Names};
use crate::project::{Project, Variant};
use crate::run::{cargo, command, quietly, run, say};
use crate::stamp::{Output, hash, hash_inputs};
use crate::tools::BuildTools;
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

const TARGET: &str = "wasm32-unknown-unknown";
/// Everything that decides what the widget is.
const INPUTS: &[&str] = &[
    "src",
    "protocol/src",
    "protocol/Cargo.toml",
    "build.rs",
    "Cargo.toml",
    "Cargo.lock",
    "rust-toolchain.toml",
    "widget.toml",
    "package-lock.json",
    "www/loader",
    "www/recorder",
    "www/session",
    "www/cobrowse",
    "xtask/src/widget.rs",
    "xtask/src/bundle.rs",
    "xtask/src/compress.rs",
    "xtask/src/glue.rs",
    "xtask/src/minify.mjs",
    "xtask/src/names.rs",
];
/// How many digits of a file's hash stand in its name. They are dear: nothing compresses them.
const HASH_DIGITS: usize = 10;

/// Builds `dist/widget` (or, for another variant, `dist/widget-VARIANT`) unless it is up to date.
pub(crate) fn build(project: &Project, tools: &BuildTools, name: &str) -> Result<PathBuf> {
    let variant = project.settings.variant.get(name).with_context(|| format!("widget.toml has no variant {name}"))?;
    let folder = project.dist().join(if name == "widget" { name.to_owned() } else { format!("widget-{name}") });
    let inputs = hash_inputs(&project.root, INPUTS)?;
    if let Some(output) = Output::outdated(folder.clone(), inputs)? {
        say(format!("building the widget ({name})"));
        let work = project.target.join("widget").join(name);
        fs::create_dir_all(&work)?;
        output.replace(|new| Pipeline { project, tools, variant, work }.run(new))?;
    }
    Ok(folder)
}

struct Pipeline<'a> {
    project: &'a Project,
    tools: &'a BuildTools,
    variant: &'a Variant,
    work: PathBuf,
}

impl Pipeline<'_> {
    fn run(&self, out: &Path) -> Result<()> {
        let compiled = self.compile()?;
        self.bind(&compiled)?;
        let optimised = self.optimise()?;
        self.spell_out(&optimised)?;
        let (wasm, names) = if self.variant.minify { names::shorten(&optimised)? } else { (optimised, Names::new()) };
        let assets = out.join("assets");
        fs::create_dir(&assets)?;
        let place = |stem: &str, extension: &str, bytes: &[u8]| -> Result<String> {
            let name = format!("{stem}-{}.{extension}", &hash(bytes)[..HASH_DIGITS]);
            write_with_variants(&assets.join(&name), bytes)?;
            Ok(format!("/assets/{name}"))
        };
        let recorder = place("recorder", "js", &self.bundle_later("recorder")?)?;
        let session = place("session", "js", &self.bundle_later("session")?)?;
        let glue = self.bundle_glue(&names, &recorder, &session)?;
        let mut locales = serde_json::Map::new();
        for (locale, bytes) in self.locales()? {
            let path = place(&locale, "json", &bytes)?;
            locales.insert(locale, path.into());
        }
        let names = json!({
            "js": place("docent", "js", &glue)?,
            "wasm": place("docent", "wasm", &wasm)?,
            "locales": locales,
        });
        write_with_variants(&out.join("docent.js"), &self.bundle_loader(&names)?)
    }

    fn compile(&self) -> Result<PathBuf> {
        let profile = &self.variant.profile;
        // Of this one crate type: beside an rlib, Cargo leaves link-time optimisation out.
        let what = ["rustc", "--lib", "--crate-type", "cdylib", "--package", "docent-widget", "--target", TARGET];
        let mut build = cargo(&self.project.root, what);
        build.args(["--profile", profile]);
        if let Some(style) = style(self.project)? {
            build.env("DOCENT_STYLE_MINIFIED", style);
        }
        run(build.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", self.rustflags()))?;
        Ok(self.project.target.join(TARGET).join(profile).join("docent_widget.wasm"))
    }

    /// No path of this machine goes into what visitors load.
    fn rustflags(&self) -> String {
        let home = std::env::var_os("CARGO_HOME")
            .map(PathBuf::from)
            .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")));
        let sources = home.map(|home| home.join("registry/src")).and_then(|folder| fs::read_dir(folder).ok());
        let registries = sources.into_iter().flatten().flatten().map(|entry| entry.path());
        std::iter::once(self.project.root.clone())
            .chain(registries)
            .map(|path| format!("--remap-path-prefix={}/=", path.display()))
            .collect::<Vec<_>>()
            .join(" ")
    }

    fn bind(&self, compiled: &Path) -> Result<()> {
        let folder = self.work.join("bindgen");
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        let flags = ["--target", "web", "--no-typescript", "--omit-default-module-path", "--out-name", "docent"];
        let mut bind = command(&self.tools.wasm_bindgen, flags);
        quietly(bind.args(&self.variant.wasm_bindgen).arg("--out-dir").arg(folder).arg(compiled))
    }

    fn spell_out(&self, wasm: &[u8]) -> Result<()> {
        let path = self.work.join("bindgen/docent.js");
        fs::write(&path, glue::spell_out(&fs::read_to_string(&path)?, wasm)?)?;
        Ok(())
    }

    fn optimise(&self) -> Result<Vec<u8>> {
        let bound = self.work.join("bindgen/docent_bg.wasm");
        if self.variant.wasm_opt.is_empty() {
            return Ok(fs::read(bound)?);
        }
        let optimised = self.work.join("docent.wasm");
        let mut wasm_opt = command(self.project.node_bin("wasm-opt"), &self.variant.wasm_opt);
        run(wasm_opt.arg(bound).arg("-o").arg(&optimised))?;
        Ok(fs::read(optimised)?)
    }

    fn minify(&self) -> Option<String> {
        self.variant.minify.then(|| "--minify".to_owned())
    }

    fn bundle_glue(&self, names: &Names, recorder: &str, session: &str) -> Result<Vec<u8>> {
        let entry = self.work.join("entry.js");
        let output = self.work.join("docent.js");
        fs::write(&entry, "export { default, start } from \"./bindgen/docent.js\";\n")?;
        // wasm-bindgen names a snippet once for each thing it imports from it.
        let quiet = "--log-override:duplicate-object-key=silent";
        let mut flags = ["--format=esm", "--target=es2022", "--charset=utf8", quiet].map(str::to_owned).to_vec();
        flags.push(format!("--define:__RECORDER__={recorder:?}"));
        flags.push(format!("--define:__SESSION__={session:?}"));
        flags.extend(self.minify());
        flags.extend(names::esbuild_flags(names, &self.work.join("names.json"))?);
        self.bundle(&entry, &output, &flags, None)
    }

    fn bundle(&self, entry: &Path, output: &Path, flags: &[String], sources: Option<&str>) -> Result<Vec<u8>> {
        esbuild(self.project, entry, output, flags)?;
        if self.variant.minify {
            shrink(self.project, output, sources)?;
        }
        Ok(fs::read(output)?)
    }

    /// What is fetched only where it is needed: the recorder while somebody watches, the session's screens on a channel.
    fn bundle_later(&self, name: &str) -> Result<Vec<u8>> {
        let output = self.work.join(format!("{name}.js"));
        let flags = ["--format=esm", "--target=es2022", "--charset=utf8"].map(str::to_owned);
        let mut flags: Vec<_> = flags.into_iter().chain(self.minify()).collect();
        if name == "recorder" {
            // Most of it runs at once: browsers that know this compile it while it is fetched, beside the page's thread.
            flags.push("--banner:js=//# allFunctionsCalledOnLoad".to_owned());
        }
        let style = self.project.path(format!("www/{name}/style.css"));
        if style.is_file() {
            let minified = self.work.join(format!("{name}.css"));
            esbuild(self.project, &style, &minified, &["--minify", "--charset=utf8"].map(str::to_owned))?;
            flags.push(format!("--define:__STYLE__={}", json!(fs::read_to_string(minified)?.trim_end())));
        }
        let folder = format!("www/{name}");
        self.bundle(&self.project.path(format!("{folder}/main.ts")), &output, &flags, Some(&folder))
    }

    fn bundle_loader(&self, names: &Value) -> Result<Vec<u8>> {
        let output = self.work.join("loader.js");
        let flags = ["--format=iife".to_owned(), "--target=es2020".to_owned(), format!("--define:__ASSETS__={names}")];
        let flags: Vec<_> = flags.into_iter().chain(self.minify()).collect();
        self.bundle(&self.project.path("www/loader/docent.ts"), &output, &flags, None)
    }

    /// Each locale's name and its file without white space.
    fn locales(&self) -> Result<Vec<(String, Vec<u8>)>> {
        let mut paths: Vec<_> = fs::read_dir(self.project.path("src/ui/locale"))
            .context("reading src/ui/locale")?
            .map(|entry| Ok(entry?.path()))
            .collect::<Result<_>>()?;
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
        paths.sort();
        let read = |path: PathBuf| {
            let value: Value =
                serde_json::from_slice(&fs::read(&path)?).with_context(|| format!("in {}", path.display()))?;
            let name = path.file_stem().context("a locale file has a name")?.to_string_lossy().into_owned();
            Ok((name, serde_json::to_vec(&value)?))
        };
        paths.into_iter().map(read).collect()
    }
}
