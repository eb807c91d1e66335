import type { JSX } from "preact";
import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Desk } from "../core/desk";
import { type Draft, type Fault, fill } from "../core/form";
import type { Line, LineState } from "../core/line";
import { type Capabilities, type Command, find, readCapabilities } from "../core/schema";
import { useStore } from "../core/store";
import { t } from "../core/text";
import { Dialog } from "../part/dialog";
import { Doc } from "../part/doc";
import { Field } from "../part/field";
import { Icon } from "../part/icon";
import { RunState, progress } from "../part/run-state";
import { useRun } from "./actions";
import { Values } from "./log";

interface Props {
  desk: Desk;
  line: Line;
  state: LineState;
  connected: boolean;
  close(): void;
}

/** Everything the visitor's page says it can be asked: find it, fill it in, run it. */
export function Palette({ desk, line, state, connected, close }: Props): JSX.Element {
  const description = useStore(desk.description);
  const { capabilities: answer, stale } = state.thread;
  const [asked, send] = useRun(line);
  const [chosen, setChosen] = useState<string>();
  const ask = (): void => send("getCapabilities", {}, "infoRequest");
  useEffect(() => {
    if ((!answer || stale) && connected && !state.ended) ask();
  }, []);

  const known = answer && readCapabilities(answer.values, description);
  const command = known?.commands.find(({ type }) => type === chosen);
  const now = progress(state, asked);
  const asking = now?.at === "queued" || now?.at === "pending";
  return (
    <Dialog title={command?.type ?? t("commands")} close={close} class="palette">
      {!known && <Unknown asking={asking} ask={ask} canAsk={!state.ended} />}
      {known && !command && <Choose known={known} choose={setChosen} />}
      {command && <Run key={command.type} line={line} state={state} command={command} back={() => setChosen(undefined)} />}
      {known && <RunState state={state} run={asking ? asked : undefined} />}
    </Dialog>
  );
}

function Unknown({ asking, ask, canAsk }: { asking: boolean; ask(): void; canAsk: boolean }): JSX.Element {
  return (
    <div class="none" role="status">
      <p>{t(asking ? "asking" : "notAsked")}</p>
      {!asking && canAsk && (
        <button type="button" onClick={ask}>
          {t("askAgain")}
        </button>
      )}
    </div>
  );
}

/** A list to search; the arrow keys choose, Enter takes. */
function Choose({ known, choose }: { known: Capabilities; choose(type: string): void }): JSX.Element {
  const id = useId();
  const [sought, setSought] = useState("");
  const [at, setAt] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const input = useRef<HTMLInputElement>(null);
  // `autofocus` is for a list that is there when the dialog opens, this for one that comes later. Keys may follow at
  // once, so it does not wait for the next frame.
  useLayoutEffect(() => input.current?.focus(), []);
  const found = find(known.commands, sought);
  const active = found[Math.min(at, found.length - 1)];
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  }, [active?.type]);
  const press = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && found.length > 0) {
      event.preventDefault();
      setAt((Math.min(at, found.length - 1) + step + found.length) % found.length);
    } else if (event.key === "Enter" && active?.allowed) {
      event.preventDefault();
      choose(active.type);
    }
  };
  return (
    <>
      <div class="search">
        <Icon name="search" />
        <input
          ref={input}
          type="text"
          autofocus
          role="combobox"
          aria-label={t("findCommand")}
          aria-expanded="true"
          aria-autocomplete="list"
          aria-controls={`${id}-list`}
          aria-activedescendant={active && `${id}-${active.type}`}
          placeholder={t("findCommand")}
          autocomplete="off"
          spellcheck={false}
          value={sought}
          onInput={(event) => {
            setSought(event.currentTarget.value);
            setAt(0);
          }}
          onKeyDown={press}
        />
      </div>
      <ul class="choices" role="listbox" id={`${id}-list`} aria-label={t("commands")} ref={list}>
        {found.map((command) => (
          <li
            key={command.type}
            role="option"
            id={`${id}-${command.type}`}
            aria-selected={command === active}
            aria-disabled={!command.allowed || undefined}
            onClick={() => command.allowed && choose(command.type)}
          >
            <span class="choice-name">
              <code>{command.type}</code>
              <span class="tag">{t(command.dataType === "command" ? "kindCommand" : "kindRequest")}</span>
            </span>
            <span class="soft">{command.allowed ? <Doc content={command.doc} /> : t("forbidden")}</span>
          </li>
        ))}
      </ul>
      <p class="soft" role="status">
        {found.length === 0 && t("noCommand", { text: sought })}
      </p>
    </>
  );
}

interface RunProps {
  line: Line;
  state: LineState;
  command: Command;
  back(): void;
}

function Run({ line, state, command, back }: RunProps): JSX.Element {
  const [draft, setDraft] = useState<Draft>({});
  const [faults, setFaults] = useState<Readonly<Record<string, Fault>>>({});
  const [run, send] = useRun(line);
  const form = useRef<HTMLFormElement>(null);
  const now = progress(state, run);
  const answer = now?.at === "answered" ? now.call.answer : undefined;
  useLayoutEffect(() => {
    form.current?.querySelector<HTMLElement>("input, select, .main")?.focus();
  }, []);
  const submit = (event: Event): void => {
    event.preventDefault();
    const filled = fill(command.fields, draft);
    setFaults(filled.faults);
    const [first] = Object.keys(filled.faults);
    if (first === undefined) send(command.type, filled.values, command.dataType);
    else form.current?.querySelector<HTMLElement>(`[name="${CSS.escape(first)}"]`)?.focus();
  };
  return (
    <form ref={form} onSubmit={submit} noValidate class="run">
      {command.doc && (
        <p class="soft">
          <Doc content={command.doc} />
        </p>
      )}
      <div class="fields">
        {command.fields.length === 0 && <p class="hint">{t("noParams")}</p>}
        {command.fields.map((field) => (
          <Field key={field.path} field={field} draft={draft} faults={faults} change={setDraft} />
        ))}
      </div>
      {Object.keys(faults).length > 0 && (
        <p class="fault" role="alert">
          {t("faults")}
        </p>
      )}
      <RunState state={state} run={run} />
      {answer && <Values title={t("answer")} values={answer.values} />}
      <div class="buttons">
        <button type="button" onClick={back}>
          <Icon name="back" />
          {t("otherCommand")}
        </button>
        <button type="submit" class="main" disabled={state.ended}>
          {t(run === undefined ? "run" : "runAgain")}
        </button>
      </div>
    </form>
  );
}
