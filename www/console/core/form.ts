import { type Field, placed } from "./schema";
import { type Json, type JsonObject, parse } from "./wire";

/** What is in a form: text by path, and how long each list is under its path and `#`. */
export type Draft = Readonly<Record<string, string>>;

export type Fault = "required" | "number" | "integer" | "choice";

export interface Filled {
  values: JsonObject;
  /** By path. */
  faults: Readonly<Record<string, Fault>>;
}

export const YES = "true";
export const NO = "false";
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
/** After a path: the agent means the text to be empty. */
const EMPTY = "?empty";

/** What is at a path. A page may name a member `constructor`: only what was put there counts. */
export function at<T>(record: Readonly<Record<string, T>>, path: string): T | undefined {
  return Object.hasOwn(record, path) ? record[path] : undefined;
}

export function lengthOf(path: string, draft: Draft): number {
  return Number(at(draft, `${path}#`) ?? 0);
}

export function withLength(draft: Draft, path: string, length: number): Draft {
  return { ...draft, [`${path}#`]: String(length) };
}

/** Takes an item out of a list; those after it move up. */
export function withoutItem(draft: Draft, path: string, gone: number): Draft {
  const length = lengthOf(path, draft);
  const next: Record<string, string> = {};
  for (const [name, value] of Object.entries(draft)) {
    const index = name.startsWith(`${path}.`) ? Number.parseInt(name.slice(path.length + 1), 10) : -1;
    if (index === gone) continue;
    const rest = name.slice(path.length + 1 + String(index).length);
    next[index > gone ? `${path}.${index - 1}${rest}` : name] = value;
  }
  return withLength(next, path, length - 1);
}

export function isMeantEmpty(draft: Draft, path: string): boolean {
  return at(draft, path + EMPTY) === YES;
}

export function meantEmpty(draft: Draft, path: string, meant: boolean): Draft {
  return { ...draft, [path + EMPTY]: meant ? YES : NO };
}

/** Reads a form: the values to send, and what is wrong with which field. */
export function fill(fields: readonly Field[], draft: Draft): Filled {
  const faults: Record<string, Fault> = {};
  return { values: fillObject(fields, draft, faults), faults };
}

function fillObject(fields: readonly Field[], draft: Draft, faults: Record<string, Fault>): JsonObject {
  const values: JsonObject = {};
  for (const field of fields) {
    const value = fillField(field, draft, faults);
    if (value !== undefined) values[field.name] = value;
  }
  return values;
}

function fillField(field: Field, draft: Draft, faults: Record<string, Fault>): Json | undefined {
  switch (field.kind) {
    case "object":
      if (!field.required && isBlank(field, draft)) return undefined;
      return fillObject(field.fields, draft, faults);
    case "list":
      return fillList(field.path, field.item, field.required, draft, faults);
    default: {
      const content = at(draft, field.path) ?? "";
      const value = content.trim() === "" ? blank(field, draft) : readValue(field, content);
      if (typeof value === "object" && value !== null && "fault" in value) {
        faults[field.path] = value.fault;
        return undefined;
      }
      return value?.[0];
    }
  }
}

function fillList(path: string, item: Field, required: boolean, draft: Draft, faults: Record<string, Fault>): Json | undefined {
  const length = lengthOf(path, draft);
  if (length === 0 && !required) return undefined;
  return Array.from({ length }, (_, index) => fillField(placed(item, `${path}.${index}`, `${index}`), draft, faults) ?? null);
}

/** A value in a list of its own, so that `undefined` is "leave it out"; or what is wrong. */
type Read = [Json] | undefined | { fault: Fault };

function blank(field: Field, draft: Draft): Read {
  if (!field.required) return undefined;
  if (field.kind === "text" && isMeantEmpty(draft, field.path)) return [""];
  return { fault: "required" };
}

function readValue(field: Field, content: string): Read {
  const trimmed = content.trim();
  switch (field.kind) {
    case "boolean":
      return [trimmed === YES];
    case "number":
      return NUMBER.test(trimmed) ? [Number(trimmed)] : { fault: "number" };
    case "integer":
      return /^[+-]?\d+$/.test(trimmed) ? [Number(trimmed)] : { fault: "integer" };
    case "length":
      return [NUMBER.test(trimmed) ? Number(trimmed) : trimmed];
    case "choice":
      return field.options.includes(trimmed) ? [trimmed] : { fault: "choice" };
    case "json":
      // What is no JSON is text: nobody wants to quote a name.
      return [parse(trimmed) ?? content];
    default:
      return [content];
  }
}

/** Whether nothing was put into any part of a field. */
export function isBlank(field: Field, draft: Draft): boolean {
  if (field.kind === "object") return field.fields.every((member) => isBlank(member, draft));
  if (field.kind === "list") return lengthOf(field.path, draft) === 0;
  return (at(draft, field.path) ?? "").trim() === "" && !isMeantEmpty(draft, field.path);
}
