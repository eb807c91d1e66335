import type { Api } from "./api";
import { Outbox, type Sending } from "./outbox";
import { Socket } from "./socket";
import { Store } from "./store";
import { type Thread, merge, readThread } from "./thread";
import { type From, type JsonObject, type LogEvent, type Problem, START } from "./wire";

export type Link = "connecting" | "connected" | "reconnecting" | "refused";

export interface LineState {
  link: Link;
  /** Why the link is refused, or what the gateway complained of last. */
  problem?: Problem;
  thread: Thread;
  /** Nothing of the log was read yet. */
  loading: boolean;
  /** The log goes further back. */
  earlier: boolean;
  sending: readonly Sending[];
  typing?: From;
  ended: boolean;
  /** What happened here and stands in no log. */
  notes: readonly LocalNote[];
}

/** Something an agent should know of that only this console knows. */
export interface LocalNote {
  when: string;
  text: string;
}

/** Who takes the frames of the visitor's page. */
export interface Watcher {
  /** The gateway begins to send. */
  begins(): void;
  frame(frame: ArrayBuffer): void;
}

/** Everything but typing, which is of no use later. */
const HISTORY = ["message", "command", "infoRequest", "commandResponse", "infoResponse", "visitorEvent", "session"];
const PAGE = 200;
/** The most events kept; what goes first can be read again. */
const KEPT = 5000;
/** The most notes kept. */
const NOTES = 50;
/** How long somebody types without saying so again, in milliseconds. */
const TYPING_MS = 6500;

/** An open conversation: its log as it grows, and what is sent to it. */
export class Line {
  readonly state = new Store<LineState>({
    link: "connecting",
    thread: readThread([]),
    loading: true,
    earlier: false,
    sending: [],
    ended: false,
    notes: [],
  });
  private events: LogEvent[] = [];
  /** The newest event heard of, typing too. */
  private head = START;
  /** What was said before this connection is not news. */
  private old = START;
  private watcher?: Watcher;
  private typingEnds?: ReturnType<typeof setTimeout>;
  private readonly outbox = new Outbox((sending) => this.state.patch({ sending }));
  private readonly socket: Socket;

  constructor(
    private readonly api: Api,
    readonly id: string,
    private readonly me: From,
  ) {
    this.socket = new Socket(api, id, {
      prepare: () => this.read(),
      opened: (head, ended) => {
        this.old = head;
        this.state.patch({ ended: ended || this.state.get().ended });
        this.socket.send({ resume: this.head });
        for (const frame of this.outbox.frames()) this.socket.send(frame);
        if (this.watcher) this.beginToWatch(this.watcher);
      },
      binary: (frame) => this.watcher?.frame(frame),
      event: (event) => this.hear(event),
      ack: (ref, eventId) => this.outbox.acknowledged(ref, eventId, this.head),
      error: (problem, ref) => {
        if (ref === undefined) this.state.patch({ problem });
        else this.outbox.refused(ref, problem);
      },
      link: (link, problem) => {
        const { problem: _, ...rest } = this.state.get();
        this.state.set({ ...rest, link, ...(problem ? { problem } : {}) });
      },
    });
  }

  start(): void {
    this.socket.start();
  }

  stop(): void {
    clearTimeout(this.typingEnds);
    this.socket.stop();
  }

  /** Sends a message, command or request. `undefined` where too much is waiting already. */
  post(dataType: string, data: JsonObject): string | undefined {
    const sending = this.outbox.add(dataType, data);
    if (sending) this.socket.send(Outbox.frame(sending));
    return sending?.key;
  }

  retry(key: string): void {
    const sending = this.outbox.retry(key);
    if (sending) this.socket.send(Outbox.frame(sending));
  }

  discard(key: string): void {
    this.outbox.remove(key);
  }

  /** Told where there is a connection; nobody needs to hear of it later. */
  tellTyping(isTyping: boolean): void {
    this.socket.send({ dataType: "typing", data: { isTyping } });
  }

  /** Watches the visitor's page until the result is called. */
  watch(watcher: Watcher): () => void {
    this.watcher = watcher;
    this.beginToWatch(watcher);
    return () => {
      if (this.watcher !== watcher) return;
      delete this.watcher;
      this.socket.send({ watch: false });
    };
  }

  private beginToWatch(watcher: Watcher): void {
    watcher.begins();
    this.socket.send({ watch: true });
  }

  /** Asks for all of the visitor's page again. */
  askSnapshot(): void {
    this.socket.send({ snapshot: true });
  }

  /** Sends to the visitor's page what is of no use later. */
  signal(payload: Uint8Array<ArrayBuffer>): void {
    this.socket.signal(payload);
  }

  note(text: string): void {
    const notes = [...this.state.get().notes, { when: new Date().toISOString(), text }];
    this.state.patch({ notes: notes.slice(-NOTES) });
  }

  async end(): Promise<void> {
    await this.api.end(this.id);
  }

  /** Reads further back. */
  async readEarlier(): Promise<void> {
    const first = this.events[0]?.eventId;
    if (!first) return;
    this.add(await this.page(first));
  }

  /** The log's newest page, once. */
  private async read(): Promise<void> {
    if (!this.state.get().loading) return;
    const page = await this.page();
    this.head = page.at(-1)?.eventId ?? START;
    this.add(page);
    this.state.patch({ loading: false });
  }

  private async page(before?: string): Promise<LogEvent[]> {
    const page = await this.api.before(this.id, before, PAGE, HISTORY);
    this.state.patch({ earlier: page.length === PAGE });
    return page;
  }

  private hear(event: LogEvent): void {
    // What was said between the hello and the resume comes again, in its place.
    if (this.head < this.old && event.eventId > this.old) return;
    if (event.eventId > this.head) this.head = event.eventId;
    const mine = event.from.role === this.me.role && event.from.id === this.me.id;
    if (event.dataType === "typing") {
      if (event.eventId > this.old && !mine) this.hearTyping(event.from, event.data.isTyping === true);
      return;
    }
    if (event.dataType === "message" && event.from.role === this.state.get().typing?.role) this.hearTyping(event.from, false);
    this.add([event]);
    if (mine) this.outbox.heard(event);
  }

  private hearTyping(from: From, isTyping: boolean): void {
    clearTimeout(this.typingEnds);
    const { typing: _, ...rest } = this.state.get();
    this.state.set(isTyping ? { ...rest, typing: from } : rest);
    if (isTyping) this.typingEnds = setTimeout(() => this.hearTyping(from, false), TYPING_MS);
  }

  private add(more: LogEvent[]): void {
    const all = merge(this.events, more);
    const over = all.length - KEPT;
    this.events = over > 0 ? all.slice(over) : all;
    const thread = readThread(this.events);
    const ended = this.state.get().ended || thread.items.some((item) => "note" in item && item.note.about === "ended");
    this.state.patch({ thread, ended, ...(over > 0 ? { earlier: true } : {}) });
  }
}
