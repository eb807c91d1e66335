// What documents are beside their nodes: what their addresses are resolved by, and which custom elements are defined.
import { Op } from "../cobrowse/wire";
import * as dom from "./dom";
import type { Nodes } from "./nodes";
import { judgedBase } from "./walk";
import type { Writer } from "./writer";

interface Known {
  base: string;
  /** Custom elements by name, and whether they were told to be defined. */
  names: Map<string, boolean>;
}

export class Documents {
  private readonly known = new Map<Node, Known>();

  constructor(private readonly nodes: Nodes) {}

  /** A root that is told. */
  add(root: Node): void {
    if (dom.nodeType(root) === 9) this.known.set(root, { base: dom.baseURI(root), names: new Map() });
  }

  forget(node: Node): void {
    this.known.delete(node);
  }

  /** A custom element that is told. */
  element(element: Element): void {
    const name = dom.localName(element);
    const names = this.known.get(dom.ownerDocument(element) as Node)?.names;
    if (names && !names.has(name)) names.set(name, false);
  }

  /**
   * Bases that are others now, to be told before what they resolve, and custom elements that are defined by now, since
   * styles look at it. `again`: also those that were told.
   */
  tell(out: Writer, again = false): void {
    for (const [document, known] of this.known) {
      const base = dom.baseURI(document);
      if (base !== known.base) {
        known.base = base;
        this.begin(out, Op.Base, document);
        out.value(judgedBase(document as Document));
      }
      for (const [name, isTold] of known.names) {
        if ((isTold && !again) || !dom.isDefined(document, name)) continue;
        known.names.set(name, true);
        this.begin(out, Op.Defined, document);
        out.name(name);
      }
    }
  }

  private begin(out: Writer, op: number, document: Node): void {
    out.byte(op);
    out.id(this.nodes.id(document));
  }
}
