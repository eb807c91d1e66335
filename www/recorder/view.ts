// Where the visitor looks and points: viewport, scrolling, pointer, clicks, focus, selection, address.
import { NOTHING, type Rules, address, text } from "../../src/mask.js";
import { Op } from "../cobrowse/wire";
import * as dom from "./dom";
import type { Nodes } from "./nodes";
import { Selected } from "./selection";
import type { Writer } from "./writer";

/** Clicks that wait at most. */
const MOST_CLICKS = 20;

interface Point {
  x: number;
  y: number;
  target: Node | null;
}

export class View {
  private readonly scrolled = new Set<Node>();
  private readonly offsets = new Map<Node, true>();
  private pointer: Point | undefined;
  private clicks: Point[] = [];
  private view = "";
  private place = "";
  private focus = -1;
  private readonly selected: Selected;
  private focuses = true;
  /** The viewport may be another. To ask for it makes the browser lay the page out. */
  private resizes = true;
  private scheme: MediaQueryList | undefined;

  constructor(
    private readonly nodes: Nodes,
    private readonly rules: Rules,
    private readonly page: Document,
    private readonly dirty: () => void,
    roots: ReadonlyMap<Node, unknown>,
  ) {
    this.selected = new Selected(nodes, page, roots);
  }

  /** Listens to a document or shadow root until `signal` aborts. */
  listen(root: Node, signal: AbortSignal): void {
    const hear = (type: string, heard: (event: Event, target: Node) => void): void =>
      dom.on(root, type, signal, (event) => {
        heard(event, (event.composedPath()[0] ?? event.target) as Node);
        this.dirty();
      });
    hear("scroll", (_, target) => this.scrolled.add(target));
    hear("selectionchange", () => (this.selected.isStale = true));
    if (dom.nodeType(root) !== 9) return;
    hear("pointermove", (event, target) => (this.pointer = this.point(event as PointerEvent, target, root as Document)));
    hear("click", (event, target) => {
      if (this.clicks.length < MOST_CLICKS) this.clicks.push(this.point(event as PointerEvent, target, root as Document));
    });
    for (const type of ["focusin", "focusout"]) hear(type, () => (this.focuses = this.selected.isStale = true));
    const window = dom.defaultView(root);
    if (!window) return;
    const resized = (): void => {
      this.resizes = true;
      this.dirty();
    };
    dom.on(window, "resize", signal, resized);
    if (root !== this.page) return;
    this.scheme = dom.media(window, "(prefers-color-scheme: dark)", signal, resized);
  }

  /** What has changed. `looks`: also where the visitor is, which nothing tells of. */
  flush(out: Writer, looks: boolean): void {
    this.tellAll(out, looks);
    if (this.pointer) this.tell(out, Op.Pointer, this.pointer);
    for (const click of this.clicks) this.tell(out, Op.Click, click);
    this.pointer = undefined;
    this.clicks = [];
  }

  private tellAll(out: Writer, looks: boolean): void {
    if (this.resizes) this.tellView(out);
    if (looks) this.tellPlace(out);
    for (const node of this.scrolled) this.scroll(out, node);
    this.scrolled.clear();
    if (this.focuses) this.tellFocus(out);
    this.selected.tell(out);
  }

  /** How all stands, whatever has been told of it. */
  again(out: Writer): void {
    this.view = this.place = "";
    this.focus = -1;
    this.focuses = this.resizes = true;
    this.selected.again();
    for (const node of this.offsets.keys()) this.scrolled.add(node);
    this.scrolled.add(this.page);
    this.tellAll(out, true);
  }

  forget(node: Node): void {
    this.scrolled.delete(node);
    this.offsets.delete(node);
  }

  private point({ clientX, clientY }: PointerEvent, target: Node, document: Document): Point {
    let [x, y] = [clientX, clientY];
    // In a frame it counts from the frame.
    for (let at: Document = document; at !== this.page; ) {
      const frame = dom.defaultView(at)?.frameElement;
      const outer = frame && dom.ownerDocument(frame);
      if (!outer) break;
      const { left, top } = dom.rect(frame);
      x += left + frame.clientLeft;
      y += top + frame.clientTop;
      at = outer;
    }
    return { x: Math.round(x), y: Math.round(y), target };
  }

  private tell(out: Writer, op: number, { x, y, target }: Point): void {
    out.byte(op);
    out.svarint(x);
    out.svarint(y);
    out.id(target ? this.nodes.id(target) : 0);
  }

  private scroll(out: Writer, node: Node): void {
    const id = this.nodes.id(node);
    const element = dom.nodeType(node) === 9 ? dom.scrollingElement(node) : (node as Element);
    if (!id || !element) return;
    this.offsets.set(node, true);
    this.nodes.note(node);
    out.byte(Op.Scroll);
    out.id(id);
    out.svarint(Math.round(dom.scrollLeft(element)));
    out.svarint(Math.round(dom.scrollTop(element)));
  }

  private tellView(out: Writer): void {
    this.resizes = false;
    const window = dom.defaultView(this.page);
    if (!window) return;
    const { innerWidth, innerHeight, devicePixelRatio } = window;
    const isDark = this.scheme?.matches ?? false;
    const view = `${innerWidth} ${innerHeight} ${devicePixelRatio} ${isDark}`;
    if (view === this.view) return;
    this.view = view;
    out.byte(Op.View);
    out.varint(innerWidth);
    out.varint(innerHeight);
    out.varint(Math.round(devicePixelRatio * 100));
    out.varint(isDark ? 1 : 0);
  }

  private tellPlace(out: Writer): void {
    const url = dom.documentURL(this.page);
    const title = dom.title(this.page);
    const base = dom.baseURI(this.page);
    const place = `${url}\n${title}\n${base}`;
    if (place === this.place) return;
    this.place = place;
    const element = dom.one(this.page, "head > title");
    const covered = element ? this.nodes.cover(element) : this.rules.outer;
    out.byte(Op.Page);
    out.value(address(url) ?? NOTHING);
    out.value(text(title, Math.max(covered, this.rules.outer)));
    out.value(address(base) ?? NOTHING);
  }

  private tellFocus(out: Writer): void {
    this.focuses = false;
    const element = dom.focused(this.page);
    const id = element ? this.nodes.id(element) : 0;
    if (id === this.focus) return;
    this.focus = id;
    out.byte(Op.Focus);
    out.id(id);
  }
}
