// Nodes that came and moved, as ops: what stands still in the mirror is what everything else is placed by.
import { Op } from "../cobrowse/wire";
import type { Changes } from "./changes";
import * as dom from "./dom";
import { isTold, Trait, traits } from "./nodes";
import { coverOf, type Parts, Walk } from "./walk";
import type { Writer } from "./writer";

/** Steps up the tree after which it is cheaper to take all moved nodes out first. */
const MANY_STEPS = 50_000;

/** Siblings that are all new, or all known to the mirror. */
interface Part {
  first: Node;
  /** What comes behind the last. */
  end: Node | null;
  moved: Node[] | undefined;
}

/** Insertions before the clock is looked at: where time is scarce they would come one by one. */
const AT_ONCE = 16;

export class Structure {
  private inserts = 0;

  constructor(
    private readonly parts: Parts,
    private readonly changes: Changes,
    private readonly out: Writer,
    private readonly isDue: () => boolean,
  ) {}

  /** Places what was touched. What it has no time for stays touched. */
  place(): void {
    const { changes, parts } = this;
    this.judgeMoved();
    const fresh = parts.nodes.next;
    const moved = [...changes.touched].filter((node) => parts.nodes.id(node));
    this.detach(moved);
    for (const node of changes.touched) {
      const holder = parts.nodes.holder(node);
      // What came with its parent, and what stands where the mirror is not told of it, is done.
      if (!holder || parts.nodes.id(node) >= fresh) changes.touched.delete(node);
      else if (!this.run(node, holder)) return;
    }
  }

  /** What is covered otherwise where it is now, or stands in something new, is told anew. */
  private judgeMoved(): void {
    const { nodes } = this.parts;
    for (const node of [...this.changes.touched]) {
      const at = nodes.id(node) && dom.parent(node);
      if (!at) continue;
      const outer = nodes.cover(at);
      const isElement = dom.nodeType(node) === 1;
      const element = node as Element;
      const has = isElement ? traits(dom.localName(element)) : 0;
      const now = isElement ? coverOf(this.parts, element, has, dom.attributeNames(element), outer) : outer;
      const isOther = !(has & Trait.Silent) && now !== nodes.cover(node);
      if (!nodes.holder(node) || isOther) this.changes.anew(node);
    }
  }

  /** Nodes that were moved into each other would be in each other's way. */
  private detach(moved: Node[]): void {
    const all = new Set(moved);
    let steps = 0;
    const isWithin = (node: Node): boolean => {
      for (let at = dom.parent(node); at; at = dom.parent(at)) {
        if (all.has(at) || ++steps > MANY_STEPS) return true;
      }
      return false;
    };
    if (moved.some(isWithin)) this.list(Op.Detach, moved.map((node) => this.parts.nodes.id(node)));
  }

  private list(op: number, ids: number[]): void {
    this.out.byte(op);
    this.out.varint(ids.length);
    for (const id of ids) this.out.id(id);
  }

  /** Places a node and the touched ones beside it. `false`: the time is up. */
  private run(node: Node, holder: number): boolean {
    const { touched } = this.changes;
    const { nodes } = this.parts;
    const isPassed = (node: Node): boolean => touched.has(node) || !nodes.id(node) || !isTold(node);
    let at: Node | null = node;
    for (let left = dom.previous(node); left && isPassed(left); left = dom.previous(left)) at = left;
    // What nobody knows of there is new as well, touched or not: the rest of what there was no time for.
    const parts: Part[] = [];
    let part: Part | undefined;
    for (; at && isPassed(at); at = dom.next(at)) {
      if (!isTold(at)) continue;
      touched.delete(at);
      const isKnown = nodes.id(at) > 0;
      if (!part || !part.moved === isKnown) parts.push((part = { first: at, end: null, moved: isKnown ? [] : undefined }));
      part.moved?.push(at);
      part.end = dom.next(at);
    }
    const before = at ? nodes.id(at) : 0;
    while ((part = parts.shift())) {
      if (part.moved) this.move(part.moved, holder, before);
      else if (!this.insert(part, holder, before)) {
        for (const { first, moved } of parts) for (const left of moved ?? [first]) touched.add(left);
        return false;
      }
    }
    return true;
  }

  private move(part: Node[], holder: number, before: number): void {
    this.out.byte(Op.Move);
    this.out.id(holder);
    this.out.id(before);
    this.out.varint(part.length);
    for (const node of part) this.out.id(this.parts.nodes.id(node));
  }

  private insert({ first, end }: Part, holder: number, before: number): boolean {
    const { out, parts } = this;
    out.byte(Op.Insert);
    out.id(holder);
    out.id(before);
    out.varint(parts.nodes.next);
    const walk = new Walk(parts, out, dom.parent(first) as Node, first, end, undefined, parts.nodes.next);
    if (walk.run(this.isDue)) return ++this.inserts % AT_ONCE !== 0 || !this.isDue();
    walk.cut();
    return false;
  }
}
