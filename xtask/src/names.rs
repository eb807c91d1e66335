//! Short names for what the wasm and its glue have of each other.
//!
//! wasm-bindgen's names hold a hash each, which nothing compresses, once in the wasm and once in the glue. Both are
//! given the same short names: the wasm here, the glue by esbuild, which renames the properties.

use anyhow::Result;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{ExportSection, ImportSection, Module, RawSection};
use wasmparser::{ExportSectionReader, ImportSectionReader, Parser, Payload};

/// Each long name's short one.
pub(crate) type Names = BTreeMap<String, String>;

/// How the names begin that wasm-bindgen alone uses. Others may be properties of the page's own objects.
const PREFIXES: &[&str] = &["__wb", "__externref", "wasm_bindgen__", "./"];

/// Renames imports, their modules and exports.
pub(crate) fn shorten(wasm: &[u8]) -> Result<(Vec<u8>, Names)> {
    let mut module = Module::new();
    let mut names = Names::new();
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::ImportSection(imports) => drop(module.section(&rename_imports(imports, &mut names)?)),
            Payload::ExportSection(exports) => drop(module.section(&rename_exports(exports, &mut names)?)),
            payload => {
                if let Some((id, range)) = payload.as_section() {
                    let data = &wasm[range.start.try_into()?..range.end.try_into()?];
                    module.section(&RawSection { id, data });
                }
            }
        }
    }
    Ok((module.finish(), names))
}

fn rename_imports(imports: ImportSectionReader<'_>, names: &mut Names) -> Result<ImportSection> {
    let mut section = ImportSection::new();
    for import in imports.into_imports() {
        let import = import?;
        let kind = RoundtripReencoder.entity_type(import.ty)?;
        section.import(&short(import.module, names), &short(import.name, names), kind);
    }
    Ok(section)
}

fn rename_exports(exports: ExportSectionReader<'_>, names: &mut Names) -> Result<ExportSection> {
    let mut section = ExportSection::new();
    for export in exports {
        let export = export?;
        section.export(&short(export.name, names), RoundtripReencoder.export_kind(export.kind)?, export.index);
    }
    Ok(section)
}

fn short(name: &str, names: &mut Names) -> String {
    if !PREFIXES.iter().any(|prefix| name.starts_with(prefix)) {
        return name.to_owned();
    }
    let next = nth(names.len());
    names.entry(name.to_owned()).or_insert(next).clone()
}

/// The `n`th name. A digit at its end keeps it apart from every name of a person's making that stays as it is.
fn nth(n: usize) -> String {
    const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz";
    let letter = char::from(LETTERS[n % LETTERS.len()]);
    format!("{letter}{}", n / LETTERS.len())
}

/// What makes esbuild use the same names. `cache` is a file for it to read.
pub(crate) fn esbuild_flags(names: &Names, cache: &Path) -> Result<Vec<String>> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    fs::write(cache, serde_json::to_vec(names)?)?;
    let literal = |name: &String| name.replace('.', "\\.").replace('$', "\\$");
    let pattern = names.keys().map(literal).collect::<Vec<_>>().join("|");
    Ok(vec![
        format!("--mangle-props=^({pattern})$"),
        "--mangle-quoted".to_owned(),
        format!("--mangle-cache={}", cache.display()),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_encoder::{EntityType, ExportKind, FunctionSection, TypeSection};

    #[test]
    fn only_the_names_of_wasm_bindgen_are_shortened() {
        let mut types = TypeSection::new();
        types.ty().function([], []);
        let mut imports = ImportSection::new();
        imports.import("./docent_bg.js", "__wbg_now_0123456789abcdef", EntityType::Function(0));
        imports.import("./docent_bg.js", "__wbg_log_fedcba9876543210", EntityType::Function(0));
        imports.import("./snippets/shim.js", "start", EntityType::Function(0));
        let mut exports = ExportSection::new();
        exports.export("__wbg_now_0123456789abcdef", ExportKind::Func, 0).export("memory", ExportKind::Func, 1);
        let mut module = Module::new();
        module.section(&types).section(&imports).section(&FunctionSection::new()).section(&exports);
        let long = module.finish();

        let (renamed, names) = shorten(&long).expect("a module");
        assert!(renamed.len() < long.len());
        let mut seen = Vec::new();
        for payload in Parser::new(0).parse_all(&renamed) {
            match payload.expect("well formed") {
                Payload::ImportSection(imports) => {
                    let imports = imports.into_imports().map(|import| import.expect("an import"));
                    seen.extend(imports.map(|import| format!("{} {}", import.module, import.name)));
                }
                Payload::ExportSection(exports) => {
                    seen.extend(exports.into_iter().map(|export| export.expect("an export").name.to_owned()));
                }
                _ => {}
            }
        }
        let of = |name: &str| names.get(name).map(String::as_str).unwrap_or_default().to_owned();
        let (glue, shim) = (of("./docent_bg.js"), of("./snippets/shim.js"));
        let (now, log) = (of("__wbg_now_0123456789abcdef"), of("__wbg_log_fedcba9876543210"));
        let expected =
            [format!("{glue} {now}"), format!("{glue} {log}"), format!("{shim} start"), now, "memory".to_owned()];
        assert_eq!(seen, expected);
        assert_eq!(names.values().collect::<std::collections::BTreeSet<_>>().len(), 4, "no name stands for two");
    }
}
