// Custom elements that are defined in the page: many sites hide them until they are. Here they are defined as elements that
// do nothing.
import * as dom from "./dom";

/** Names that a page may have defined here. */
const MOST = 10_000;

export class Definitions {
  private readonly names = new Map<Node, Set<string>>();
  private count = 0;

  /** In a document, or in what will be one, elements of this name are defined. */
  add(node: Node, name: string): void {
    if (++this.count > MOST) return;
    const names = this.names.get(node) ?? new Set();
    this.names.set(node, names.add(name));
    if (dom.nodeType(node) === Node.DOCUMENT_NODE) define(node as Document, name);
  }

  /** What was, or is to be, one document is another. */
  move(from: Node, to: Node): void {
    const names = this.names.get(from);
    if (!names) return;
    this.names.delete(from);
    this.names.set(to, names);
    if (dom.nodeType(to) === Node.DOCUMENT_NODE) for (const name of names) define(to as Document, name);
  }
}

function define(doc: Document, name: string): void {
  const view = dom.defaultView(doc) as (Window & typeof globalThis) | null;
  try {
    view?.customElements.define(name, class extends view.HTMLElement {});
  } catch {
    // It is defined already, or no name for one.
  }
}
