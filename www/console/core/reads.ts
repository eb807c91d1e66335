import { isObject, parse } from "./wire";

const KEY = "docent.read";
const LIMIT = 500;

/** How far the agent has read each conversation, for this browser. */
export class Reads {
  private readonly ids: Map<string, string>;

  constructor(private readonly storage: Storage) {
    const kept = parse(storage.getItem(KEY) ?? "");
    const entries = isObject(kept) ? Object.entries(kept) : [];
    this.ids = new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
  }

  get(conversation: string): string {
    return this.ids.get(conversation) ?? "";
  }

  /** Whether it is further than before. */
  set(conversation: string, eventId: string): boolean {
    if (eventId <= this.get(conversation)) return false;
    this.ids.delete(conversation);
    this.ids.set(conversation, eventId);
    for (const oldest of this.ids.keys()) {
      if (this.ids.size <= LIMIT) break;
      this.ids.delete(oldest);
    }
    try {
      this.storage.setItem(KEY, JSON.stringify(Object.fromEntries(this.ids)));
    } catch {
      // A full storage costs the markers of the next visit, not this one's.
    }
    return true;
  }
}
