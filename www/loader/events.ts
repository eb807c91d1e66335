// `pzl.on` and what feeds it. The loader runs once a page, so its modules hold their state themselves: that also
// lets the build shorten their names.
import type { Listener } from "./host";

/** The last `ready` and `failed`, for listeners that come late. */
const kept: Partial<Record<string, [unknown]>> = { __proto__: null as never };
const entries = new Set<[type: string, listener: Listener]>();

/** Calls a function of the page; what it throws is the page's own error, and is reported as such. */
export function callPage(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    (window.reportError || console.error)(error);
  }
}

/** `pzl.on`. */
export function on(type: string, listener: Listener): () => void {
  const entry: [string, Listener] = [type, listener];
  const last = kept[type];
  entries.add(entry);
  if (last) callPage(() => listener(last[0]));
  return () => void entries.delete(entry);
}

/** Tells an event's listeners. */
export function emit(type: string, detail: unknown): void {
  for (const entry of entries) if (entry[0] === type) callPage(() => entry[1](detail));
  if (type === "ready" || type === "failed") {
    kept[type] = [detail];
    window.dispatchEvent(new CustomEvent(`pzl:${type}`, { detail }));
  }
}

/** Forgets every listener. */
export function clear(): void {
  entries.clear();
}
