// Which nodes the mirror has, and under which id. Weak: what the page lets go of, we do.
import { BLOCKED, FIELD } from "../../src/mask.js";
import { content, first, frameOf, localName, next, nodeType, parent, shadowOf } from "./dom";

/** What an element's name says of how it is recorded. */
export const enum Trait {
  /** It comes without attributes and content. */
  Silent = 1,
  /** It comes without content. */
  Leaf = 2,
  Field = 4,
  /** It may have a style sheet. */
  Sheet = 8,
  Frame = 16,
  /** It shows what no markup tells. */
  Still = 32,
  Template = 64,
  /** It has states that are no attributes. */
  State = 128,
  /** It can have no shadow root. */
  Plain = 256,
  /** A custom element. */
  Custom = 512,
  /** The widget: it is no part of the page. */
  Ours = 1024,
  /** It has a size by what it shows. */
  Image = 2048,
}

const TRAITS = new Map<string, number>();
for (const [traits, names] of [
  [Trait.Silent, "script noscript base meta"],
  // What is in them is not told either.
  [Trait.Silent | Trait.Frame, "object embed applet"],
  [Trait.Silent | Trait.Sheet, "style link"],
  [Trait.Leaf | Trait.Field, "textarea input"],
  [Trait.Field | Trait.Plain, "select datalist"],
  [Trait.State, "dialog"],
  [Trait.Leaf | Trait.Frame, "iframe frame"],
  [Trait.Leaf | Trait.Still, "canvas video"],
  [Trait.Leaf, "audio"],
  [Trait.Template, "template"],
  [Trait.Image | Trait.Plain, "img"],
  [
    Trait.Plain,
    // Of those that can have none, the frequent ones.
    "a b br button code dd dl dt em form g hr i label li ol option path pre rect small source strong svg table tbody td " +
      "tfoot th thead tr ul use head circle line polygon text tspan defs",
  ],
] as [number, string][]) {
  for (const name of names.split(" ")) TRAITS.set(name, traits);
}

/** Whether an element comes without what gives it its size. */
export const isEmptied = (has: number, cover: number): boolean =>
  (has & Trait.Still) !== 0 || (!(has & Trait.Silent) && cover === BLOCKED) || ((has & Trait.Image) !== 0 && cover > FIELD);

const OURS = "docent-widget";
TRAITS.set(OURS, Trait.Ours);

/** For an element's local name. */
export const traits = (name: string): number => TRAITS.get(name) ?? (name.includes("-") ? Trait.Custom : 0);

const COVER_MASK = 7;
/** Something is kept for the node elsewhere. */
const NOTED = 8;
const ID_SHIFT = 4;

/** Whether a node is one that is told of at all. */
export function isTold(node: Node): boolean {
  const type = nodeType(node);
  return type === 3 || type === 4 || (type === 1 && localName(node) !== OURS);
}

/** The nodes below one: its own, its shadow root's, its frame's. */
export function below(node: Node, visit: (node: Node) => void): void {
  const ahead = [node];
  for (let at = ahead.pop(); at; at = ahead.pop()) {
    visit(at);
    if (nodeType(at) === 1) {
      const element = at as Element;
      const has = traits(localName(element));
      const shadow = has & Trait.Plain ? null : shadowOf(element);
      if (shadow) ahead.push(shadow);
      const inner = has & Trait.Frame ? frameOf(element) : has & Trait.Template ? contentOf(element) : null;
      if (inner) ahead.push(inner);
    }
    for (let child = first(at); child; child = next(child)) ahead.push(child);
  }
}

/** A template's content; an SVG element of that name has none. */
export function contentOf(element: Element): DocumentFragment | null {
  try {
    return content(element);
  } catch {
    return null;
  }
}

export const idIn = (entry: number): number => entry >>> ID_SHIFT;
export const coverIn = (entry: number): number => entry & COVER_MASK;
export const isNoted = (entry: number): boolean => (entry & NOTED) !== 0;

/** Ids and covers. */
export class Nodes {
  private entries = new WeakMap<Node, number>();
  /** The next id. */
  next = 1;

  /** 0: the mirror does not have it. */
  id(node: Node): number {
    return (this.entries.get(node) ?? 0) >>> ID_SHIFT;
  }

  cover(node: Node): number {
    return (this.entries.get(node) ?? 0) & COVER_MASK;
  }

  /** Id and cover at once, for {@link idIn} and {@link coverIn}. */
  entry(node: Node): number {
    return this.entries.get(node) ?? 0;
  }

  add(node: Node, cover: number): number {
    const id = this.next++;
    this.entries.set(node, (id << ID_SHIFT) | cover);
    return id;
  }

  /** To be called where something is kept for the node: only then is its keeper told that it went. */
  note(node: Node): void {
    const entry = this.entries.get(node);
    if (entry) this.entries.set(node, entry | NOTED);
  }

  /** Whether something was noted. */
  forget(node: Node): boolean {
    const entry = this.entries.get(node);
    if (entry) this.entries.delete(node);
    return entry !== undefined && (entry & NOTED) !== 0;
  }

  /** The id of the node that holds this one's content; 0 where the mirror is not told of that content. */
  holder(node: Node): number {
    const at = parent(node);
    if (!at || this.cover(at) === BLOCKED || (nodeType(at) === 1 && traits(localName(at)) & Trait.Leaf)) return 0;
    return this.id(at);
  }
}
