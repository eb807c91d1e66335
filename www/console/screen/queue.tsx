import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Desk } from "../core/desk";
import { name } from "../core/name";
import { href } from "../core/route";
import { type Session, queue } from "../core/session";
import { useStore } from "../core/store";
import { t } from "../core/text";
import { Avatar } from "../part/avatar";
import { Standing, words } from "./session-bar";

/** Who waits for an agent, the longest first, and what is offered to this one. */
export function Queue({ desk }: { desk: Desk }): JSX.Element {
  const { sessions } = useStore(desk.sessions.state);
  const offered = sessions.filter(({ transferTo }) => transferTo !== undefined && transferTo === desk.me.id);
  const waiting = [...offered, ...queue(sessions)];
  if (waiting.length === 0) {
    return (
      <div class="none">
        <strong>{t("nobodyWaits")}</strong>
        <p>{t("nobodyWaitsWhy")}</p>
      </div>
    );
  }
  return (
    <ul>
      {waiting.map((session) => (
        <Waiting key={session.conversationId} desk={desk} session={session} />
      ))}
    </ul>
  );
}

function Waiting({ desk, session }: { desk: Desk; session: Session }): JSX.Element {
  const [fault, setFault] = useState("");
  const id = session.conversationId;
  const verb = session.transferTo === desk.me.id ? "accept" : "pickup";
  const shown = session.customerName ?? name(id);
  const take = async (): Promise<void> => {
    setFault("");
    await desk.sessions.act(id, verb).then(
      () => desk.route.open(id),
      (error: unknown) => setFault(words(error)),
    );
  };
  const open = (event: MouseEvent): void => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    desk.route.open(id);
  };
  return (
    <li class="waits">
      <a href={href(id)} class="entry" onClick={open}>
        <span class="face">
          <Avatar id={id} />
        </span>
        <span class="entry-name">{shown}</span>
        <span class="entry-last">
          <Standing session={session} me={desk.me.id} />
        </span>
      </a>
      <button type="button" class="small main" onClick={() => void take()} aria-label={t("takeWhom", { what: t(`verb_${verb}`), name: shown })}>
        {t(`verb_${verb}`)}
      </button>
      {fault && (
        <p class="fault" role="alert">
          {fault}
        </p>
      )}
    </li>
  );
}

/** How many wait, for the button that shows them. */
export function useWaiting(desk: Desk): number {
  const { sessions } = useStore(desk.sessions.state);
  return queue(sessions).length + sessions.filter(({ transferTo }) => transferTo !== undefined && transferTo === desk.me.id).length;
}
