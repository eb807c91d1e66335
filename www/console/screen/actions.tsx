import type { ComponentChildren, JSX } from "preact";
import { useId, useState } from "preact/hooks";
import type { Line, LineState } from "../core/line";
import { t } from "../core/text";
import { isObject, readList, text, type JsonObject } from "../core/wire";
import { Icon } from "../part/icon";
import { RunState, progress } from "../part/run-state";
import { Point } from "./point";

interface Props {
  line: Line;
  state: LineState;
  openPalette(): void;
}

/** What is done often on the visitor's page, each with its own state. */
export function Actions({ line, state, openPalette }: Props): JSX.Element {
  const off = state.ended;
  return (
    <div class="actions">
      <button type="button" class="wide palette-button" aria-keyshortcuts="Control+K Meta+K" onClick={openPalette} disabled={off}>
        <Icon name="command" />
        {t("allCommands")}
        <kbd>Ctrl K</kbd>
      </button>
      <Point line={line} state={state} />
      <Navigate line={line} state={state} />
      <Page line={line} state={state} />
    </div>
  );
}

/** A part of the quick bar. */
export function Part({ title, children }: { title: string; children: ComponentChildren }): JSX.Element {
  return (
    <section class="part">
      <h2>{title}</h2>
      {children}
    </section>
  );
}

/** Sends commands and remembers the last one, to tell of it. */
export function useRun(line: Line): [string | undefined, (type: string, params?: JsonObject, dataType?: string) => void] {
  const [run, setRun] = useState<string>();
  const send = (type: string, params: JsonObject = {}, dataType = "command"): void =>
    setRun(line.post(dataType, { type, ...params }));
  return [run, send];
}

/** Whether the page said that the site does not allow a command. */
export function isForbidden(state: LineState, type: string): boolean {
  const rows = readList(state.thread.capabilities?.values.commands, (row) => (isObject(row) ? row : undefined));
  return rows.some((row) => row.type === type && row.allowed === false);
}

/** Leads the visitor to another page. */
export function Navigate({ line, state }: Pick<Props, "line" | "state">): JSX.Element {
  const [url, setUrl] = useState("");
  const [fault, setFault] = useState(false);
  const [run, send] = useRun(line);
  const id = useId();
  const forbidden = isForbidden(state, "navigateTo");
  const submit = (event: Event): void => {
    event.preventDefault();
    setFault(url.trim() === "");
    if (url.trim() !== "") send("navigateTo", { url: url.trim() });
  };
  return (
    <Part title={t("navigate")}>
      <form class="row" onSubmit={submit}>
        <input
          type="text"
          inputMode="url"
          aria-label={t("address")}
          placeholder={t("address")}
          autocomplete="off"
          spellcheck={false}
          value={url}
          aria-invalid={fault || undefined}
          aria-describedby={fault ? id : undefined}
          onInput={(event) => setUrl(event.currentTarget.value)}
        />
        <button type="submit" disabled={state.ended || forbidden}>
          <Icon name="go" />
          {t("go")}
        </button>
      </form>
      {fault && (
        <p class="fault" id={id}>
          {t("fault_required")}
        </p>
      )}
      {forbidden && <p class="hint">{t("forbidden")}</p>}
      <RunState state={state} run={run} />
    </Part>
  );
}

function Page({ line, state }: Pick<Props, "line" | "state">): JSX.Element {
  const { inputDisabled, sharing } = state.thread;
  return (
    <Part title={t("page")}>
      <div class="stack">
        <Act line={line} state={state} type="disableChatInput" params={{ value: !inputDisabled }}>
          {t(inputDisabled ? "inputOn" : "inputOff")}
        </Act>
        <Act line={line} state={state} type="initiateCoBrowse" params={{ coBrowseState: sharing ? "disabled" : "requestPermission" }}>
          {t(sharing ? "endShare" : "requestShare")}
        </Act>
        <Act line={line} state={state} type="getLocalTime" request tell={localTime}>
          {t("localTime")}
        </Act>
      </div>
    </Part>
  );
}

interface ActProps {
  line: Line;
  state: LineState;
  type: string;
  params?: JsonObject;
  /** It asks, and changes nothing. */
  request?: boolean;
  /** What the answer says, in short. */
  tell?(values: JsonObject): string;
  children: ComponentChildren;
}

/** A command that takes one press. */
export function Act({ line, state, type, params, request, tell, children }: ActProps): JSX.Element {
  const [run, send] = useRun(line);
  const now = progress(state, run);
  const busy = now?.at === "queued" || now?.at === "pending";
  const forbidden = isForbidden(state, type);
  const answer = now?.at === "answered" ? now.call.answer : undefined;
  const told = answer?.status === "success" && tell?.(answer.values);
  const act = (): void => {
    if (!busy) send(type, params, request ? "infoRequest" : "command");
  };
  return (
    <div class="act">
      <button type="button" aria-disabled={busy || undefined} disabled={state.ended || forbidden} onClick={act}>
        {children}
      </button>
      {forbidden && <span class="hint">{t("forbidden")}</span>}
      {told ? (
        <span class="told" role="status">
          {told}
        </span>
      ) : (
        <RunState state={state} run={run} />
      )}
    </div>
  );
}

/** The visitor's clock, where they are. */
export function localTime(values: JsonObject): string {
  const value = text(values.value) ?? "";
  const offset = typeof values.utcOffset === "number" ? values.utcOffset : 0;
  const local = new Date(Date.parse(value) + offset * 60_000);
  if (Number.isNaN(local.valueOf())) return value;
  return [local.toISOString().slice(11, 16), text(values.timeZone)].filter(Boolean).join(" · ");
}
