import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Desk } from "../core/desk";
import type { Row } from "../core/inbox";
import { name, speaker } from "../core/name";
import { href } from "../core/route";
import { useNow, useStore } from "../core/store";
import { count, fully, moment, since, t } from "../core/text";
import type { From } from "../core/wire";
import { Avatar } from "../part/avatar";
import { Icon } from "../part/icon";
import { Conversation } from "./conversation";
import { Queue, useWaiting } from "./queue";
import { type Account, Top } from "./top";

/** The list of conversations, and the one that is open. */
export function Conversations({ desk, account }: { desk: Desk; account: Account }): JSX.Element {
  const { rows, link } = useStore(desk.inbox.state);
  const line = useStore(desk.line);
  const openId = useStore(desk.route.conversation);
  useTitle(rows, openId);
  return (
    <div class={openId === undefined ? "console" : "console has-open"}>
      <a class="skip" href="#conversation" onClick={(event) => focusOn(event, "conversation")}>
        {t("skip")}
      </a>
      <Top desk={desk} account={account} />
      <List desk={desk} rows={rows} loading={link === "connecting"} openId={openId} />
      {line ? <Conversation key={line.id} desk={desk} line={line} /> : <Nothing />}
    </div>
  );
}

function focusOn(event: Event, id: string): void {
  event.preventDefault();
  document.getElementById(id)?.focus();
}

function Nothing(): JSX.Element {
  return (
    <main id="conversation" class="conversation empty" tabIndex={-1}>
      <Icon name="talk" />
      <h1>{t("pick")}</h1>
      <p class="soft">{t("pickWhy")}</p>
    </main>
  );
}

/** How many messages nobody read, beside what is open. */
function useTitle(rows: readonly Row[], openId: string | undefined): void {
  const unread = rows.reduce((sum, row) => sum + (row.conversation.ended ? 0 : row.unread), 0);
  useEffect(() => {
    const what = openId === undefined ? t("title") : `${name(openId)} – ${t("title")}`;
    document.title = unread > 0 ? `(${unread}) ${what}` : what;
  }, [unread, openId]);
}

interface ListProps {
  desk: Desk;
  rows: readonly Row[];
  loading: boolean;
  openId: string | undefined;
}

function List({ desk, rows, loading, openId }: ListProps): JSX.Element {
  const [view, setView] = useState<"open" | "queue" | "ended">("open");
  const ended = view === "ended";
  const waiting = useWaiting(desk);
  const [sought, setSought] = useState("");
  const now = useNow(5000);
  const open = rows.filter((row) => !row.conversation.ended);
  const shown = (ended ? rows.filter((row) => row.conversation.ended) : open).filter((row) => matches(row, sought));
  return (
    <nav class="inbox" aria-label={t("conversations")}>
      <div class="inbox-head">
        <h2>{t("conversations")}</h2>
        <div class="segments" role="group" aria-label={t("status")}>
          {(["open", "queue", "ended"] as const).map((id) => (
            <button key={id} type="button" aria-pressed={view === id} onClick={() => setView(id)}>
              {t(id === "ended" ? "endedOnes" : id)}{" "}
              <span class="number">{{ open: open.length, queue: waiting, ended: rows.length - open.length }[id]}</span>
            </button>
          ))}
        </div>
        {view !== "queue" && (
          <div class="search">
            <Icon name="search" />
            <input
              type="search"
              aria-label={t("find")}
              placeholder={t("find")}
              value={sought}
              onInput={(event) => setSought(event.currentTarget.value)}
            />
          </div>
        )}
      </div>
      {view === "queue" ? (
        <Queue desk={desk} />
      ) : shown.length > 0 ? (
        <ul onKeyDown={move}>
          {shown.map((row) => (
            <Entry key={row.conversation.conversationId} row={row} desk={desk} now={now} openId={openId} />
          ))}
        </ul>
      ) : (
        !loading && <NoneHere ended={ended} sought={sought} />
      )}
    </nav>
  );
}

function NoneHere({ ended, sought }: { ended: boolean; sought: string }): JSX.Element {
  if (sought !== "") return <p class="none">{t("noneFound", { text: sought })}</p>;
  return (
    <div class="none">
      <strong>{t(ended ? "noneEnded" : "noneOpen")}</strong>
      {!ended && <p>{t("noneOpenWhy")}</p>}
    </div>
  );
}

function matches({ conversation, last, page }: Row, sought: string): boolean {
  const words = sought.trim().toLowerCase();
  const content = [name(conversation.conversationId), conversation.conversationId, last?.text, page?.title, page?.url];
  return words === "" || content.join("\n").toLowerCase().includes(words);
}

/** The arrow keys go from conversation to conversation. */
function move(event: KeyboardEvent): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined || !(event.currentTarget instanceof Element)) return;
  const links = [...event.currentTarget.querySelectorAll("a")];
  const next = links[links.findIndex((link) => link === document.activeElement) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

interface EntryProps {
  row: Row;
  desk: Desk;
  now: number;
  openId: string | undefined;
}

function Entry({ row, desk, now, openId }: EntryProps): JSX.Element {
  const { conversation, last, unread, waitingSince, page } = row;
  const id = conversation.conversationId;
  const open = (event: MouseEvent): void => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    desk.route.open(id);
  };
  const when = last?.when ?? conversation.createdAt;
  const isUnread = unread > 0 && !conversation.ended;
  return (
    <li>
      <a href={href(id)} aria-current={id === openId ? "page" : undefined} class={isUnread ? "entry unread" : "entry"} onClick={open}>
        <span class="face">
          <Avatar id={id} />
          <Presence connected={conversation.connected} ended={conversation.ended} />
        </span>
        <span class="entry-line">
          <span class="entry-name">{name(id)}</span>
          <time class="entry-time" dateTime={when} title={fully(when)}>
            {moment(when, now)}
          </time>
        </span>
        <span class="entry-line">
          <span class="entry-last">{last ? excerpt(last.from, last.text, desk.me) : t("noMessages")}</span>
          {isUnread && (
            <span class="badge">
              <span aria-hidden="true">{unread}</span>
              <span class="hidden">{count("unread", unread)}</span>
            </span>
          )}
        </span>
        <span class="entry-line entry-foot">
          <span class="entry-page">{page && (page.title || page.url)}</span>
          {waitingSince && !conversation.ended && (
            <span class="waiting" title={t("waiting", { time: since(waitingSince, now) })}>
              <Icon name="clock" />
              <span class="hidden">{t("waiting", { time: since(waitingSince, now) })}</span>
              <span aria-hidden="true">{since(waitingSince, now)}</span>
            </span>
          )}
        </span>
      </a>
    </li>
  );
}

function excerpt(from: From, content: string, me: From): string {
  if (from.role === "visitor") return content;
  const who = speaker(from, me);
  return who === t("you") ? t("youSaid", { text: content }) : t("said", { who, text: content });
}

/** Whether the visitor is there, and in how many tabs. */
export function presence(connected: number, ended: boolean): string {
  if (ended) return t("ended");
  if (connected === 0) return t("away");
  return connected === 1 ? t("online") : t("onlineTabs", { n: connected });
}

/** A dot whose colour the words say too. */
export function Presence({ connected, ended }: { connected: number; ended: boolean }): JSX.Element {
  const text = presence(connected, ended);
  return (
    <span class={`dot ${connected > 0 && !ended ? "on" : "off"}`} title={text}>
      <span class="hidden">{text}</span>
    </span>
  );
}
