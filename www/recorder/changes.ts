// What has changed, as places to look at: whatever happens before the next flush, only what is there then is told.
import { BLOCKED, DECISIVE } from "../../src/mask.js";
import * as dom from "./dom";
import { below, isTold, type Nodes } from "./nodes";

/** What a recorder does with what a node was known for. */
export interface Keeper {
  readonly nodes: Nodes;
  /** A node that is no longer part of the page, or is told anew. */
  dropped(node: Node): void;
  /** A `<style>` whose text has changed, a `<link>` that leads elsewhere. */
  restyled(element: Element): void;
}

export class Changes {
  /** Nodes that came, went or moved. */
  touched = new Set<Node>();
  /** Ids that the mirror is to drop. */
  gone: number[] = [];
  /** Attributes that changed, and what they were; `undefined`: not the same to all who watch. */
  attributes = new Map<Element, Map<string, string | null | undefined>>();
  /** Texts that changed, and what they were, likewise. */
  texts = new Map<Node, string | undefined>();
  /** Elements whose cover may be another now. */
  covers = new Set<Element>();

  constructor(private readonly keeper: Keeper) {}

  get isEmpty(): boolean {
    return !(this.touched.size || this.gone.length || this.attributes.size || this.texts.size || this.covers.size);
  }

  /** About how much is kept until the next flush. */
  get size(): number {
    return this.touched.size + this.gone.length + this.attributes.size + this.texts.size;
  }

  /** Whether a list of selectors may match other elements now than before these changes. In doubt it may. */
  mayMark(selectors: string): boolean {
    if (this.touched.size || /\\|:(?!not|is\(|where|has\(|nth-|first-|last-)/.test(selectors)) return true;
    const list = selectors.toLowerCase();
    const isNamed = (name: string): boolean =>
      list.includes(name.toLowerCase()) || (name === "class" && list.includes(".")) || (name === "id" && list.includes("#"));
    return [...this.attributes.values()].some((names) => [...names.keys()].some(isNamed));
  }

  /** One who came late may have been told any state between what they were and what they are. */
  blur(): void {
    for (const names of this.attributes.values()) for (const name of names.keys()) names.set(name, undefined);
    for (const node of this.texts.keys()) this.texts.set(node, undefined);
  }

  clear(): void {
    this.touched.clear();
    this.gone = [];
    this.attributes.clear();
    this.texts.clear();
    this.covers.clear();
  }

  /** Takes notice of what an observer saw. To be called before the page's scripts go on. */
  note(records: MutationRecord[]): void {
    const { nodes } = this.keeper;
    const left: Node[] = [];
    const touch = (list: NodeList): void => {
      for (const node of dom.listed(list)) {
        const id = nodes.id(node);
        const at = dom.parent(node);
        // A template's content is part of no document.
        const isThere = dom.isConnected(node) || (at !== null && nodes.id(at) > 0);
        if (isThere && isTold(node)) this.touched.add(node);
        else if (!isThere) this.touched.delete(node);
        if (id && !isThere) left.push(node);
      }
    };
    for (const { type, target, addedNodes, removedNodes, attributeName, oldValue } of records) {
      if (type === "childList") {
        if (nodes.id(target) && nodes.cover(target) === BLOCKED) this.keeper.restyled(target as Element);
        touch(removedNodes);
        touch(addedNodes);
      } else if (type === "attributes") this.attribute(target as Element, attributeName as string, oldValue);
      else if (nodes.id(target)) {
        if (!this.texts.has(target)) this.texts.set(target, oldValue ?? "");
      } else {
        const holder = dom.parent(target);
        if (holder && nodes.id(holder)) this.keeper.restyled(holder as Element);
      }
    }
    // All ids first: what was moved into something that went is itself gone from where the mirror has it.
    for (const node of left) this.drop(node);
    for (const node of left) this.forget(node);
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
    this.keeper.nodes.forget(node);
  }

  /** Lets go of a node and all below it. */
  forget(node: Node): void {
    below(node, (one) => {
      // What was moved into it stands elsewhere in the mirror.
      if (this.touched.delete(one)) this.drop(one);
      this.keeper.nodes.forget(one);
      this.keeper.dropped(one);
    });
  }

  private attribute(element: Element, name: string, old: string | null): void {
    if (!this.keeper.nodes.id(element)) return;
    if (DECISIVE.has(name)) this.covers.add(element);
    let before = this.attributes.get(element);
    if (!before) this.attributes.set(element, (before = new Map()));
    if (!before.has(name)) before.set(name, old);
  }
}
