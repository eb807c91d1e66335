import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { type Draft, type Fault, fill } from "../core/form";
import type { Line, LineState } from "../core/line";
import type { Field as Shape } from "../core/schema";
import { t } from "../core/text";
import { Field } from "../part/field";
import { Icon } from "../part/icon";
import { RunState } from "../part/run-state";
import { Part, isForbidden, useRun } from "./actions";

const LABEL: Shape = { kind: "text", name: "label", path: "label", required: false };
const ELEMENT: readonly Shape[] = [{ kind: "text", name: "selector", path: "selector", required: true }, LABEL];
const SIDES = ["top", "left", "width", "height"] as const;
const RECT: readonly Shape[] = [
  {
    kind: "object",
    name: "rect",
    path: "rect",
    required: true,
    fields: SIDES.map((name) => ({ kind: "length", name, path: `rect.${name}`, required: true })),
  },
  LABEL,
];

/** Draws a square round an element or a rectangle of the visitor's page. */
export function Point({ line, state }: { line: Line; state: LineState }): JSX.Element {
  const [byRect, setByRect] = useState(false);
  const [draft, setDraft] = useState<Draft>({});
  const [faults, setFaults] = useState<Readonly<Record<string, Fault>>>({});
  const [run, send] = useRun(line);
  const forbidden = state.ended || isForbidden(state, "highlightDom");
  const fields = byRect ? RECT : ELEMENT;
  const common = { draft, faults, change: setDraft };
  const submit = (event: Event): void => {
    event.preventDefault();
    const filled = fill(fields, draft);
    setFaults(filled.faults);
    if (Object.keys(filled.faults).length === 0) send("highlightDom", byRect ? { selector: "", ...filled.values } : filled.values);
  };
  return (
    <Part title={t("point")}>
      <form onSubmit={submit} noValidate>
        <div class="segments" role="group" aria-label={t("pointBy")}>
          {([false, true] as const).map((rect) => (
            <button key={String(rect)} type="button" aria-pressed={byRect === rect} onClick={() => setByRect(rect)}>
              {t(rect ? "rectangle" : "element")}
            </button>
          ))}
        </div>
        {byRect ? (
          <div class="quarters">
            {SIDES.map((name) => (
              <Field key={name} {...common} field={{ kind: "length", name, path: `rect.${name}`, required: true }} caption={t(name)} />
            ))}
          </div>
        ) : (
          <Field {...common} field={{ kind: "text", name: "selector", path: "selector", required: true }} caption={t("xpath")} />
        )}
        <Field {...common} field={LABEL} caption={t("label")} />
        <div class="buttons">
          <button type="submit" class="main" disabled={forbidden}>
            <Icon name="point" />
            {t("highlight")}
          </button>
          <button type="button" disabled={forbidden} onClick={() => send("clearHighlight")}>
            {t("clear")}
          </button>
        </div>
      </form>
      <RunState state={state} run={run} />
    </Part>
  );
}
