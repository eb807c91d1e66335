// What has changed, as places to look at: whatever happens before the next flush, only what is there then is told.
import { BLOCKED, DECISIVE } from "../../src/mask.js";
import * as dom from "./dom";
import { below, isTold, type Nodes } from "./nodes";

/** Changes of attributes and texts that are only noticed at first. */
const MOST_LATER = 2000;

/** A site's selectors: what they look at. */
export class Selectors {
  /** They look at more than elements' names and attributes. */
  readonly areOfMore: boolean;
  /** Each looks at one element alone. */
  readonly areOfOne: boolean;
  /** Where they look at nothing but names, classes and ids: what is in those they look at. */
  private readonly named: RegExp | undefined;
  private readonly words: string;
  private readonly known = new Map<string, boolean>();

  constructor(readonly list: string) {
    this.areOfMore = /\\|:(?!not|is\(|where|has\(|nth-|first-|last-)/.test(list);
    this.areOfOne = /^[^\s>+~:()\\]+(\s*,\s*[^\s>+~:()\\]+)*$/.test(list.trim());
    if (this.areOfOne && !list.includes("[")) {
      this.named = new RegExp((list.match(/[.#][^\s.#,]+/g) ?? []).join("|").replace(/[.#]/g, ""), "i");
    }
    this.words = list.toLowerCase();
  }

  /** Whether an element that an attribute was changed of may match: not in doubt, and for less than to match it. */
  mayMatch(element: Element): boolean {
    return !this.named || this.named.test(`${dom.attribute(element, "class")} ${dom.attribute(element, "id")}`);
  }

  /** Whether they look at an attribute of this name. */
  name(name: string): boolean {
    let found = this.known.get(name);
    if (found === undefined) {
      const { words } = this;
      found = words.includes(name.toLowerCase()) || (name === "class" && words.includes(".")) || (name === "id" && words.includes("#"));
      if (this.known.size < MOST_LATER) this.known.set(name, found);
    }
    return found;
  }
}

/** What a recorder does with what a node was known for. */
export interface Keeper {
  readonly nodes: Nodes;
  /** A node that something was noted for is no longer part of the page, or is told anew. */
  dropped(node: Node): void;
  /** A `<style>` whose text has changed, a `<link>` that leads elsewhere. */
  restyled(element: Element): void;
  /** A document whose element is another: its listeners, its mode and its base may have gone with the old one. */
  rewritten(document: Node): void;
  /** Whether this node's root is told, and so observed. */
  observes(node: Node): boolean;
}

export class Changes {
  /** Nodes that came, went or moved. */
  touched = new Set<Node>();
  /** Ids that the mirror is to drop. */
  gone: number[] = [];
  /** Attributes that changed, and what they were: names and values in turns; `undefined`: not the same to all who watch. */
  attributes = new Map<Element, (string | null | undefined)[]>();
  /** Texts that changed, and what they were, likewise. */
  texts = new Map<Node, string | undefined>();
  /** Elements whose cover may be another now. */
  covers = new Set<Element>();
  /** What was noticed and not looked at. */
  private later: MutationRecord[] = [];
  /** What was still to be seen of roots that went. */
  private orphans: MutationRecord[] = [];

  constructor(private readonly keeper: Keeper) {}

  get isEmpty(): boolean {
    return !(this.later.length || this.touched.size || this.gone.length || this.attributes.size || this.texts.size || this.covers.size);
  }

  /** About how much is kept until the next flush. */
  get size(): number {
    return this.touched.size + this.gone.length + this.attributes.size + this.texts.size;
  }

  /** Elements with changed attributes that these selectors look at. */
  *named(selectors: Selectors): Generator<Element> {
    for (const [element, names] of this.attributes) {
      for (let i = 0; i < names.length; i += 2) {
        if (!selectors.name(names[i] as string)) continue;
        yield element;
        break;
      }
    }
  }

  /** One who came late may have been told any state between what they were and what they are. */
  blur(): void {
    for (const names of this.attributes.values()) for (let i = 1; i < names.length; i += 2) names[i] = undefined;
    for (const node of this.texts.keys()) this.texts.set(node, undefined);
  }

  clear(): void {
    this.later = [];
    this.orphans = [];
    this.touched.clear();
    this.gone = [];
    this.attributes.clear();
    this.texts.clear();
    this.covers.clear();
  }

  /**
   * Takes notice of what an observer saw. To be called before the page's scripts go on: where nodes came and went is seen
   * at once, the rest when it is told.
   */
  note(records: MutationRecord[]): void {
    if (this.later.length + records.length > MOST_LATER) return this.see(records);
    for (const record of records) if (!isOfOneNode(record)) return this.see(records);
    for (const record of records) this.later.push(record);
  }

  /** What an observer saw that is let go of: what left its root before is not found there any more. */
  orphaned(records: MutationRecord[]): void {
    for (const record of records) this.orphans.push(record);
  }

  /** Looks at what was only noticed. */
  settle(): void {
    if (this.later.length || this.orphans.length) this.see([]);
  }

  private see(records: MutationRecord[]): void {
    const { later } = this;
    this.later = [];
    const left: Node[] = [];
    const rewritten = new Set<Node>();
    for (const record of later) this.one(record);
    for (const record of records) {
      if (isOfOneNode(record)) {
        this.one(record);
        continue;
      }
      this.list(record, left);
      if (dom.nodeType(record.target) === 9) rewritten.add(record.target);
    }
    // All ids first: what was moved into something that went is itself gone from where the mirror has it.
    for (const node of left) this.drop(node);
    for (const node of left) this.forget(node);
    for (const document of rewritten) this.keeper.rewritten(document);
    if (this.orphans.length) this.see(this.orphans.splice(0));
  }

  private one(record: MutationRecord): void {
    const { nodes } = this.keeper;
    const { attributeName, target } = record;
    if (attributeName !== null) return this.attribute(target as Element, attributeName, record);
    if (nodes.id(target)) {
      if (!this.texts.has(target)) this.texts.set(target, record.oldValue ?? "");
      return;
    }
    const holder = dom.parent(target);
    if (holder && nodes.id(holder)) this.keeper.restyled(holder as Element);
  }

  private list({ target, addedNodes, removedNodes }: MutationRecord, left: Node[]): void {
    const { nodes } = this.keeper;
    if (nodes.cover(target) === BLOCKED && nodes.id(target)) this.keeper.restyled(target as Element);
    for (const list of [removedNodes, addedNodes]) {
      for (const node of dom.listed(list)) {
        const id = nodes.id(node);
        // A template's content is part of no document. Where nobody observes, what is taken from it would stay known.
        const isThere = id ? this.keeper.observes(node) : dom.isConnected(node) || nodes.holder(node) > 0;
        if (isThere && isTold(node)) this.touched.add(node);
        else if (!isThere) this.touched.delete(node);
        if (id && !isThere) left.push(node);
      }
    }
  }

  /** Tells a node as if it were new. */
  anew(node: Node): void {
    this.drop(node);
    this.forget(node);
    this.touched.add(node);
  }

  private drop(node: Node): void {
    const id = this.keeper.nodes.id(node);
    if (id) this.gone.push(id);
    if (this.keeper.nodes.forget(node)) this.keeper.dropped(node);
  }

  /** Lets go of a node and all below it. */
  forget(node: Node): void {
    below(node, (one) => {
      // What was moved into it stands elsewhere in the mirror.
      if (this.touched.size && this.touched.delete(one)) this.drop(one);
      if (this.keeper.nodes.forget(one)) this.keeper.dropped(one);
    });
  }

  private attribute(element: Element, name: string, record: MutationRecord): void {
    if (!this.keeper.nodes.id(element)) return;
    if (DECISIVE.has(name)) this.covers.add(element);
    const before = this.attributes.get(element);
    if (!before) this.attributes.set(element, [name, record.oldValue]);
    else if (!isListed(before, name)) before.push(name, record.oldValue);
  }
}

const isOfOneNode = (record: MutationRecord): boolean => record.type !== "childList";

function isListed(names: (string | null | undefined)[], name: string): boolean {
  for (let i = 0; i < names.length; i += 2) if (names[i] === name) return true;
  return false;
}
