import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { curl } from "../core/curl";
import type { Desk } from "../core/desk";
import type { Line, LineState, LocalNote } from "../core/line";
import { speaker } from "../core/name";
import type { Sending } from "../core/outbox";
import { fully, t, time, took } from "../core/text";
import type { Call } from "../core/thread";
import { type JsonObject, text } from "../core/wire";
import { Icon } from "../part/icon";
import { Chip, callProgress, statusText } from "../part/run-state";

interface Props {
  desk: Desk;
  line: Line;
  state: LineState;
}

/** Every command and request, the newest first. */
export function Log({ desk, line, state }: Props): JSX.Element {
  const sending = state.sending.filter((one) => one.dataType !== "message" && !one.heard);
  const { calls } = state.thread;
  const { notes } = state;
  if (calls.length + sending.length + notes.length === 0) {
    return (
      <div class="none">
        <strong>{t("logEmpty")}</strong>
        <p>{t("logEmptyWhy")}</p>
      </div>
    );
  }
  return (
    <ol class="log" reversed aria-label={t("log")}>
      {[...sending].reverse().map((one) => (
        <li key={one.key} class="log-entry">
          <Waiting line={line} sending={one} />
        </li>
      ))}
      {inOrder(calls, notes).map((one) =>
        "type" in one ? (
          <li key={one.id ?? one.eventId} class="log-entry">
            <Entry desk={desk} line={line} call={one} ended={state.ended} />
          </li>
        ) : (
          <li key={one.when + one.text} class="log-entry log-note">
            <span>{one.text}</span>
            <time class="soft" dateTime={one.when} title={fully(one.when)}>
              {time(one.when)}
            </time>
          </li>
        ),
      )}
    </ol>
  );
}

/** The newest first. */
function inOrder(calls: readonly Call[], notes: readonly LocalNote[]): (Call | LocalNote)[] {
  return [...calls, ...notes].sort((one, other) => Date.parse(other.when) - Date.parse(one.when));
}

/** Not in the log yet. */
function Waiting({ line, sending }: { line: Line; sending: Sending }): JSX.Element {
  const { key, problem } = sending;
  return (
    <div class="log-line">
      <code class="log-type">{text(sending.data.type)}</code>
      <Chip progress={problem ? { at: "refused", detail: problem.detail } : { at: "queued" }} />
      {problem && (
        <span class="buttons">
          <button type="button" class="small" onClick={() => line.retry(key)}>
            {t("retry")}
          </button>
          <button type="button" class="small" onClick={() => line.discard(key)}>
            {t("discard")}
          </button>
        </span>
      )}
    </div>
  );
}

interface EntryProps {
  desk: Desk;
  line: Line;
  call: Call;
  ended: boolean;
}

function Entry({ desk, line, call, ended }: EntryProps): JSX.Element {
  const [open, setOpen] = useState(false);
  const who = speaker(call.from, desk.me);
  return (
    <>
      <button type="button" class="log-line" aria-expanded={open} onClick={() => setOpen(!open)}>
        <code class="log-type">{call.type}</code>
        <Chip progress={callProgress(call)} />
        <span class="log-by soft">
          {who} · <time dateTime={call.when}>{time(call.when)}</time>
          {call.answer && ` · ${took(call.when, call.answer.when)}`}
        </span>
      </button>
      {open && (
        <div class="log-more">
          <dl>
            <dt>{t("who")}</dt>
            <dd>
              {who} <span class="soft">({call.from.role})</span>
            </dd>
            <dt>{t("when")}</dt>
            <dd>{fully(call.when)}</dd>
            <dt>{t("status")}</dt>
            <dd>
              {call.answer ? (
                <>
                  {statusText(call.answer.status)} <code>{call.answer.status}</code>
                </>
              ) : (
                t("pending")
              )}
            </dd>
          </dl>
          <Values title={t("parameters")} values={call.params} />
          {call.answer && <Values title={t("answer")} values={call.answer.values} />}
          <div class="buttons">
            <Copy content={() => curl(desk.api.base, line.id, call.dataType, { type: call.type, ...call.params })} />
            {!ended && (
              <button type="button" class="small" onClick={() => line.post(call.dataType, { type: call.type, ...call.params })}>
                {t("again")}
              </button>
            )}
          </div>
        </div>
      )}
    </>
  );
}

/** JSON, as text. */
export function Values({ title, values }: { title: string; values: JsonObject }): JSX.Element {
  const empty = Object.keys(values).length === 0;
  return (
    <div class="values">
      <strong>{title}</strong>
      {empty ? (
        <p class="soft">{t("none")}</p>
      ) : (
        <pre tabIndex={0} role="region" aria-label={title}>
          {JSON.stringify(values, null, 2)}
        </pre>
      )}
    </div>
  );
}

/** How long the button says what became of it, in milliseconds. */
const SAID_MS = 2000;

function Copy({ content }: { content(): string }): JSX.Element {
  const [said, setSaid] = useState<"copied" | "notCopied">();
  const copy = async (): Promise<void> => {
    // There is no clipboard on plain http, save on this machine.
    const copied = await navigator.clipboard?.writeText(content()).then(() => true, () => false);
    setSaid(copied ? "copied" : "notCopied");
    setTimeout(() => setSaid(undefined), SAID_MS);
  };
  return (
    <>
      <button type="button" class="small" onClick={() => void copy()}>
        <Icon name="copy" />
        {t("copyCurl")}
      </button>
      <span role="status" class="soft">
        {said && t(said)}
      </span>
    </>
  );
}
