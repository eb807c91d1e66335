import type { JsonObject, LogEvent, Problem } from "./wire";

/** Something on its way to the log. */
export interface Sending {
  /** Names it in the acknowledgement, and makes sending it twice harmless. */
  key: string;
  dataType: string;
  data: JsonObject;
  when: string;
  /** Why it was refused. It stays until it is sent again or given up. */
  problem?: Problem;
  /** It is durable; the log will tell of it under this id. */
  eventId?: string;
  /** The log seems to have told of it, and the acknowledgement is yet to come: not to be shown twice. */
  heard?: true;
}

/** The most that waits. More is not taken. */
const LIMIT = 100;

/** What was sent and is not in the log yet. */
export class Outbox {
  private list: readonly Sending[] = [];

  constructor(private readonly changed: (list: readonly Sending[]) => void) {}

  static frame({ key, dataType, data }: Sending): JsonObject {
    return { dataType, data, ref: key, key };
  }

  add(dataType: string, data: JsonObject): Sending | undefined {
    if (this.list.length >= LIMIT) return undefined;
    const key = randomKey();
    const named = dataType === "message" ? data : { ...data, id: key };
    const sending = { key, dataType, data: named, when: new Date().toISOString() };
    this.set([...this.list, sending]);
    return sending;
  }

  /** What to send over a new connection, in order. */
  frames(): JsonObject[] {
    return this.list.filter(({ problem }) => !problem).map(Outbox.frame);
  }

  /** `head` is the newest event the log has told of. */
  acknowledged(key: string, eventId: string, head: string): void {
    if (eventId <= head) this.remove(key);
    else this.change(key, (sending) => ({ ...sending, eventId }));
  }

  /** The log tells of an event of ours. */
  heard(event: LogEvent): void {
    const known = this.list.find(({ eventId }) => eventId === event.eventId);
    if (known) this.remove(known.key);
    const one = this.list.find((sending) => !sending.heard && isLike(sending, event));
    if (one && !known) this.change(one.key, (sending) => ({ ...sending, heard: true }));
  }

  refused(key: string, problem: Problem): void {
    this.change(key, (sending) => ({ ...sending, problem }));
  }

  retry(key: string): Sending | undefined {
    this.change(key, ({ problem: _, ...sending }) => sending);
    return this.list.find((sending) => sending.key === key);
  }

  remove(key: string): void {
    this.set(this.list.filter((sending) => sending.key !== key));
  }

  private change(key: string, to: (sending: Sending) => Sending): void {
    this.set(this.list.map((sending) => (sending.key === key ? to(sending) : sending)));
  }

  private set(list: readonly Sending[]): void {
    this.list = list;
    this.changed(list);
  }
}

function isLike({ dataType, data }: Sending, event: LogEvent): boolean {
  const member = dataType === "message" ? "text" : "id";
  return dataType === event.dataType && data[member] === event.data[member];
}

/** 128 random bits. `crypto.randomUUID` is there in secure contexts alone. */
function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
