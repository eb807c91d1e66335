import { type Api, isFinal } from "./api";
import { delay } from "./backoff";
import type { Reads } from "./reads";
import { Store } from "./store";
import { type Message, type Turn, readThread, readTurn } from "./thread";
import { type Conversation, END, type Problem } from "./wire";

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

const PERIOD_MS = 2000;
const SHOWN = 100;
/** How many of a conversation's newest events are looked at. */
const LOOKED_AT = 30;
/** Requests at once. */
const WIDTH = 6;
const LOOKED_FOR = ["message", "visitorEvent"];

/** The list of conversations, kept fresh by asking. */
export class Inbox {
  readonly state = new Store<InboxState>({ link: "connecting", rows: [] });
  private readonly looks = new Map<string, { head: string; messages: Message[]; page?: Row["page"] }>();
  private conversations: Conversation[] = [];
  private timer?: ReturnType<typeof setTimeout>;
  private failures = 0;
  private stopped = false;

  constructor(
    private readonly api: Api,
    private readonly reads: Reads,
    private readonly news: News,
  ) {}

  start(): void {
    void this.poll();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  /** The agent has seen a conversation up to this event. */
  read(id: string, eventId: string): void {
    if (this.reads.set(id, eventId)) this.show();
  }

  private async poll(): Promise<void> {
    try {
      const first = this.state.get().link === "connecting";
      this.conversations = await this.api.list(SHOWN);
      await this.look(first);
      this.failures = 0;
      if (this.stopped) return;
      this.state.patch({ link: "connected" });
      this.show();
      this.timer = setTimeout(() => void this.poll(), PERIOD_MS);
    } catch (error) {
      if (this.stopped) return;
      if (isFinal(error)) {
        this.state.patch({ link: "refused", problem: error.problem });
        return;
      }
      this.state.patch({ link: "reconnecting" });
      this.timer = setTimeout(() => void this.poll(), delay(this.failures));
      this.failures += 1;
    }
  }

  /** Looks into the conversations that have grown. */
  private async look(first: boolean): Promise<void> {
    const grown = this.conversations.filter(({ conversationId, head }) => this.looks.get(conversationId)?.head !== head);
    const work = async (): Promise<void> => {
      for (let one = grown.shift(); one && !this.stopped; one = grown.shift()) await this.lookInto(one, first);
    };
    await Promise.all(Array.from({ length: WIDTH }, work));
    const ids = new Set(this.conversations.map(({ conversationId }) => conversationId));
    for (const id of this.looks.keys()) if (!ids.has(id)) this.looks.delete(id);
  }

  private async lookInto(conversation: Conversation, first: boolean): Promise<void> {
    const { conversationId: id, head } = conversation;
    const before = this.looks.get(id);
    const thread = readThread(await this.api.before(id, END, LOOKED_AT, LOOKED_FOR));
    const messages = thread.items.flatMap((item) => ("message" in item ? [item.message] : []));
    const page = thread.page ?? before?.page;
    this.looks.set(id, page ? { head, messages, page } : { head, messages });
    const newest = messages.filter((message) => message.from.role === "visitor").at(-1);
    const known = before?.messages.at(-1)?.eventId ?? "";
    if (!first && newest && newest.eventId > known) this.news(this.row(conversation), newest);
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
