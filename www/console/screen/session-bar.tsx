import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { ApiError } from "../core/api";
import type { Desk } from "../core/desk";
import { type Session, type Verb, verbs } from "../core/session";
import { useNow, useStore } from "../core/store";
import { type Key, isKey, lasting, t } from "../core/text";
import { isObject } from "../core/wire";
import { Dialog } from "../part/dialog";

/** Where the chat session stands, who has it, and what this agent can do with it. */
export function SessionBar({ desk, conversation }: { desk: Desk; conversation: string }): JSX.Element | null {
  const { sessions } = useStore(desk.sessions.state);
  const [transfers, setTransfers] = useState(false);
  const [fault, setFault] = useState("");
  const session = sessions.find(({ conversationId }) => conversationId === conversation);
  if (!session) return null;
  const act = async (verb: Verb): Promise<void> => {
    setFault("");
    if (verb === "transfer") {
      setTransfers(true);
      return;
    }
    await desk.sessions.act(conversation, verb).catch((error: unknown) => setFault(words(error)));
  };
  const possible = verbs(session, desk.me.id);
  return (
    <section class="session-bar" aria-label={t("session")}>
      <p role="status">
        <Standing session={session} me={desk.me.id} />
      </p>
      {possible.map((verb) => (
        <button key={verb} type="button" class={verb === "pickup" || verb === "accept" ? "main small" : "small"} onClick={() => void act(verb)}>
          {t(label(verb, session, desk.me.id))}
        </button>
      ))}
      {fault && (
        <p class="fault" role="alert">
          {fault}
        </p>
      )}
      <Forms session={session} />
      {transfers && <Transfer desk={desk} session={session} close={() => setTransfers(false)} />}
    </section>
  );
}

/** Rejecting one's own offer takes it back. */
function label(verb: Verb, session: Session, me: string | undefined): Key {
  const own = verb === "reject" && session.transferTo !== me;
  return own ? "verb_take-back" : (`verb_${verb}` as Key);
}

/** The status in words; a waiting visitor's with the time. */
export function Standing({ session, me }: { session: Session; me: string | undefined }): JSX.Element {
  const { status, user, transferTo, chatbotIsActive, waitingSince, queuePosition } = session;
  const now = useNow(1000);
  const key = `session_${status}`;
  const parts = [isKey(key) ? t(key) : status];
  if (waitingSince !== undefined) {
    const seconds = Math.max(0, Math.round((now - waitingSince) / 1000));
    parts.push(t("waiting", { time: lasting(seconds) }));
  }
  if (queuePosition !== undefined) parts.push(t("queuePlace", { n: queuePosition }));
  if (chatbotIsActive) parts.push(t("withBot"));
  if (user !== undefined) parts.push(user === me ? t("withYou") : t("withAgent", { name: user }));
  if (transferTo !== undefined) parts.push(transferTo === me ? t("offeredToYou") : t("offeredTo", { name: transferTo }));
  return <>{parts.join(" · ")}</>;
}

/** What the visitor filled in. */
function Forms({ session }: { session: Session }): JSX.Element | null {
  const forms = Object.entries(session.forms).flatMap(([form, fields]) => (isObject(fields) ? [{ form, fields }] : []));
  if (forms.length === 0) return null;
  return (
    <details>
      <summary>{t("given")}</summary>
      {forms.map(({ form, fields }) => (
        <dl key={form} class="given">
          {Object.entries(fields).map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{typeof value === "string" ? value : JSON.stringify(value)}</dd>
            </div>
          ))}
        </dl>
      ))}
    </details>
  );
}

function Transfer({ desk, session, close }: { desk: Desk; session: Session; close(): void }): JSX.Element {
  const { agents } = useStore(desk.sessions.state);
  const [to, setTo] = useState("");
  const [fault, setFault] = useState("");
  const others = agents.filter((agent) => agent !== desk.me.id);
  const offer = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (to === "") {
      setFault(t("fault_choice"));
      return;
    }
    await desk.sessions.act(session.conversationId, "transfer", { to }).then(close, (error: unknown) => setFault(words(error)));
  };
  return (
    <Dialog title={t("verb_transfer")} close={close} class="small-dialog">
      <form onSubmit={(event) => void offer(event)}>
        {others.length === 0 ? (
          <p>{t("nobodyAvailable")}</p>
        ) : (
          <div class="field">
            <label for="transfer-to">{t("transferTo")}</label>
            <select id="transfer-to" value={to} onChange={(event) => setTo(event.currentTarget.value)}>
              <option value="">{t("choose")}</option>
              {others.map((agent) => (
                <option key={agent} value={agent}>
                  {agent}
                </option>
              ))}
            </select>
          </div>
        )}
        <p class="fault" role="alert">
          {fault}
        </p>
        <div class="buttons">
          <button type="button" onClick={close}>
            {t("cancel")}
          </button>
          <button type="submit" class="main" disabled={others.length === 0}>
            {t("offer")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** What went wrong, in the gateway's words where it was reached. */
export function words(error: unknown): string {
  return error instanceof ApiError && error.status !== 0 ? error.problem.detail : t("unreached");
}
