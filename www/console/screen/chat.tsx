import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Desk } from "../core/desk";
import type { Line, LineState } from "../core/line";
import { speaker } from "../core/name";
import { useNow } from "../core/store";
import { day, t } from "../core/text";
import { type Item, isSame } from "../core/thread";
import { Icon } from "../part/icon";
import { Composer } from "./composer";
import { MessageView, NoteView, SendingView } from "./message";

interface Props {
  desk: Desk;
  line: Line;
  state: LineState;
  connected: boolean;
  /** Whether it is one of the tabs' panels. */
  panel: boolean;
}

/** How near the end counts as the end, in pixels. */
const NEAR = 80;
/** Messages of one person within this time stand together, in milliseconds. */
const TOGETHER = 5 * 60_000;

/** The messages, and where one writes. */
export function Chat({ desk, line, state, connected, panel }: Props): JSX.Element {
  const role = panel ? { role: "tabpanel" as const, id: "panel-chat", "aria-labelledby": "tab-chat" } : {};
  useRead(desk, line, state);
  return (
    <div class="chat" {...role}>
      <Messages desk={desk} line={line} state={state} />
      <p class="typing" role="status">
        {state.typing && t("typing", { who: speaker(state.typing, desk.me) })}
      </p>
      {state.ended ? (
        <p class="notice">{t("endedNotice")}</p>
      ) : (
        <>
          {!connected && !state.loading && <p class="notice">{t("awayNotice")}</p>}
          <Composer line={line} />
        </>
      )}
    </div>
  );
}

/** What is on the screen of somebody who looks at it is read. */
function useRead(desk: Desk, line: Line, state: LineState): void {
  useEffect(() => {
    const last = state.thread.items.filter((item) => "message" in item).at(-1);
    const read = (): void => {
      if (last && "message" in last && document.visibilityState === "visible" && document.hasFocus()) {
        desk.inbox.read(line.id, last.message.eventId);
      }
    };
    read();
    addEventListener("focus", read);
    return () => removeEventListener("focus", read);
  }, [state.thread]);
}

function Messages({ desk, line, state }: Pick<Props, "desk" | "line" | "state">): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  const stay = useRef({ first: "", height: 0 });
  const sending = state.sending.filter((one) => one.dataType === "message" && !one.heard);
  const { items } = state.thread;
  const first = idOf(items[0]);

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const before = stay.current;
    if (atEnd) element.scrollTop = element.scrollHeight;
    else if (before.first !== first) element.scrollTop += element.scrollHeight - before.height;
    stay.current = { first, height: element.scrollHeight };
  }, [items.length, sending.length, first]);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      if (atEnd) element.scrollTop = element.scrollHeight;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [atEnd]);

  const scrolled = ({ currentTarget: { scrollHeight, scrollTop, clientHeight } }: { currentTarget: HTMLElement }): void =>
    setAtEnd(scrollHeight - scrollTop - clientHeight < NEAR);
  const toEnd = (): void => {
    setAtEnd(true);
    box.current?.scrollTo({ top: box.current.scrollHeight });
  };
  return (
    <div class="messages-frame">
      <div class="messages" ref={box} onScroll={scrolled} role="log" aria-label={t("messages")} tabIndex={0}>
        {state.loading ? <p class="soft centre">{t("loading")}</p> : <Beginning line={line} earlier={state.earlier} />}
        <Timeline desk={desk} items={items} />
        {sending.map((one) => (
          <SendingView key={one.key} line={line} sending={one} />
        ))}
      </div>
      {!atEnd && (
        <button type="button" class="to-end" onClick={toEnd}>
          <Icon name="down" />
          {t("latest")}
        </button>
      )}
    </div>
  );
}

function Beginning({ line, earlier }: { line: Line; earlier: boolean }): JSX.Element {
  const [busy, setBusy] = useState(false);
  if (!earlier) return <p class="soft centre">{t("startOf")}</p>;
  const read = (): void => {
    setBusy(true);
    // Where it fails the button is there to press again.
    void line.readEarlier().catch(() => undefined).finally(() => setBusy(false));
  };
  return (
    <p class="centre">
      <button type="button" class="small" aria-disabled={busy} onClick={read}>
        {t(busy ? "loading" : "earlier")}
      </button>
    </p>
  );
}

function Timeline({ desk, items }: { desk: Desk; items: readonly Item[] }): JSX.Element {
  const now = useNow(60_000);
  return (
    <>
      {items.map((item, at) => {
        const before = items[at - 1];
        const newDay = !before || day(whenOf(before), now) !== day(whenOf(item), now);
        return (
          <div key={idOf(item)} class="item">
            {newDay && (
              <p class="day">
                <span>{day(whenOf(item), now)}</span>
              </p>
            )}
            {"message" in item ? (
              <MessageView message={item.message} me={desk.me} first={newDay || !goesOn(before, item)} />
            ) : (
              <NoteView note={item.note} />
            )}
          </div>
        );
      })}
    </>
  );
}

/** Whether a message stands under the name of the one before. */
function goesOn(before: Item | undefined, item: Item): boolean {
  if (!before || !("message" in before) || !("message" in item)) return false;
  const apart = Date.parse(item.message.when) - Date.parse(before.message.when);
  return isSame(before.message.from, item.message.from) && apart < TOGETHER;
}

function idOf(item: Item | undefined): string {
  if (!item) return "";
  return "message" in item ? item.message.eventId : item.note.eventId;
}

function whenOf(item: Item): string {
  return "message" in item ? item.message.when : item.note.when;
}
