import type { JSX } from "preact";
import { isKey, t, took } from "../core/text";
import type { LineState } from "../core/line";
import { type Call, isSuccess } from "../core/thread";
import { Doc } from "./doc";
import { Icon } from "./icon";

/** Where a command stands. */
export type Progress =
  | { at: "queued" }
  | { at: "refused"; detail: string }
  | { at: "pending"; call: Call }
  | { at: "answered"; call: Call; status: string };

/** Where the command that was sent under this key stands. */
export function progress(state: LineState, key: string | undefined): Progress | undefined {
  if (key === undefined) return undefined;
  const call = state.thread.calls.find((one) => one.id === key);
  if (call) return callProgress(call);
  const sending = state.sending.find((one) => one.key === key);
  if (!sending) return undefined;
  return sending.problem ? { at: "refused", detail: sending.problem.detail } : { at: "queued" };
}

export function callProgress(call: Call): Progress {
  return call.answer ? { at: "answered", call, status: call.answer.status } : { at: "pending", call };
}

/** The words for a status. */
export function statusText(status: string): string {
  const key = `status_${isSuccess(status) ? "success" : (status.split("|")[1] ?? "error")}`;
  return isKey(key) ? t(key) : status;
}

export function tone(status: string): "good" | "warn" | "bad" {
  if (isSuccess(status)) return "good";
  return status === "error|cancelled" || status === "error|notAllowed" ? "warn" : "bad";
}

/** A chip that says where a command stands. */
export function Chip({ progress }: { progress: Progress }): JSX.Element {
  switch (progress.at) {
    case "queued":
      return <span class="chip idle">{t("queued")}</span>;
    case "refused":
      return <span class="chip bad">{t("refused", { detail: progress.detail })}</span>;
    case "pending":
      return (
        <span class="chip idle">
          <span class="pulse" aria-hidden="true" />
          {t("pending")}
        </span>
      );
    case "answered": {
      const good = tone(progress.status) === "good";
      return (
        <span class={`chip ${tone(progress.status)}`}>
          <Icon name={good ? "check" : "cross"} />
          {statusText(progress.status)}
        </span>
      );
    }
  }
}

/** A command's own place for its state: what happens there is read out. */
export function RunState({ state, run }: { state: LineState; run: string | undefined }): JSX.Element {
  const now = progress(state, run);
  return (
    <div class="run-state" role="status">
      {now && <Chip progress={now} />}
      {now?.at === "answered" && <Outcome call={now.call} />}
    </div>
  );
}

/** How long it took, or what went wrong. */
function Outcome({ call }: { call: Call }): JSX.Element | null {
  if (!call.answer) return null;
  const { status, values, when } = call.answer;
  if (isSuccess(status)) return <span class="soft">{took(call.when, when)}</span>;
  const why = values.message ?? values.result;
  return typeof why === "string" ? (
    <span class="why">
      <Doc content={why} />
    </span>
  ) : null;
}
