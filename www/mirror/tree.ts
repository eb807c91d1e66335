import { Flag, Token } from "../cobrowse/wire";
import type { Payload, Tables } from "./body";
import * as dom from "./dom";
import type { Plan } from "./plan";
import { Fault } from "./reader";

/** How deep a page may be nested. Browsers' parsers stop at 512; scripts may go on. */
const DEEPEST = 20_000;
/** Ids above it are no page's. */
const HIGHEST = 20_000_000;

/** A frame's document: it is only there once its element is in a document. */
export interface Inner {
  id: number;
  quirks: boolean;
  base: string;
  children: DocumentFragment;
}

/** The nodes of a page that is built, by id. */
export class Tree {
  readonly nodes: (Node | undefined)[] = [];
  /** What frames will hold, by their element. */
  readonly inner = new Map<Element, Inner>();
  /** Where a list of nodes goes on. */
  private open: Node[] = [];
  private next = 0;
  private fresh: ShadowRoot[] = [];

  constructor(
    private readonly doc: Document,
    private readonly tables: Tables<Plan>,
  ) {}

  node(id: number): Node {
    const node = this.nodes[id];
    if (!node) throw new Fault("a node is unknown");
    return node;
  }

  element(id: number): Element {
    const node = this.node(id);
    if (dom.nodeType(node) !== Node.ELEMENT_NODE) throw new Fault("a node is no element");
    return node as Element;
  }

  keep(id: number, node: Node): void {
    if (id <= 0 || id > HIGHEST) throw new Fault("an id is out of bounds");
    this.nodes[id] = node;
  }

  /** Begins a list of nodes; they come into `parent`. */
  begin(parent: Node, first: number): void {
    this.open = [parent];
    this.next = first;
  }

  /** Whether a list of nodes waits for its next part. */
  get isOpen(): boolean {
    return this.open.length > 0;
  }

  /** Reads a list, or a part of one. The shadow roots it made. */
  read(payload: Payload): ShadowRoot[] {
    const { ops } = payload;
    const { tables, open, doc, nodes } = this;
    let parent = open[open.length - 1];
    if (!parent) throw new Fault("nothing goes on");
    this.fresh = [];
    for (;;) {
      const token = ops.varint();
      if (token >= Token.Element) {
        const plan = tables.shape(payload, token - Token.Element);
        const element = plan.create(doc);
        for (const attribute of plan.attributes) attribute.set(element, tables.value(payload));
        if (this.next > HIGHEST) throw new Fault("an id is out of bounds");
        nodes[this.next++] = element;
        dom.append(parent, element);
        open.push(element);
        if (open.length > DEEPEST) throw new Fault("a page is nested too deep");
        parent = element;
      } else if (token === Token.Text) {
        const text = dom.text(doc, tables.text(payload));
        nodes[this.next++] = text;
        dom.append(parent, text);
      } else if (token === Token.End) {
        open.pop();
        const outer = open[open.length - 1];
        if (!outer) return this.fresh;
        parent = outer;
      } else if (token === Token.Pause) {
        return this.fresh;
      } else {
        parent = this.rare(token, parent, payload);
      }
    }
  }

  private rare(token: number, parent: Node, payload: Payload): Node {
    if (token === Token.Id) {
      this.next = payload.ops.varint();
      if (this.next <= 0 || this.next > HIGHEST) throw new Fault("an id is out of bounds");
      return parent;
    }
    const root = this.inside(token, parent as Element, payload);
    this.open.push(root);
    return root;
  }

  private inside(token: number, parent: Element, payload: Payload): Node {
    const id = this.next++;
    switch (token) {
      case Token.Shadow: {
        const root = dom.shadowRoot(parent) ?? attach(parent);
        this.fresh.push(root as ShadowRoot);
        return this.kept(id, root);
      }
      case Token.Content: {
        return this.kept(id, dom.contentOf(parent) ?? dom.fragment(this.doc));
      }
      case Token.Frame: {
        const quirks = (payload.ops.varint() & Flag.Quirks) !== 0;
        const base = this.tables.value(payload);
        const children = dom.fragment(this.doc);
        this.inner.set(parent, { id, quirks, base, children });
        return this.kept(id, children);
      }
      default:
        throw new Fault("a token is unknown");
    }
  }

  private kept(id: number, node: Node): Node {
    this.keep(id, node);
    return node;
  }

  /** Forgets nodes that are no part of the page any more. `roots` are what it still has. */
  sweep(roots: Iterable<Node>): void {
    const live = new Set<Node>();
    const waiting: Node[] = [...roots];
    for (let root = waiting.pop(); root; root = waiting.pop()) {
      const walker = dom.walker(this.doc, root);
      for (let node: Node | null = root; node; node = walker.nextNode()) {
        live.add(node);
        if (dom.nodeType(node) !== Node.ELEMENT_NODE) continue;
        const element = node as Element;
        for (const inside of [dom.shadowRoot(element), dom.contentOf(element), dom.frameOf(element)]) if (inside) waiting.push(inside);
      }
    }
    this.nodes.forEach((node, id) => {
      if (node && !live.has(node)) delete this.nodes[id];
    });
  }
}

/** Where the page has a shadow root on an element that takes none, its content is out of sight. */
function attach(parent: Element): ShadowRoot | DocumentFragment {
  try {
    return dom.attach(parent);
  } catch {
    return dom.fragment(dom.ownerDocument(parent) as Document);
  }
}
