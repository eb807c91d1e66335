// What the loader and the runtime say to each other.

/** Anything a page may have put anywhere. */
export type Loose = Record<PropertyKey, any>;

/** Where the runtime's files lie, from the loader's own place. */
export interface Assets {
  js: string;
  wasm: string;
  locales: Record<"en" | "nb", string>;
}

/** A call that waits: a function to be called with `pzl`, or a path on `pzl` and its arguments. */
export type Entry = ((pzl: Loose) => void) | [path: string, ...args: unknown[]];

/** Hears an event of `pzl`. */
export type Listener = (detail: unknown) => void;

/** What the runtime is started with. */
export interface Host {
  /** `data-site-key` of the script tag. */
  siteKey: string;
  /** The gateway: the loader's origin and path prefix, without a slash at the end. */
  base: string;
  /** The locale file. */
  locale: unknown;
  /** The language of `locale`: a key of `Assets.locales`. */
  lang: string;
  /** `window.pzl`. */
  pzl: Loose;
  /** What the site has queued and not been given yet. */
  queue: Entry[];
  /** Tells the listeners of `pzl.on`; `ready` and `failed` are events of `window` too and are kept for late listeners. */
  emit(type: string, detail: unknown): void;
  /** Tells the page's developer, once, that there will be no widget, and why. */
  failed(message: unknown): void;
  /** Runs what the site has queued. To be called once, with the runtime's own functions in place on `pzl`. */
  drain(): void;
  /** Takes everything back: `window.pzl` becomes what the loader found. */
  gone(): void;
}

/** The runtime's module. */
export interface Glue {
  default(options: { module_or_path: unknown }): Promise<unknown>;
  start(host: Host): unknown;
}
