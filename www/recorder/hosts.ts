// Shadow roots that come to elements the mirror has already. No event and no observer tells of one, and to stand in for
// the page's `attachShadow` would be seen by the page: so elements are looked through. Where a root is likely to come,
// in custom elements and in empty ones, each time; elsewhere a few at a time.
import { BLOCKED } from "../../src/mask.js";
import type { Changes } from "./changes";
import * as dom from "./dom";
import { type Nodes, Trait, traits } from "./nodes";

/** Elements that are looked at, each time. */
const LIKELY_AT_ONCE = 256;
const AT_ONCE = 512;
/** Looks between two parts of a round that has several. */
const REST = 1;
/** Beyond these an element is likely no more than others are. */
const MOST_LIKELY = 4096;
/** What may have a shadow root, beside custom elements (DOM, "valid shadow host name"). */
const MAY = new Set("article aside blockquote body div footer h1 h2 h3 h4 h5 h6 header main nav p section span".split(" "));

export class Hosts {
  /** How often all have been looked at. */
  rounds = 0;
  private readonly likely = new Set<Element>();
  private ahead: Node[] = [];
  private rest = 0;
  private walker: TreeWalker | undefined;

  constructor(
    private readonly nodes: Nodes,
    private readonly changes: Changes,
    private readonly roots: ReadonlyMap<Node, unknown>,
  ) {}

  /** A custom or an empty element that is told. Whether it is kept until it is forgotten. */
  add(element: Element): boolean {
    const name = dom.localName(element);
    const isLikely = (MAY.has(name) || (traits(name) & Trait.Custom) !== 0) && this.likely.size < MOST_LIKELY && !dom.shadowOf(element);
    if (isLikely) this.likely.add(element);
    return isLikely;
  }

  forget(node: Node): void {
    this.likely.delete(node as Element);
  }

  /** Elements that have one by now are told anew. */
  look(): void {
    this.lookLikely();
    if (this.rest-- > 0) return;
    this.rest = 0;
    for (let count = 0; count < AT_ONCE; count++) {
      const element = this.next();
      if (!element) {
        this.rounds++;
        return;
      }
      this.judge(element);
    }
    this.rest = REST;
  }

  private lookLikely(): void {
    let left = Math.min(this.likely.size, LIKELY_AT_ONCE);
    for (const element of this.likely) {
      if (--left < 0) return;
      // To the end: those that were not looked at for longest come first.
      this.likely.delete(element);
      this.likely.add(element);
      this.judge(element);
    }
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
