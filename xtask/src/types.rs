//! `cargo xtask types`: the protocol as TypeScript.

use crate::project::Project;
use anyhow::{Context, Result, bail};
use docent_protocol::registry::{ROWS, Row};
use serde_json::{Map, Value};
use std::fmt::Write;
use std::fs;

type Generate = fn() -> Result<String>;

/// The files and how each is made.
const FILES: &[(&str, Generate)] =
    &[("www/loader/commands.d.ts", generate), ("www/cobrowse/wire.ts", || Ok(crate::codes::generate()?))];

/// Write what TypeScript needs to know of protocol/
#[derive(clap::Args)]
pub(crate) struct Types {}

impl Types {
    pub(crate) fn run(self, project: &Project) -> Result<()> {
        write(project)
    }
}

/// Writes the files that are not right already.
pub(crate) fn write(project: &Project) -> Result<()> {
    for (path, generate) in FILES {
        let (path, text) = (project.path(path), generate()?);
        if fs::read_to_string(&path).ok().as_ref() != Some(&text) {
            fs::write(path, text)?;
        }
    }
    Ok(())
}

/// Fails where a file is not what the protocol says.
pub(crate) fn check(project: &Project) -> Result<()> {
    for (path, generate) in FILES {
        if fs::read_to_string(project.path(path)).ok() != Some(generate()?) {
            bail!("{path} does not say what protocol/ says; run `cargo xtask types`");
        }
    }
    Ok(())
}

fn generate() -> Result<String> {
    let mut text = String::from("// Made by `cargo xtask types` from protocol/src/registry.rs.\n");
    let mut names = [String::new(), String::new()];
    for row in ROWS {
        let name = type_name(row);
        write!(text, "\n{}export interface {name} {}\n", doc(row.doc, ""), object(&parse(row, row.params)?, "")?)?;
        let reply = object(&parse(row, row.reply)?, "")?;
        write!(text, "\n/** What `{}` answers. */\nexport interface {name}Reply {reply}\n", row.name)?;
        let list = &mut names[usize::from(row.kind.as_str() == "infoRequest")];
        writeln!(list, "  {}: {{ params: {name}; reply: {name}Reply }};", row.name)?;
    }
    let [commands, requests] = names;
    write!(text, "\n/** Every command by its `type`. */\nexport interface Commands {{\n{commands}}}\n")?;
    write!(text, "\n/** Every request by its `type`. */\nexport interface InfoRequests {{\n{requests}}}\n")?;
    Ok(text)
}

fn type_name(row: &Row) -> String {
    let mut letters = row.name.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

fn parse(row: &Row, schema: fn() -> docent_protocol::json::Json) -> Result<Value> {
    serde_json::from_str(schema().as_str()).with_context(|| format!("in the schema of {}", row.name))
}

fn doc(text: &str, indent: &str) -> String {
    match text.trim() {
        "" => String::new(),
        text => format!("{indent}/** {} */\n", text.lines().map(str::trim).collect::<Vec<_>>().join(" ")),
    }
}

fn object(schema: &Value, indent: &str) -> Result<String> {
    let none = Map::new();
    let properties = schema["properties"].as_object().unwrap_or(&none);
    if properties.is_empty() {
        return Ok("{}".to_owned());
    }
    let required: Vec<_> = schema["required"].as_array().into_iter().flatten().collect();
    let inner = format!("{indent}  ");
    let mut text = String::from("{\n");
    for (name, property) in properties {
        let optional = if required.iter().any(|required| *required == name) { "" } else { "?" };
        text.push_str(&doc(property["description"].as_str().unwrap_or_default(), &inner));
        writeln!(text, "{inner}{name}{optional}: {};", value(property, &inner)?)?;
    }
    Ok(format!("{text}{indent}}}"))
}

fn value(schema: &Value, indent: &str) -> Result<String> {
    if let Some(names) = schema["enum"].as_array() {
        return Ok(names.iter().map(Value::to_string).collect::<Vec<_>>().join(" | "));
    }
    let names = match &schema["type"] {
        Value::Null => return Ok("unknown".to_owned()),
        Value::Array(names) => names.iter().collect(),
        name => vec![name],
    };
    let names = names.into_iter().map(|name| match name.as_str() {
        Some("object") => object(schema, indent),
        Some("array") if schema["items"].is_object() => Ok(format!("({})[]", value(&schema["items"], indent)?)),
        Some("array") => Ok("unknown[]".to_owned()),
        Some("integer" | "number") => Ok("number".to_owned()),
        Some(name @ ("string" | "boolean" | "null")) => Ok(name.to_owned()),
        _ => bail!("no TypeScript for {schema}"),
    });
    Ok(names.collect::<Result<Vec<_>>>()?.join(" | "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_schema_becomes_a_type() {
        let schema = json!({
            "type": "object",
            "properties": {
                "a": {"type": "string", "description": "An a."},
                "b": {"type": ["string", "number"]},
                "c": {"type": "array", "items": {"enum": ["x", "y"]}},
                "d": {"type": "object", "properties": {"e": {}}, "required": ["e"]}
            },
            "required": ["a"]
        });
        let expected = "{\n  /** An a. */\n  a: string;\n  b?: string | number;\n  c?: (\"x\" | \"y\")[];\n  \
                        d?: {\n    e: unknown;\n  };\n}";
        assert_eq!(object(&schema, "").expect("a type"), expected);
    }

    #[test]
    fn every_row_has_its_types() {
        let text = generate().expect("the file");
        for row in ROWS {
            assert!(text.contains(&format!("export interface {} ", type_name(row))), "{}", row.name);
            assert!(text.contains(&format!("  {}: {{ params: ", row.name)), "{}", row.name);
        }
    }
}
