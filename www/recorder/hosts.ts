// Shadow roots that come to elements the mirror has already. No event and no observer tells of one, and to stand in for
// the page's `attachShadow` would be seen by the page: so elements are looked through, a few at a time.
import { BLOCKED } from "../../src/mask.js";
import type { Changes } from "./changes";
import * as dom from "./dom";
import type { Nodes } from "./nodes";

/** Elements that are looked at before the clock is. */
const AT_ONCE = 256;
/** Looks left out after a round that took many. */
const REST = 10;
const MANY = 4;

export class Hosts {
  /** How often all have been looked at. */
  rounds = 0;
  /** Custom elements without one: with these it is usual, so they are looked at each time. */
  private readonly likely = new Set<Element>();
  private ahead: Node[] = [];
  private looks = 0;
  private rest = 0;
  private walker: TreeWalker | undefined;

  constructor(
    private readonly nodes: Nodes,
    private readonly changes: Changes,
    private readonly roots: ReadonlyMap<Node, unknown>,
  ) {}

  /** An element that is told. */
  add(element: Element): void {
    if (dom.localName(element).includes("-") && !dom.shadowOf(element)) this.likely.add(element);
  }

  forget(node: Node): void {
    this.likely.delete(node as Element);
  }

  /** Elements that have one by now are told anew. */
  look(isDue: () => boolean): void {
    for (const host of this.likely) this.judge(host);
    if (this.rest-- > 0) return;
    this.looks++;
    for (let count = 1; ; count++) {
      const element = this.next();
      if (!element) break;
      this.judge(element);
      if (count % AT_ONCE === 0 && isDue()) return;
    }
    this.rounds++;
    this.rest = this.looks > MANY ? REST : 0;
    this.looks = 0;
  }

  /** The next element of the round; `undefined`: that was all. */
  private next(): Element | undefined {
    for (;;) {
      const node = this.walker?.nextNode();
      if (node) return node as Element;
      if (!this.walker) this.ahead = [...this.roots.keys()];
      const root = this.ahead.pop();
      this.walker = root && dom.elementsOf(root);
      if (!root) return undefined;
    }
  }

  private judge(host: Element): void {
    const root = dom.shadowOf(host);
    const { nodes } = this;
    if (root && nodes.id(host) && !nodes.id(root) && nodes.cover(host) !== BLOCKED) this.changes.anew(host);
  }
}
