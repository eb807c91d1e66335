//! The glue with every import of the wasm spelt out.
//!
//! wasm-bindgen hands the wasm a snippet's whole namespace, which esbuild builds with a `for…in` that also meets what
//! a page has put on `Object.prototype`, and which keeps every export. An object of what the wasm imports does neither.

use anyhow::{Context, Result, ensure};
use std::collections::{BTreeMap, BTreeSet};
use wasmparser::{Parser, Payload};

/// What the wasm imports, by module.
type Imports = BTreeMap<String, BTreeSet<String>>;

/// Replaces each `import * as NAMESPACE from "MODULE"` of `glue`.
pub(crate) fn spell_out(glue: &str, wasm: &[u8]) -> Result<String> {
    let imports = imports(wasm)?;
    let mut spelt = String::with_capacity(glue.len());
    // wasm-bindgen names a module once for each thing it imports from it; one object serves.
    let mut objects = BTreeMap::new();
    for line in glue.lines() {
        match namespace(line) {
            None => spelt.push_str(line),
            Some((name, module)) => match objects.get(module) {
                Some(first) => spelt.push_str(&format!("const {name} = {first};")),
                None => {
                    let fields =
                        imports.get(module).with_context(|| format!("the wasm imports nothing of {module}"))?;
                    spelt.push_str(&object(name, module, fields));
                    objects.insert(module, name);
                }
            },
        }
        spelt.push('\n');
    }
    ensure!(!spelt.contains("import * as"), "wasm-bindgen's glue imports a namespace in a form unknown here");
    Ok(spelt)
}

fn namespace(line: &str) -> Option<(&str, &str)> {
    let (name, module) = line.strip_prefix("import * as ")?.split_once(" from ")?;
    Some((name, module.trim_end_matches(';').trim_matches(['"', '\''])))
}

fn object(name: &str, module: &str, fields: &BTreeSet<String>) -> String {
    let bindings: Vec<_> = fields.iter().map(|field| format!("{field} as {name}_{field}")).collect();
    let members: Vec<_> = fields.iter().map(|field| format!("{field}: {name}_{field}")).collect();
    format!("import {{ {} }} from \"{module}\"; const {name} = {{ {} }};", bindings.join(", "), members.join(", "))
}

fn imports(wasm: &[u8]) -> Result<Imports> {
    let mut imports = Imports::new();
    for payload in Parser::new(0).parse_all(wasm) {
        if let Payload::ImportSection(section) = payload? {
            for import in section.into_imports() {
                let import = import?;
                imports.entry(import.module.to_owned()).or_default().insert(import.name.to_owned());
            }
        }
    }
    Ok(imports)
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_encoder::{EntityType, ImportSection, Module, TypeSection};

    #[test]
    fn a_namespace_becomes_what_is_imported_of_it() {
        let mut types = TypeSection::new();
        types.ty().function([], []);
        let mut section = ImportSection::new();
        section.import("./shim.js", "put", EntityType::Function(0)).import("./shim.js", "own", EntityType::Function(0));
        let mut module = Module::new();
        let wasm = module.section(&types).section(&section).clone().finish();

        let glue = "import { put } from './shim.js';\nimport * as import1 from \"./shim.js\"\n\
                    import * as import2 from \"./shim.js\"\nlet wasm;";
        let expected = "import { put } from './shim.js';\n\
                        import { own as import1_own, put as import1_put } from \"./shim.js\"; \
                        const import1 = { own: import1_own, put: import1_put };\nconst import2 = import1;\nlet wasm;\n";
        assert_eq!(spell_out(glue, &wasm).expect("a glue"), expected);
        assert!(spell_out("import * as import1 from \"./other.js\"", &wasm).is_err());
        assert!(spell_out(" import * as import1 from './shim.js'", &wasm).is_err());
    }
}
