// Which elements the site's own selectors may cover, and which are covered otherwise than was told.
import { OPEN, type Rules, cover } from "../../src/mask.js";
import { type Changes, Selectors } from "./changes";
import * as dom from "./dom";
import { type Nodes, Trait, traits } from "./nodes";

const FIELDS = "input, textarea, select, [contenteditable]";

export class Covers {
  /** The elements that the site's own selectors match; `undefined` where it has none. */
  marked: Set<Node> | undefined;
  private isStale = false;
  private readonly selectors: Selectors;

  constructor(
    private readonly nodes: Nodes,
    private readonly rules: Rules,
    private readonly changes: Changes,
    private readonly roots: ReadonlyMap<Node, unknown>,
  ) {
    this.selectors = new Selectors(rules.own);
    if (rules.own) this.marked = new Set();
  }

  /** A root that is part of the page now. */
  root(root: Node): void {
    if (this.marked) for (const element of dom.all(root, this.rules.own)) this.marked.add(element);
  }

  /** The page has changed. */
  noted(): void {
    this.isStale = true;
  }

  /** Matches the site's selectors anew, where the page has changed since. What they match or matched is to be judged. */
  mark(): void {
    if (!this.marked || !(this.isStale || this.selectors.areOfMore)) return;
    this.isStale = false;
    const { covers } = this.changes;
    for (const element of this.marked) covers.add(element as Element);
    this.marked = new Set();
    for (const root of this.roots.keys()) this.root(root);
    for (const element of this.marked) covers.add(element as Element);
  }

  /** Matches anew what these changes may have made match otherwise; in doubt all. */
  private remark(): void {
    const { changes, marked, rules, selectors } = this;
    if (!marked || !(this.isStale || selectors.areOfMore)) return;
    if (changes.touched.size || selectors.areOfMore) return this.mark();
    for (const element of changes.named(selectors)) {
      if (!selectors.areOfOne) return this.mark();
      if (!marked.has(element) && !selectors.mayMatch(element)) continue;
      const isMarked = dom.matches(element, rules.own);
      // One that is marked still may be so by another selector.
      if (marked.has(element) || isMarked) changes.covers.add(element);
      if (isMarked) marked.add(element);
      else marked.delete(element);
    }
  }

  /** What is covered otherwise is told anew. */
  judge(): void {
    const { changes, nodes, rules } = this;
    this.remark();
    for (const element of changes.covers) {
      const at = nodes.id(element) && (dom.parent(element) as Node | null);
      if (!at || !nodes.id(at)) continue;
      if (traits(dom.localName(element)) & Trait.Silent) continue;
      if (cover(rules, element, nodes.cover(at)) !== nodes.cover(element)) changes.anew(element);
    }
    changes.covers.clear();
  }

  /** The outermost elements that are hidden from those who watch, one after another; `undefined` for others looked at. */
  *hidden(page: Document): Generator<Element | undefined> {
    const { nodes, rules } = this;
    if (rules.outer !== OPEN) return yield dom.documentElement(page) ?? undefined;
    const selector = [rules.mask, rules.block, rules.own, FIELDS].filter(Boolean).join(",");
    for (const root of [...this.roots.keys()]) {
      for (const element of dom.all(root, selector)) {
        const at = dom.parent(element);
        const cover = nodes.id(element) && nodes.cover(element);
        yield cover === OPEN || (at && nodes.cover(at) >= cover) ? undefined : element;
      }
      yield;
    }
  }
}
