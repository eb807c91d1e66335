import type { JSX } from "preact";
import type { Line } from "../core/line";
import { pieces, webAddress } from "../core/link";
import { speaker } from "../core/name";
import type { Sending } from "../core/outbox";
import { fully, t, time } from "../core/text";
import { type Message, type Note, isSame } from "../core/thread";
import { type From, text } from "../core/wire";

/** A message; `first`: it stands under its speaker's name. */
export function MessageView({ message, me, first }: { message: Message; me: From; first: boolean }): JSX.Element {
  const { from, when } = message;
  const side = from.role === "visitor" ? "theirs" : isSame(from, me) ? "ours mine" : "ours";
  return (
    <article class={`message ${side}${first ? " first" : ""}`}>
      <p class={first ? "by" : "hidden"}>
        <strong>{speaker(from, me)}</strong>
        {from.role === "bot" && <span class="tag">{t("bot")}</span>} <time dateTime={when}>{time(when)}</time>
      </p>
      <p class="bubble" title={fully(when)}>
        <Words content={message.text} />
      </p>
    </article>
  );
}

/** Text, with its web addresses as links. */
function Words({ content }: { content: string }): JSX.Element {
  return (
    <>
      {pieces(content).map((piece, at) =>
        piece.href === undefined ? (
          piece.text
        ) : (
          <a key={at} href={piece.href} target="_blank" rel="noopener noreferrer">
            {piece.text}
          </a>
        ),
      )}
    </>
  );
}

/** A message on its way, or one that was refused. */
export function SendingView({ line, sending }: { line: Line; sending: Sending }): JSX.Element {
  const { problem, key } = sending;
  return (
    <article class={`message ours mine sending${problem ? " refused" : ""}`}>
      <p class="bubble">{text(sending.data.text)}</p>
      {problem ? (
        <p class="by fault" role="alert">
          {t("notSent", { detail: problem.detail })}
          <button type="button" class="small" onClick={() => line.retry(key)}>
            {t("retry")}
          </button>
          <button type="button" class="small" onClick={() => line.discard(key)}>
            {t("discard")}
          </button>
        </p>
      ) : (
        <p class="by soft">{t("sending")}</p>
      )}
    </article>
  );
}

/** A fact between the messages. */
export function NoteView({ note }: { note: Note }): JSX.Element {
  return (
    <p class="note">
      <NoteText note={note} />
      <time dateTime={note.when} title={fully(note.when)}>
        {time(note.when)}
      </time>
    </p>
  );
}

function NoteText({ note }: { note: Note }): JSX.Element {
  if (note.about === "ended") return <>{t("noteEnded")}</>;
  if (note.about !== "page") return <>{t(note.about === "sharing" ? "noteSharing" : "noteNotSharing")}</>;
  const address = webAddress(note.url ?? "");
  const shown = note.title || note.url;
  return (
    <span>
      {t("notePage")}{" "}
      {address ? (
        <a href={address} title={note.url} target="_blank" rel="noopener noreferrer">
          {shown}
        </a>
      ) : (
        shown
      )}
    </span>
  );
}
