import { Api, type Credential } from "./api";
import { Inbox, type Row } from "./inbox";
import { Line } from "./line";
import { name } from "./name";
import { News } from "./news";
import type { Notifier } from "./notify";
import { Reads } from "./reads";
import type { Route } from "./route";
import type { Session } from "./session";
import { Sessions } from "./sessions";
import { Store } from "./store";
import { t } from "./text";
import type { Message } from "./thread";
import type { Identity } from "./token";
import { type From, type JsonObject, readConversation, readEvent, readList } from "./wire";

/** An agent at work: the list, and the conversation that is open. */
export class Desk {
  readonly api: Api;
  readonly inbox: Inbox;
  readonly sessions: Sessions;
  readonly line = new Store<Line | undefined>(undefined);
  /** What the gateway says of its commands; empty where it was not reached. */
  readonly description = new Store<JsonObject>({});
  readonly me: From;
  private readonly news: News;
  private unlisten?: () => void;

  constructor(
    base: string,
    readonly identity: Identity,
    credential: Credential,
    readonly route: Route,
    readonly notifier: Notifier,
  ) {
    this.api = new Api(base, credential);
    this.me = { role: identity.role, id: identity.name };
    this.sessions = new Sessions(this.api, (session) => this.tellOfQueue(session));
    this.inbox = new Inbox(this.api, new Reads(localStorage), (row, message) => this.tell(row, message));
    this.news = new News(this.api, {
      read: async () => void (await Promise.all([this.inbox.refresh(), this.sessions.refresh()])),
      conversation: (update) => this.heed(update),
      agents: (update) => this.sessions.heedAgents(update),
      link: (link, problem) => this.inbox.setLink(link, problem),
    });
  }

  start(): void {
    this.news.start();
    this.sessions.start();
    this.unlisten = this.route.conversation.listen(() => void this.follow());
    void this.follow();
    // Commands are usable without the explanations.
    this.api.description().then((text) => this.description.set(text), () => undefined);
  }

  stop(): void {
    this.unlisten?.();
    this.news.stop();
    this.sessions.stop();
    this.line.get()?.stop();
  }

  private async heed({ conversation, session, events }: JsonObject): Promise<void> {
    const read = readConversation(conversation);
    if (!read) return;
    this.sessions.take(read.conversationId, session);
    await this.inbox.take(read, readList(events, readEvent));
  }

  /** Opens what the address names. */
  private async follow(): Promise<void> {
    const named = this.route.conversation.get();
    const before = this.line.get();
    if (named === before?.id) return;
    before?.stop();
    this.line.set(undefined);
    if (named === undefined) return;
    const id = await this.resolve(named);
    if (this.route.conversation.get() !== named) return;
    this.route.open(id, true);
    if (this.line.get()?.id === id) return;
    const line = new Line(this.api, id, this.me);
    this.line.set(line);
    line.start();
  }

  /** `latest` is a conversation too. */
  private async resolve(id: string): Promise<string> {
    if (id !== "latest") return id;
    // Where it fails, the line meets the same and tells of it.
    return this.api.one(id).then(({ conversationId }) => conversationId, () => id);
  }

  private tell(row: Row, message: Message): void {
    const id = row.conversation.conversationId;
    if (isLookedAt() && this.line.get()?.id === id) return;
    this.notifier.tell(name(id), message.text, id, () => this.route.open(id));
  }

  private tellOfQueue({ conversationId: id }: Session): void {
    // Who looks at the console sees the queue.
    if (!isLookedAt()) this.notifier.tell(name(id), t("session_InQueue"), id, () => this.route.open(id));
  }
}

function isLookedAt(): boolean {
  return document.visibilityState === "visible" && document.hasFocus();
}
