import { Flag, Op } from "../cobrowse/wire";
import { isSchemes } from "./admit";
import { Aid } from "./aid";
import { type Payload, Tables } from "./body";
import { Definitions } from "./definitions";
import * as dom from "./dom";
import { Planner, type Originals, type Plan, remember, remove } from "./plan";
import { Fault, type Reader } from "./reader";
import { type SheetHost, Sheets, type SheetTexts, hex } from "./sheets";
import { type Caret, States } from "./states";
import { Tree } from "./tree";

/** What is seen of a page beside its document. */
export interface Sight {
  width: number;
  height: number;
  ratio: number;
  /** The visitor prefers dark colours. */
  isDark: boolean;
  pointer?: { x: number; y: number };
  clicks: number;
  focus?: Element;
  url: string;
  title: string;
  paused: boolean;
}

/** What a page that is built asks for, or tells. */
export interface PageHost {
  need(hashes: string[]): void;
  clicked(x: number, y: number): void;
  changed(): void;
  ended(): void;
}

/** Removed nodes after which those that are gone are forgotten. */
const SWEEP = 2000;

/** A visitor's page as it is built in a frame's document. */
export class Page implements SheetHost {
  readonly sight: Sight = { width: 0, height: 0, ratio: 1, isDark: false, clicks: 0, url: "", title: "", paused: false };
  /** The whole of the snapshot has come. */
  isWhole = false;
  private readonly originals: Originals = new WeakMap();
  private readonly planner = new Planner(this.originals);
  private readonly tables = new Tables<Plan>((name, space, attributes) => this.planner.element(name, space, attributes));
  private readonly tree: Tree;
  private readonly sheets: Sheets;
  private readonly states: States;
  private readonly bases = new Map<Document, HTMLBaseElement>();
  private readonly aid = new Aid();
  private readonly definitions = new Definitions();
  private readonly detached = new Set<Node>();
  private removed = 0;
  private hasMoved = false;
  /** Nodes have moved from one document to another. */
  private hasCrossed = false;
  /** What this body last gave an attribute of a name, and a text. */
  private readonly given = new Map<string, string>();
  private text = "";

  constructor(
    readonly doc: Document,
    readonly stream: number,
    private readonly host: PageHost,
    texts: SheetTexts,
  ) {
    this.tree = new Tree(doc, this.tables);
    this.sheets = new Sheets(this, texts);
    this.states = new States(this.aid);
  }

  /** Builds what a payload says. */
  apply(payload: Payload): void {
    const { ops } = payload;
    this.given.clear();
    this.text = "";
    while (!ops.isAtEnd) this.op(ops.byte(), payload);
    if (this.hasMoved) this.sheets.refill();
    this.hasMoved = false;
    if (this.hasCrossed) this.sheets.readoptAll();
    this.hasCrossed = false;
    this.states.settle();
    this.host.changed();
  }

  /** The links that are still to load. */
  loading(): HTMLLinkElement[] {
    return this.sheets.loading();
  }

  /** Scrolls again to where the page was: what has loaded since may have made room for it. */
  settle(): void {
    this.states.rescroll();
  }

  /** Whether another text or state of an element is seen than the visitor sees. */
  isMasked(element: Element): boolean {
    return this.states.masked.has(element);
  }

  /** Where the visitor writes, as far as the browser does not draw it. */
  get caret(): Caret | undefined {
    return this.states.caret;
  }

  /** Lets go of what the browser keeps for it. */
  close(): void {
    this.states.close();
  }

  baseOf(doc: Document): string {
    return this.bases.get(doc)?.href ?? "";
  }

  aids(doc: Document): CSSStyleSheet[] {
    return this.aid.sheets(doc);
  }

  replace(before: Element, after: Element): void {
    const id = this.tree.nodes.indexOf(before);
    if (id > 0) this.tree.nodes[id] = after;
    before.replaceWith(after);
  }

  private op(op: number, payload: Payload): void {
    const { ops } = payload;
    const { tree, tables } = this;
    switch (op) {
      case Op.Snapshot:
        return this.begin(payload);
      case Op.More:
        if (!tree.isOpen) throw new Fault("no snapshot goes on");
        return this.grown(tree.read(payload));
      case Op.Reset:
        return tables.reset();
      case Op.Insert:
        return this.insert(payload);
      case Op.Move:
        return this.move(ops);
      case Op.Remove:
        return this.remove(ops);
      case Op.Detach:
        return this.detach(ops);
      case Op.Attr:
      case Op.AttrSplice:
      case Op.AttrLike:
        return this.attribute(op, tree.element(ops.id()), payload);
      case Op.AttrGone: {
        const element = tree.element(ops.id());
        const name = tables.name(payload);
        remember(this.originals, element, name, undefined);
        return remove(element, name);
      }
      case Op.Text:
      case Op.TextLike: {
        const node = tree.node(ops.id());
        if (dom.nodeType(node) !== Node.TEXT_NODE) throw new Fault("a node is no text");
        this.text = splice(op === Op.Text ? (node as Text).data : this.text, payload, tables);
        (node as Text).data = this.text;
        return;
      }
      default:
        return this.state(op, payload);
    }
  }

  private attribute(op: number, element: Element, payload: Payload): void {
    const { tables, given } = this;
    const name = tables.name(payload);
    let value: string;
    if (op === Op.Attr) value = tables.value(payload);
    else {
      const own = this.originals.get(element)?.get(name) ?? dom.attribute(element, name) ?? "";
      value = splice(op === Op.AttrLike ? (given.get(name) ?? "") : own, payload, tables);
    }
    given.set(name, value);
    this.planner.attribute(dom.localName(element), name).set(element, value);
  }

  private state(op: number, payload: Payload): void {
    const { ops } = payload;
    const { tree, tables, sight } = this;
    switch (op) {
      case Op.Value: {
        const element = tree.element(ops.id());
        const value = tables.value(payload);
        return isScheme(element) ? this.scheme(element, value) : this.states.value(element, value);
      }
      case Op.State:
        return this.states.set(tree.element(ops.id()), ops.varint());
      case Op.Scroll:
        return this.states.scroll(tree.node(ops.id()), ops.svarint(), ops.svarint());
      case Op.View:
        [sight.width, sight.height, sight.ratio, sight.isDark] = [ops.varint(), ops.varint(), ops.varint() / 100, ops.varint() === 1];
        return;
      case Op.Pointer:
        sight.pointer = { x: ops.svarint(), y: ops.svarint() };
        ops.id();
        return;
      case Op.Click: {
        const [x, y] = [ops.svarint(), ops.svarint()];
        ops.id();
        sight.clicks += 1;
        return this.host.clicked(x, y);
      }
      case Op.Focus: {
        const id = ops.id();
        delete sight.focus;
        if (id !== 0) sight.focus = tree.element(id);
        return;
      }
      case Op.Select: {
        const [anchor, from, focus, to] = [ops.id(), ops.varint(), ops.id(), ops.varint()];
        return this.states.select(anchor ? tree.node(anchor) : undefined, from, focus ? tree.node(focus) : undefined, to);
      }
      case Op.Still: {
        const element = tree.element(ops.id());
        return this.states.still(element, ops.take(ops.varint()));
      }
      case Op.Box:
        return this.states.box(tree.element(ops.id()), ops.varint(), ops.varint(), tables.value(payload));
      case Op.Page:
        [sight.url, sight.title] = [tables.value(payload), tables.value(payload)];
        return this.rebase(this.doc, tables.value(payload));
      case Op.Base:
        return this.based(tree.node(ops.id()), tables.value(payload));
      case Op.Defined:
        return this.definitions.add(tree.node(ops.id()), tables.name(payload));
      case Op.Paused:
        sight.paused = ops.varint() !== 0;
        return;
      case Op.End:
        return this.host.ended();
      default:
        return this.sheet(op, payload);
    }
  }

  private sheet(op: number, payload: Payload): void {
    const { ops } = payload;
    const { tree, tables, sheets } = this;
    switch (op) {
      case Op.Sheet: {
        const missing = sheets.define(payload, tables);
        if (missing !== undefined) this.host.need([missing]);
        return;
      }
      case Op.Own: {
        const element = tree.element(ops.id());
        const number = ops.varint();
        return sheets.own(element, number === 0 ? undefined : number - 1);
      }
      case Op.Adopt: {
        const root = tree.node(ops.id());
        const numbers = Array.from({ length: ops.varint() }, () => ops.varint());
        // A fragment stands for a shadow root that this browser does not attach.
        if (dom.nodeType(root) === Node.DOCUMENT_NODE || dom.hostOf(root)) sheets.adopt(root as Document | ShadowRoot, numbers);
        return;
      }
      case Op.Rules:
        return sheets.rules(payload, tables);
      case Op.SheetState:
        return sheets.state(ops.varint(), ops.varint() !== 0, tables.value(payload));
      case Op.SheetText:
        return sheets.supply(hex(ops.take(8)), tables.raw(payload));
      default:
        throw new Fault(`an op is unknown: ${op}`);
    }
  }

  private begin(payload: Payload): void {
    const { ops } = payload;
    const id = ops.varint();
    ops.varint();
    const base = this.tables.value(payload);
    const content = dom.fragment(this.doc);
    this.tree.keep(id, this.doc);
    // Before what it resolves: Firefox does that when an address is set.
    this.rebase(this.doc, base);
    this.tree.begin(content, id + 1);
    this.content = { content, base };
    this.grown(this.tree.read(payload));
  }

  /** The snapshot's nodes, while not all have come. */
  private content?: { content: DocumentFragment; base: string };

  private grown(shadows: readonly ShadowRoot[]): void {
    if (this.content && !this.tree.isOpen) {
      const { content, base } = this.content;
      delete this.content;
      const root = dom.documentElement(this.doc);
      if (root) dom.take(this.doc, root);
      dom.append(this.doc, content);
      this.rebase(this.doc, base);
      this.sheets.readopt(this.doc);
      this.isWhole = true;
    }
    if (!this.content) this.fillFrames();
    for (const root of shadows) if (dom.isConnected(root) && dom.hostOf(root)) this.sheets.readopt(root);
  }

  private insert(payload: Payload): void {
    const { ops } = payload;
    const parent = this.tree.node(ops.id());
    const before = ops.id();
    const fragment = dom.fragment(this.doc);
    this.tree.begin(fragment, ops.varint());
    const shadows = this.tree.read(payload);
    this.place(parent, fragment, before);
    this.grown(shadows);
  }

  private place(parent: Node, child: Node, before: number): void {
    const next = before === 0 ? this.tail(parent) : this.tree.node(before);
    const isDocument = dom.nodeType(parent) === Node.DOCUMENT_NODE;
    // There is one root element at a time: that it has gone is told after what came.
    const root = isDocument && dom.elements(child).length > 0 ? dom.documentElement(parent as Document) : null;
    if (root) dom.take(parent, root);
    try {
      dom.insert(parent, child, next === root ? null : next);
    } catch {
      throw new Fault("a node has no such place");
    }
    if (isDocument) this.rebase(parent as Document, this.baseOf(parent as Document));
  }

  /** What stands behind a parent's last child: our own `<base>`, else nothing. */
  private tail(parent: Node): Node | null {
    const base = this.bases.get(dom.ownerDocument(parent) ?? this.doc);
    return base && base.parentNode === parent ? base : null;
  }

  private move(ops: Reader): void {
    const parent = this.tree.node(ops.id());
    const before = ops.id();
    const fragment = dom.fragment(this.doc);
    for (let count = ops.varint(); count > 0; count--) {
      const node = this.tree.node(ops.id());
      this.detached.delete(node);
      this.stow(node);
      dom.append(fragment, node);
    }
    this.place(parent, fragment, before);
    this.hasMoved = true;
    // On its way a node in a frame is of the page's own document for a moment.
    this.hasCrossed ||= this.bases.size > 1;
    this.fillFrames();
  }

  private remove(ops: Reader): void {
    for (let count = ops.varint(); count > 0; count--) {
      const node = this.tree.nodes[ops.id()];
      if (!node) continue;
      this.detached.delete(node);
      leave(node);
      this.removed += 1;
    }
    if (this.removed > SWEEP) {
      this.removed = 0;
      this.tree.sweep([this.doc, ...this.detached]);
      this.states.forget(dom.isConnected);
    }
  }

  private detach(ops: Reader): void {
    for (let count = ops.varint(); count > 0; count--) {
      const node = this.tree.node(ops.id());
      this.stow(node);
      leave(node);
      this.detached.add(node);
    }
  }

  /** A frame that leaves its place loses its document; what is in it is kept. */
  private stow(node: Node): void {
    if (this.bases.size < 2 || dom.nodeType(node) !== Node.ELEMENT_NODE) return;
    for (const frame of [node as Element, ...dom.all(node, "iframe")]) {
      const doc = dom.frameOf(frame);
      const id = doc ? this.tree.nodes.indexOf(doc) : -1;
      if (!doc || id < 0) continue;
      const children = dom.fragment(this.doc);
      const base = this.baseOf(doc);
      this.bases.get(doc)?.remove();
      for (const child of dom.childNodes(doc)) if (dom.nodeType(child) !== Node.DOCUMENT_TYPE_NODE) dom.append(children, child);
      this.tree.inner.set(frame, { id, quirks: dom.compatMode(doc) === "BackCompat", base, children });
      this.definitions.move(doc, children);
      this.bases.delete(doc);
      this.aid.leave(doc);
    }
  }

  /** Gives frames that are in their place their documents. */
  private fillFrames(): void {
    for (const [frame, { id, quirks, base, children }] of this.tree.inner) {
      const doc = dom.isConnected(frame) ? dom.frameOf(frame) : undefined;
      if (!doc) continue;
      this.tree.inner.delete(frame);
      this.hasCrossed = true;
      if (!quirks) {
        doc.open();
        doc.write("<!doctype html>");
        doc.close();
      }
      for (const child of dom.childNodes(doc)) if (dom.nodeType(child) !== Node.DOCUMENT_TYPE_NODE) leave(child);
      dom.append(doc, children);
      this.tree.keep(id, doc);
      this.definitions.move(children, doc);
      this.rebase(doc, base);
      this.sheets.readopt(doc);
      this.quiet?.(doc);
    }
  }

  /** Called with each document that comes into being inside. */
  quiet?: (doc: Document) => void;

  /** A document, or one that has no place yet, has another base. */
  private based(node: Node, address: string): void {
    if (dom.nodeType(node) === Node.DOCUMENT_NODE) return this.rebase(node as Document, address);
    for (const inner of this.tree.inner.values()) if (inner.children === node) inner.base = address;
  }

  /** What a `<meta>` says of colours goes for its document. */
  private scheme(element: Element, value: string): void {
    const meta = dom.create(this.doc, "meta");
    if (isSchemes(value)) dom.setAttributeOf(meta, "content", value);
    dom.setAttributeOf(meta, "name", "color-scheme");
    this.replace(element, meta);
  }

  /** Addresses are resolved as in the visitor's page. */
  private rebase(doc: Document, address: string): void {
    const base = this.bases.get(doc) ?? (dom.create(doc, "base") as HTMLBaseElement);
    this.bases.set(doc, base);
    if (/^https?:/i.test(address)) base.href = address;
    const root = dom.documentElement(doc);
    if (root && base.parentNode !== root) dom.append(root, base);
  }
}

/** Whether it is what stands for a `<meta>`, or one of colours. */
function isScheme(element: Element): boolean {
  return /^(docent-)?meta$/.test(dom.localName(element));
}

/** Takes a node from where it is. */
function leave(node: Node): void {
  const parent = dom.parent(node);
  if (parent) dom.take(parent, node);
}

/** Of the old text, so many code units at both ends stay. */
function splice(before: string, payload: Payload, tables: Tables<Plan>): string {
  const [front, back] = [payload.ops.varint(), payload.ops.varint()];
  const between = tables.raw(payload);
  if (front + back > before.length) throw new Fault("a change is longer than what it changes");
  return before.slice(0, front) + between + before.slice(before.length - back);
}

/** Whether the document of a snapshot that begins here is in quirks mode; `undefined` where none begins. */
export function quirksOf(frame: Payload): boolean | undefined {
  const ops = frame.ops.peek();
  if (ops.isAtEnd || ops.byte() !== Op.Snapshot) return undefined;
  ops.varint();
  return (ops.varint() & Flag.Quirks) !== 0;
}
