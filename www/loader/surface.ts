// `window.pzl`: put up beside whatever the site has there, and taken back.
import { callPage, clear, on } from "./events";
import type { Entry, Loose } from "./host";

/** How many calls wait for the runtime at most; later ones are dropped. */
const QUEUE_LIMIT = 1000;
/** What the site may call before the runtime is there. */
const API_NAMES = ["setClaims", "open", "close", "showInteraction", "triggerRule"];
const OWN_NAMES = ["on", "push", "destroy", "info", "version", "coBrowse", "api"];
const MARK = Symbol.for("docent");

/** The stations of the runtime. */
export const enum State {
  Starting,
  Started,
  Over,
}

const page = window as Loose;
// An element with the id `pzl` is a member of `window` too, but not its own.
const found = Object.getOwnPropertyDescriptor(page, "pzl");
const site: Loose | undefined = found && page.pzl;
const isArray = Array.isArray(site);
const isOurs = isArray || !Object.isExtensible(site);

/** `window.pzl`. */
export const pzl: Loose = isOurs ? {} : (site as Loose);
/** What the site has called and was not done yet. */
export const queue: Entry[] = isArray ? site : Array.isArray(pzl.q) ? pzl.q : [];
/** Whether a loader has been here before. */
export const isTaken: boolean = MARK in pzl;

/** How far the runtime is. */
export let state: State = State.Starting;

const before: Loose = { ...site };
const waiting: Loose = {};

function run(entry: Entry): void {
  callPage(() => {
    if (typeof entry === "function") return entry(pzl);
    const [path, ...args] = entry;
    const name = path.replace("api.", "");
    (name === path ? pzl : pzl.api)[name](...args);
  });
}

/** Runs a call or lets it wait. Listening needs no runtime, and `failed` comes without one. */
function add(entry: Entry): void {
  if (state === State.Started || entry?.[0 as never] === "on") run(entry);
  else if (state === State.Starting && queue.length < QUEUE_LIMIT) queue[queue.length] = entry;
}

/** Puts `window.pzl` up. */
export function put(): void {
  const early = queue.splice(0);
  queue.push = pzl.push = add as never;
  pzl[MARK] = 1;
  pzl.on = on;
  pzl.destroy = () => (state === State.Over ? restore() : add(["destroy"]));
  pzl.info = { status: "starting" };
  pzl.api ||= {};
  for (const name of API_NAMES) {
    pzl.api[name] ||= waiting[name] = (...args: unknown[]) => add([`api.${name}`, ...args]);
  }
  if (isOurs) page.pzl = pzl;
  for (const entry of early) add(entry);
}

/** Removes the functions that only queue: the runtime puts its own in their place. */
export function makeRoom(): void {
  for (const name in waiting) if (pzl.api[name] === waiting[name]) delete pzl.api[name];
}

/** Runs what waits, and from then on every call at once. */
export function drain(): void {
  for (let i = 0; i < queue.length; i++) run(queue[i] as Entry);
  state = State.Started;
  queue.length = 0;
}

/** Drops what waits; from then on calls come to nothing, and `pzl.destroy` takes everything back. */
export function giveUp(): void {
  state = State.Over;
  queue.length = 0;
  pzl.info.status = "failed";
}

/** Makes `window.pzl` what it was. */
export function restore(): void {
  state = State.Over;
  clear();
  makeRoom();
  delete (queue as Loose).push;
  delete pzl[MARK];
  for (const name of OWN_NAMES) {
    if (name in before) pzl[name] = before[name];
    else delete pzl[name];
  }
  if (isOurs && page.pzl === pzl) {
    delete page.pzl;
    if (found) page.pzl = site;
  }
}
