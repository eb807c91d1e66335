import type { Api } from "./api";
import { type FaqEntry, type Session, type Verb, ordered, queue, readFaqEntry, readSession, readSessions } from "./session";
import { Store } from "./store";
import { type JsonObject, readList, text } from "./wire";

export interface SessionsState {
  sessions: readonly Session[];
  /** The names of those who are available. */
  agents: readonly string[];
  /** Whether this agent takes chats; told to the gateway as long as it holds. */
  available: boolean;
}

/** The gateway forgets an agent who falls silent for 90 s. */
const PRESENCE_MS = 30_000;

/** Chat sessions, who is there to take them, and the FAQ. */
export class Sessions {
  readonly state = new Store<SessionsState>({ sessions: [], agents: [], available: false });
  private timer?: ReturnType<typeof setInterval>;
  /** Who waits already, and is no news. */
  private waiting?: ReadonlySet<string>;

  /** `came`: a visitor has come into the queue. */
  constructor(
    private readonly api: Api,
    private readonly came: (session: Session) => void,
  ) {}

  start(): void {
    this.timer = setInterval(() => {
      // The next time tells it; whoever asks the gateway hears what is wrong.
      if (this.state.get().available) void this.setAvailable(true).catch(() => undefined);
    }, PRESENCE_MS);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** Reads all of them. */
  async refresh(): Promise<void> {
    const [sessions, presence] = await Promise.all([this.api.request("sessions"), this.api.request("presence")]);
    this.show(readSessions(sessions));
    this.heedAgents(presence);
  }

  /** A conversation's session as it is now; null where it is none to show. */
  take(conversation: string, value: unknown): void {
    const session = readSession(value);
    const { sessions } = this.state.get();
    const others = sessions.filter(({ conversationId }) => conversationId !== conversation);
    if (session || others.length < sessions.length) this.show(ordered(session ? [...others, session] : others));
  }

  heedAgents(update: JsonObject): void {
    this.state.patch({ agents: readList(update.agents, text) });
  }

  async act(conversation: string, verb: Verb, content: JsonObject = {}): Promise<void> {
    const address = `conversation/${encodeURIComponent(conversation)}/session/${verb}`;
    this.take(conversation, await this.api.request(address, "POST", content));
  }

  async setAvailable(available: boolean): Promise<void> {
    await this.api.request("presence", "PUT", { available });
    this.state.patch({ available });
  }

  async faq(): Promise<FaqEntry[]> {
    return readList((await this.api.request("faq")).entries, readFaqEntry);
  }

  /** Adds an entry, or changes the one of this id. */
  async saveFaq({ id, ...content }: Omit<FaqEntry, "id"> & { id?: number }): Promise<void> {
    await this.api.request(id === undefined ? "faq" : `faq/${id}`, id === undefined ? "POST" : "PUT", content);
  }

  async removeFaq(id: number): Promise<void> {
    await this.api.request(`faq/${id}`, "DELETE");
  }

  private show(sessions: readonly Session[]): void {
    this.state.patch({ sessions });
    const waiting = queue(sessions);
    for (const session of waiting) if (this.waiting?.has(session.conversationId) === false) this.came(session);
    this.waiting = new Set(waiting.map(({ conversationId }) => conversationId));
  }
}
