import { type Json, type JsonObject, isObject, readList, text } from "./wire";

/** A field of a form, made from a JSON Schema. */
export type Field = FieldBase &
  (
    | { kind: "text" | "number" | "integer" | "length" | "boolean" | "json" }
    | { kind: "choice"; options: readonly string[] }
    | { kind: "object"; fields: readonly Field[] }
    | { kind: "list"; item: Field }
  );

interface FieldBase {
  name: string;
  /** Dots between: `colors.square`, `args.0`. */
  path: string;
  required: boolean;
  doc?: string;
}

/** What a page can be asked. */
export interface Command {
  type: string;
  dataType: "command" | "infoRequest";
  /** Whether the site's policy allows it. */
  allowed: boolean;
  doc?: string;
  fields: readonly Field[];
}

export interface Capabilities {
  commands: readonly Command[];
  /** Of `window.pzl.api`. */
  functions: readonly string[];
}

/** How deep a schema is followed; what lies deeper is written as JSON. */
const DEPTH = 4;

/** Reads a `getCapabilities` answer; `description` is the gateway's own, which explains what the page's leaves out. */
export function readCapabilities(values: JsonObject, description: JsonObject): Capabilities {
  const functions = readList(values.functions, text);
  const commands = readList(values.commands, (entry): Command | undefined => {
    if (!isObject(entry)) return undefined;
    const type = text(entry.type);
    const dataType = entry.dataType;
    if (!type || (dataType !== "command" && dataType !== "infoRequest")) return undefined;
    const explained = explanation(description, type);
    const fields = members(entry.params, explained, "", 0).map((field) => named(type, field, functions));
    const doc = text(explained.description);
    return { type, dataType, allowed: entry.allowed !== false, fields, ...(doc === undefined ? {} : { doc }) };
  });
  return { commands, functions };
}

/** The functions of the page are what `callVisitorApi` chooses from. */
function named(type: string, field: Field, functions: readonly string[]): Field {
  if (type !== "callVisitorApi" || field.path !== "functionName" || functions.length === 0) return field;
  return { ...base(field), kind: "choice", options: functions };
}

function base({ name, path, required, doc }: Field): FieldBase {
  return doc === undefined ? { name, path, required } : { name, path, required, doc };
}

function explanation(description: JsonObject, type: string): JsonObject {
  const schemas = isObject(description.components) ? description.components.schemas : undefined;
  const schema = isObject(schemas) ? schemas[type.charAt(0).toUpperCase() + type.slice(1)] : undefined;
  return isObject(schema) ? schema : {};
}

function members(schema: Json | undefined, explained: JsonObject, prefix: string, depth: number): Field[] {
  if (!isObject(schema) || !isObject(schema.properties)) return [];
  const required = readList(schema.required, text);
  const others = isObject(explained.properties) ? explained.properties : {};
  return Object.entries(schema.properties).map(([name, member]) => {
    const other = isObject(others[name]) ? others[name] : {};
    return readField(member, other, { name, path: prefix + name, required: required.includes(name) }, depth);
  });
}

function readField(given: Json, explained: JsonObject, plain: FieldBase, depth: number): Field {
  const schema = isObject(given) ? given : {};
  const doc = text(schema.description) ?? text(explained.description);
  const about = doc === undefined ? plain : { ...plain, doc };
  const choices = readList(schema.enum, text);
  if (choices.length > 0) return { ...about, kind: "choice", options: choices };
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  if (types.includes("string")) return { ...about, kind: types.includes("number") ? "length" : "text" };
  for (const kind of ["boolean", "integer", "number"] as const) if (types.includes(kind)) return { ...about, kind };
  if (depth < DEPTH && types.includes("object") && isObject(schema.properties)) {
    return { ...about, kind: "object", fields: members(schema, explained, `${plain.path}.`, depth + 1) };
  }
  if (depth < DEPTH && types.includes("array")) {
    const item = readField(schema.items ?? {}, {}, { name: "", path: "", required: true }, depth + 1);
    return { ...about, kind: "list", item };
  }
  return { ...about, kind: "json" };
}

/** The commands that words are about; those that are named so come first. */
export function find(commands: readonly Command[], sought: string): readonly Command[] {
  const words = sought.trim().toLowerCase();
  const isNamed = ({ type }: Command): boolean => type.toLowerCase().includes(words);
  const isToldOf = ({ doc }: Command): boolean => doc?.toLowerCase().includes(words) ?? false;
  return [...commands.filter(isNamed), ...commands.filter((command) => !isNamed(command) && isToldOf(command))];
}

/** A list's field at a place of its own. */
export function placed(item: Field, path: string, name: string): Field {
  const moved = { ...item, path, name };
  if (moved.kind !== "object") return moved;
  return { ...moved, fields: moved.fields.map((field) => placed(field, `${path}.${field.name}`, field.name)) };
}
