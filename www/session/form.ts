// One of the channel's forms: before the chat, when nobody is there, after the chat.
import { make } from "./element";
import type { Texts } from "./main";

/** A field, as the gateway's configuration has it. */
export interface Field {
  name: string;
  kind: "text" | "email" | "phone" | "area" | "choice" | "check" | "rating";
  required?: boolean;
  label?: Record<string, string>;
  options?: string[];
  max: number;
}

type Values = Record<string, string | number | boolean>;
type Control = HTMLElement & { value: string; checked?: boolean };

const COMPLETE: Record<string, string> = { name: "name", email: "email", phone: "tel", company: "organization" };
const TYPES: Record<string, string> = { email: "email", phone: "tel", check: "checkbox" };

interface Row {
  field: Field;
  element: HTMLElement;
  /** What takes the focus. */
  control: HTMLElement;
  error: HTMLElement;
  read(): string | number | boolean | undefined;
}

/**
 * Builds it. `send` gets what was filled in and says what the gateway answered: nothing, the name of the field it
 * refused, or "" where it failed as a whole.
 */
export function form(texts: Texts, lang: string, name: string, submit: string, fields: Field[], send: (values: Values) => Promise<string | undefined>): HTMLElement {
  const rows = fields.map((field) => row(texts, lang, name, field));
  const fault = make("div", { class: "fault", role: "alert" });
  const go = make("button", { type: "submit", class: "main" }, texts[submit]!);
  const element = make("form", { novalidate: "", "aria-label": texts[name]! }, ...rows.map((row) => row.element), fault, go);
  const tell = (row: Row, text: string) => {
    row.error.textContent = text;
    row.control.setAttribute("aria-invalid", text ? "true" : "false");
  };
  element.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (go.ariaDisabled) return;
    const values: Values = {};
    let first: Row | undefined;
    fault.textContent = "";
    for (const row of rows) {
      const value = row.read();
      const text = value === undefined && row.field.required ? texts.missing! : "";
      tell(row, text);
      if (text) first ??= row;
      if (value !== undefined) values[row.field.name] = value;
    }
    if (first) return first.control.focus();
    // Really disabled it would lose the focus.
    go.ariaDisabled = "true";
    const refused = await send(values);
    go.ariaDisabled = null;
    if (refused === undefined) return;
    const row = rows.find((row) => row.field.name === refused);
    if (!row) {
      fault.textContent = texts.failed!;
      return;
    }
    tell(row, { email: texts.wrongEmail!, phone: texts.wrongPhone! }[row.field.kind as string] ?? texts.wrong!);
    row.control.focus();
  });
  return element;
}

function row(texts: Texts, lang: string, form: string, field: Field): Row {
  const { name, kind, required, max } = field;
  const id = `docent-${form}-${name}`;
  const own = field.label?.[lang] ?? field.label?.en ?? Object.values(field.label ?? {})[0];
  const text = (own ?? texts[name] ?? name) + (required || kind === "check" ? "" : ` (${texts.optional})`);
  const error = make("div", { class: "fault", id: id + "-error" });
  const about = { id, "aria-describedby": id + "-error", "aria-required": required ? "true" : undefined };
  if (kind === "rating") return rating(field, id, text, about, error);
  let control: Control;
  if (kind === "area") control = make("textarea", { ...about, rows: "3", maxlength: String(max) });
  else if (kind === "choice") {
    const options = ["", ...(field.options ?? [])].map((option) => make("option", { value: option }, option));
    control = make("select", about, ...options);
  } else control = make("input", { ...about, type: TYPES[kind] ?? "text", maxlength: String(max), autocomplete: COMPLETE[name] });
  const label = make("label", { for: id }, text);
  const isCheck = kind === "check";
  const element = make("div", { class: isCheck ? "field check" : "field" }, ...(isCheck ? [control, label] : [label, control]), error);
  const read = () => (isCheck ? control.checked || undefined : control.value.trim() || undefined);
  return { field, element, control, error, read };
}

function rating(field: Field, id: string, text: string, about: Record<string, string | undefined>, error: HTMLElement): Row {
  const choices = [1, 2, 3, 4, 5].map((value) => make("input", { type: "radio", name: id, value: String(value), "aria-label": String(value) }));
  const labels = choices.map((choice) => make("label", {}, choice, make("span", { "aria-hidden": "true" }, choice.value)));
  const element = make("fieldset", { ...about, class: "field", role: "radiogroup" }, make("legend", {}, text), make("div", { class: "stars" }, ...labels), error);
  const read = () => {
    const chosen = choices.find((choice) => choice.checked);
    return chosen && Number(chosen.value);
  };
  return { field, element, control: choices[0]!, error, read };
}
