import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { ApiError } from "../core/api";
import { faults, useBot } from "../core/bot";
import type { Desk } from "../core/desk";
import type { Line } from "../core/line";
import { webAddress } from "../core/link";
import { name } from "../core/name";
import { useStore } from "../core/store";
import { count, t } from "../core/text";
import { useWide } from "../core/wide";
import { Avatar } from "../part/avatar";
import { Dialog } from "../part/dialog";
import { Icon } from "../part/icon";
import { Tabs } from "../part/tabs";
import { Actions } from "./actions";
import { Bot } from "./bot";
import { Chat } from "./chat";
import { Presence, presence } from "./conversations";
import { Log } from "./log";
import { MirrorView } from "./mirror";
import { Palette } from "./palette";
import { SessionBar } from "./session-bar";

type View = "chat" | "mirror" | "actions" | "log" | "bot";

/** One conversation: the chat, and what can be done on the visitor's page. */
export function Conversation({ desk, line }: { desk: Desk; line: Line }): JSX.Element {
  const state = useStore(line.state);
  const connected = useConnected(desk, line);
  const wide = useWide();
  const [view, setView] = useState<View>("chat");
  const [palette, setPalette] = useState(false);
  useShortcut(() => setPalette(true));
  const { sharing } = state.thread;
  useEffect(() => {
    // The page is what an agent asked to see.
    if (sharing) setView("mirror");
  }, [sharing]);
  const bot = useBot(desk.api, line.id);
  const failed = bot ? faults(bot) : 0;
  const all: readonly View[] = ["chat", "mirror", "actions", "log", "bot"];
  const views = all.filter((id) => (id !== "chat" || !wide) && (id !== "bot" || bot));
  const wanted = wide && view === "chat" ? "actions" : view;
  const shown = wanted === "bot" && !bot ? "actions" : wanted;
  const title = (id: View): string => (id === "bot" && failed > 0 ? count("botFaults", failed) : t(id === "mirror" ? "page" : id));
  const tabs = <Tabs label={t("views")} names={views.map((id) => [id, title(id)])} shown={shown} show={(id) => setView(id as View)} />;
  const actions = <Actions line={line} state={state} openPalette={() => setPalette(true)} />;
  const panels = {
    mirror: () => <MirrorView line={line} state={state} connected={connected > 0} />,
    log: () => <Log desk={desk} line={line} state={state} />,
    bot: () => <>{bot && <Bot view={bot} />}</>,
  };
  // What was asked and answered there stays while another view is shown.
  const panel = (
    <>
      <Panel view="actions" hidden={shown !== "actions"}>
        {actions}
      </Panel>
      {shown !== "chat" && shown !== "actions" && <Panel view={shown}>{panels[shown]()}</Panel>}
    </>
  );
  return (
    <>
      <main id="conversation" class="conversation" tabIndex={-1} aria-label={name(line.id)}>
        <Head desk={desk} line={line} connected={connected} />
        {!state.ended && <SessionBar desk={desk} conversation={line.id} />}
        {!wide && tabs}
        {(wide || shown === "chat") && <Chat desk={desk} line={line} state={state} connected={connected > 0} panel={!wide} />}
        {!wide && panel}
      </main>
      {wide && (
        <aside class={shown === "mirror" && sharing ? "side large" : "side"} aria-label={t("visitorsPage")}>
          {tabs}
          {panel}
        </aside>
      )}
      {palette && <Palette desk={desk} line={line} state={state} connected={connected > 0} close={() => setPalette(false)} />}
    </>
  );
}

function Panel({ view, hidden, children }: { view: View; hidden?: boolean; children: JSX.Element }): JSX.Element {
  return (
    <div class="panel" hidden={hidden} role="tabpanel" id={`panel-${view}`} aria-labelledby={`tab-${view}`}>
      {children}
    </div>
  );
}

/** Whether the visitor is there. */
function useConnected(desk: Desk, line: Line): number {
  const { rows } = useStore(desk.inbox.state);
  const [told, setTold] = useState(0);
  const row = rows.find(({ conversation }) => conversation.conversationId === line.id);
  useEffect(() => {
    // Conversations beyond the list's end are asked for one by one, as often as the list is.
    if (row) return;
    let current = true;
    desk.api.one(line.id).then(
      ({ connected }) => current && setTold(connected),
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [rows]);
  return row ? row.conversation.connected : told;
}

/** Ctrl+K, or ⌘K. */
function useShortcut(open: () => void): void {
  useLayoutEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
      event.preventDefault();
      open();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
}

function Head({ desk, line, connected }: { desk: Desk; line: Line; connected: number }): JSX.Element {
  const { ended, thread, link, problem } = useStore(line.state);
  const [asks, setAsks] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  const { sessions } = useStore(desk.sessions.state);
  const customer = sessions.find(({ conversationId }) => conversationId === line.id)?.customerName;
  return (
    <header class="head">
      <button type="button" class="plain square back" aria-label={t("back")} onClick={() => desk.route.open(undefined)}>
        <Icon name="back" />
      </button>
      <span class="face">
        <Avatar id={line.id} />
        <Presence connected={connected} ended={ended} />
      </span>
      <div class="head-text">
        <h1 ref={heading}>{customer ?? name(line.id)}</h1>
        <p class="soft">
          <span role="status">{presence(connected, ended)}</span>
          {thread.page && <PageLink {...thread.page} />}
        </p>
      </div>
      {link !== "connected" && (
        <span class={`link ${link}`} role="status">
          {t(link, { detail: problem?.detail ?? "" })}
        </span>
      )}
      {!ended && (
        <button type="button" class="quiet" onClick={() => setAsks(true)} aria-label={t("endConversation")}>
          <Icon name="end" />
          <span class="roomy">{t("end")}</span>
        </button>
      )}
      {asks && <End line={line} close={() => setAsks(false)} />}
    </header>
  );
}

function PageLink({ url, title }: { url: string; title: string }): JSX.Element {
  const address = webAddress(url);
  const shown = title || url;
  return (
    <>
      <span aria-hidden="true"> · </span>
      {address ? (
        <a href={address} title={url} target="_blank" rel="noopener noreferrer">
          {shown}
        </a>
      ) : (
        <span>{shown}</span>
      )}
    </>
  );
}

function End({ line, close }: { line: Line; close(): void }): JSX.Element {
  const [fault, setFault] = useState("");
  const end = async (): Promise<void> => {
    try {
      await line.end();
      close();
    } catch (error) {
      setFault(error instanceof ApiError && error.status !== 0 ? error.problem.detail : t("unreached"));
    }
  };
  return (
    <Dialog title={t("endQuestion")} close={close} class="small-dialog">
      <p>{t("endWhy")}</p>
      <p class="fault" role="alert">
        {fault}
      </p>
      <div class="buttons">
        <button type="button" autofocus onClick={close}>
          {t("cancel")}
        </button>
        <button type="button" class="main danger" onClick={() => void end()}>
          {t("endConversation")}
        </button>
      </div>
    </Dialog>
  );
}
