import type { Api } from "./api";
import type { Reads } from "./reads";
import { Store } from "./store";
import { type Message, type Turn, readThread, readTurn } from "./thread";
import { type Conversation, END, type LogEvent, type Problem, START } from "./wire";

export interface Row extends Turn {
  conversation: Conversation;
  /** Where the visitor is, where it was told. */
  page?: { url: string; title: string };
}

export interface InboxState {
  link: "connecting" | "connected" | "reconnecting" | "refused";
  problem?: Problem;
  rows: readonly Row[];
}

/** Visitor's messages nobody read, by conversation. */
export type News = (row: Row, message: Message) => void;

/** What is known of a conversation's newest events. */
interface Look {
  head: string;
  messages: Message[];
  page?: Row["page"];
}

const SHOWN = 100;
/** Conversations kept: older ones come in when something is said in them. */
const KEPT = 2 * SHOWN;
/** How many of a conversation's newest events are looked at. */
const LOOKED_AT = 30;
/** Requests at once. */
const WIDTH = 6;
const LOOKED_FOR = ["message", "visitorEvent"];
/** A log's first event. */
const FIRST = "0000000000000001";

/** The list of conversations: read once, then kept fresh by what the gateway tells. */
export class Inbox {
  readonly state = new Store<InboxState>({ link: "connecting", rows: [] });
  private readonly looks = new Map<string, Look>();
  private conversations: Conversation[] = [];
  private wasRead = false;

  constructor(
    private readonly api: Api,
    private readonly reads: Reads,
    private readonly news: News,
  ) {}

  setLink(link: InboxState["link"], problem?: Problem): void {
    this.state.patch({ link, ...(problem ? { problem } : {}) });
  }

  /** The agent has seen a conversation up to this event. */
  read(id: string, eventId: string): void {
    if (this.reads.set(id, eventId)) this.show();
  }

  /** Reads the list, and looks into the conversations that have grown. */
  async refresh(): Promise<void> {
    this.conversations = await this.api.list(SHOWN);
    const grown = this.conversations.filter(({ conversationId, head }) => this.looks.get(conversationId)?.head !== head);
    const work = async (): Promise<void> => {
      for (let one = grown.shift(); one; one = grown.shift()) await this.lookInto(one);
    };
    await Promise.all(Array.from({ length: WIDTH }, work));
    this.forget();
    this.wasRead = true;
    this.show();
  }

  /** A conversation as it is now, and what was said in it. */
  async take(conversation: Conversation, events: readonly LogEvent[]): Promise<void> {
    const { conversationId: id, head } = conversation;
    const at = this.conversations.findIndex((one) => one.conversationId === id);
    if (at >= 0) this.conversations[at] = conversation;
    else this.conversations.unshift(conversation);
    const isWhole = this.looks.has(id) || head === START || events[0]?.eventId === FIRST;
    if (isWhole) this.heed(conversation, events);
    else await this.lookInto(conversation);
    this.forget();
    this.show();
  }

  private async lookInto(conversation: Conversation): Promise<void> {
    this.heed(conversation, await this.api.before(conversation.conversationId, END, LOOKED_AT, LOOKED_FOR));
  }

  private heed(conversation: Conversation, events: readonly LogEvent[]): void {
    const { conversationId: id, head } = conversation;
    const before = this.looks.get(id);
    const thread = readThread(events);
    const known = before?.messages.at(-1)?.eventId ?? "";
    const said = thread.items.flatMap((item) => ("message" in item ? [item.message] : []));
    const fresh = said.filter(({ eventId }) => eventId > known);
    const messages = [...(before?.messages ?? []), ...fresh].slice(-LOOKED_AT);
    const page = thread.page ?? before?.page;
    this.looks.set(id, page ? { head, messages, page } : { head, messages });
    const newest = fresh.filter((message) => message.from.role === "visitor").at(-1);
    if (this.wasRead && newest) this.news(this.row(conversation), newest);
  }

  /** What is too far back is read again when it comes up. */
  private forget(): void {
    this.conversations = this.conversations.slice(0, KEPT);
    const ids = new Set(this.conversations.map(({ conversationId }) => conversationId));
    for (const id of this.looks.keys()) if (!ids.has(id)) this.looks.delete(id);
  }

  private row(conversation: Conversation): Row {
    const look = this.looks.get(conversation.conversationId);
    const turn = readTurn(look?.messages ?? [], this.reads.get(conversation.conversationId));
    return { conversation, ...turn, ...(look?.page ? { page: look.page } : {}) };
  }

  private show(): void {
    const rows = this.conversations.map((conversation) => this.row(conversation));
    rows.sort((one, other) => (activity(one) < activity(other) ? 1 : -1));
    this.state.patch({ rows });
  }
}

/** When something was said last, RFC 3339. */
export function activity({ last, conversation }: Row): string {
  return last?.when ?? conversation.createdAt;
}
