import { type Api, isFinal } from "./api";
import { type FaqEntry, type Session, type Verb, queue, readFaqEntry, readSession, readSessions } from "./session";
import { Store } from "./store";
import { type JsonObject, readList, text } from "./wire";

export interface SessionsState {
  sessions: readonly Session[];
  /** The names of those who are available. */
  agents: readonly string[];
  /** Whether this agent takes chats; told to the gateway as long as it holds. */
  available: boolean;
}

const PERIOD_MS = 2000;
/** The gateway forgets an agent who falls silent for 90 s. */
const PRESENCE_MS = 30_000;

/** Chat sessions, who is there to take them, and the FAQ. */
export class Sessions {
  readonly state = new Store<SessionsState>({ sessions: [], agents: [], available: false });
  private timer?: ReturnType<typeof setTimeout>;
  private told = 0;
  private stopped = false;

  /** Who waits already, and is no news. */
  private waiting?: ReadonlySet<string>;

  /** `came`: a visitor has come into the queue. */
  constructor(
    private readonly api: Api,
    private readonly came: (session: Session) => void,
  ) {}

  start(): void {
    void this.poll();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  async act(conversation: string, verb: Verb, content: JsonObject = {}): Promise<void> {
    const address = `conversation/${encodeURIComponent(conversation)}/session/${verb}`;
    const session = readSession(await this.api.request(address, "POST", content));
    if (!session) return;
    const others = this.state.get().sessions.filter(({ conversationId }) => conversationId !== conversation);
    this.state.patch({ sessions: [...others, session] });
  }

  async setAvailable(available: boolean): Promise<void> {
    await this.api.request("presence", "PUT", { available });
    this.told = Date.now();
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

  private async poll(): Promise<void> {
    try {
      await this.look();
    } catch (error) {
      // The list of conversations asks the same gateway, and tells of what is wrong.
      if (isFinal(error)) return;
    }
    if (!this.stopped) this.timer = setTimeout(() => void this.poll(), PERIOD_MS);
  }

  private async look(): Promise<void> {
    if (this.state.get().available && Date.now() - this.told > PRESENCE_MS) await this.setAvailable(true);
    const [sessions, presence] = await Promise.all([
      this.api.request("sessions"),
      this.api.request("presence"),
    ]);
    const read = readSessions(sessions);
    this.state.patch({ sessions: read, agents: readList(presence.agents, text) });
    const waiting = queue(read);
    for (const session of waiting) if (this.waiting?.has(session.conversationId) === false) this.came(session);
    this.waiting = new Set(waiting.map(({ conversationId }) => conversationId));
  }
}
