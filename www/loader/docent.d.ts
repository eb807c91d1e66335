// What `docent.js` puts on a page: `window.pzl`. For the site's developers.
//
//   /// <reference path="docent.d.ts" />
import type { Commands, InfoRequests } from "./commands";

export type { Commands, InfoRequests } from "./commands";

/** How the conversation stands. */
export type Status = "starting" | "connected" | "reconnecting" | "closed" | "failed";
/** Whether an agent may see the page. */
export type CoBrowseState = "active" | "disabled";

/** `pzl.info`: a copy, as of now. */
export interface Info {
  readonly conversationId: string | null;
  readonly status: Status;
  readonly coBrowseState: CoBrowseState;
  readonly chatInputDisabled: boolean;
}

/** The events of `pzl.on` and what their listeners are given. */
export interface Events {
  /** The conversation is there. Told again to late listeners; also `pzl:ready` on `window`. */
  ready: Info;
  /** There will be no widget, and why. Told again to late listeners; also `pzl:failed` on `window`. */
  failed: { message: string };
  /** Any part of `pzl.info` changed. */
  info: Info;
  /** The connection changed. */
  status: { status: Status };
  /** A message was written, by anybody. */
  message: { eventId: string; from: "visitor" | "agent" | "bot"; text: string };
  /** Sharing began or ended. */
  coBrowse: { state: CoBrowseState };
  /** The panel was opened. */
  open: Record<string, never>;
  /** The panel was closed. */
  close: Record<string, never>;
}

/** What agents and bots may call. A site adds its own functions, and may replace these. */
export interface Api {
  /** Tells agents and bots who the visitor claims to be. JSON, at most 16 KiB. */
  setClaims(claims: unknown): boolean | void;
  /** Opens the chat. */
  open(): boolean | void;
  /** Closes the chat. */
  close(): boolean | void;
  /** Opens the chat and tells that this interaction is wanted. */
  showInteraction(name: string): boolean | void;
  /** Tells that this rule has fired. */
  triggerRule(name: string): boolean | void;
  // The site's own functions are of any kind.
  [name: string]: any;
}

/** A call for later: a function, or a path on `pzl` with its arguments. */
export type Call = ((pzl: Pzl) => void) | ["destroy"] | [path: "on" | `api.${string}`, ...args: unknown[]];

/** `window.pzl`. Before the runtime is there, everything but `coBrowse` and `version` can be used: calls wait. */
export interface Pzl {
  /** Listens; the function it returns ends that. */
  on<Type extends keyof Events>(type: Type, listener: (detail: Events[Type]) => void): () => void;
  /** Calls as soon as the runtime is there: now, if it is. */
  push(call: Call): void;
  /** Takes the widget, and all that belongs to it, out of the page. */
  destroy(): void;
  readonly info: Info;
  readonly api: Api;
  readonly version?: string;
  readonly coBrowse?: {
    readonly state: CoBrowseState;
    /** Asks the visitor, where the site's policy allows it. */
    start(): void;
    stop(): void;
  };
  /** Calls that wait, where the site put `pzl` up before the loader. */
  q?: Call[];
}

/** A command or request as `pzlOnBeforeCommand` sees it. */
export type Asked = {
  [Type in keyof (Commands & InfoRequests)]: { type: Type; id?: string } & (Commands & InfoRequests)[Type]["params"];
}[keyof (Commands & InfoRequests)];

/** `true` and nothing let it go on, `false` forbids it, a command of the same type is executed instead. */
export type Verdict = boolean | undefined | Asked;

declare global {
  interface Window {
    pzl?: Pzl;
    /** The site's hook: called before each command and request. What it throws forbids the command. */
    pzlOnBeforeCommand?: (command: Asked) => Verdict | void | Promise<Verdict | void>;
  }

  interface WindowEventMap {
    "pzl:ready": CustomEvent<Events["ready"]>;
    "pzl:failed": CustomEvent<Events["failed"]>;
  }
}
