import { State } from "../cobrowse/wire";
import { type Aid, mark } from "./aid";
import * as dom from "./dom";

/** A place in a field or text where the visitor writes, or what they have selected in a field. */
export interface Caret {
  node: Node;
  from: number;
  to: number;
}

/** What a page's elements are beside their attributes: values, states, offsets, images. */
export class States {
  private readonly scrolls = new Map<Node, { x: number; y: number }>();
  private readonly modals = new Set<Element>();
  private readonly late = new Set<() => void>();
  private drawing = 0;
  private readonly stills = new Map<Element, string>();
  private selection?: Selection;
  /** Where the visitor writes. */
  caret?: Caret;
  /** Elements of which another text or state is seen than the visitor sees. */
  readonly masked = new WeakSet<Element>();

  constructor(private readonly aid: Aid) {}

  value(element: Element, value: string): void {
    if (!/^(input|textarea)$/.test(dom.localName(element))) return;
    try {
      (element as HTMLInputElement).value = value;
    } catch {
      // A file's name can only be chosen.
    }
  }

  set(element: Element, bits: number): void {
    const has = (bit: State): boolean => (bits & bit) !== 0;
    const name = dom.localName(element);
    if (name === "input") {
      (element as HTMLInputElement).checked = has(State.Checked);
      (element as HTMLInputElement).indeterminate = has(State.Indeterminate);
    }
    if (name === "option") dom.choose(element, has(State.Selected));
    if (has(State.Masked)) this.masked.add(element);
    else this.masked.delete(element);
    mark(element, "blocked", has(State.Blocked));
    mark(element, "fullscreen", has(State.Fullscreen));
    // What takes to the top layer has to be in the document first.
    if (name === "dialog") this.late.add(() => this.modal(element as HTMLDialogElement, has(State.Modal)));
    if (dom.has(element, "popover")) this.late.add(() => popover(element as HTMLElement, has(State.Popover)));
  }

  /** To scroll is to lay the page out, which is only worth doing when it is drawn. */
  scroll(node: Node, x: number, y: number): void {
    this.scrolls.set(node, { x, y });
    this.drawing ||= requestAnimationFrame(() => {
      this.drawing = 0;
      this.rescroll();
    });
  }

  /** Scrolls once more what is not where it should be. */
  rescroll(): void {
    for (const [node, { x, y }] of this.scrolls) {
      if (dom.isConnected(node)) scrollTo(node, x, y);
      else this.scrolls.delete(node);
    }
  }

  select(anchor: Node | undefined, from: number, focus: Node | undefined, to: number): void {
    delete this.caret;
    this.late.add(() => {
      this.selection?.removeAllRanges();
      delete this.selection;
      if (!anchor || !focus) return;
      // In a frame without the focus the browser draws no caret, and in a field no selection.
      if (anchor === focus && (from === to || isField(anchor))) this.caret = { node: anchor, from: Math.min(from, to), to: Math.max(from, to) };
      if (isField(anchor)) return;
      const selection = dom.selectionOf(anchor);
      selection?.setBaseAndExtent(anchor, Math.min(from, lengthOf(anchor)), focus, Math.min(to, lengthOf(focus)));
      if (selection) this.selection = selection;
    });
  }

  still(element: Element, bytes: Uint8Array<ArrayBuffer>): void {
    const type = imageType(bytes);
    if (!type) return;
    const image = new Blob([bytes], { type });
    const isVideo = dom.localName(element) === "video";
    if (!isVideo && dom.localName(element) !== "canvas") return;
    URL.revokeObjectURL(this.stills.get(element) ?? "");
    const address = URL.createObjectURL(image);
    this.stills.set(element, address);
    // Where no script may run, a canvas is no picture but what stands in it. A video has nothing but its poster, which
    // goes out of sight before what the video shows.
    if (isVideo) this.late.add(() => this.aid.stills.set(element, `${background(element, address)}; object-position: -100000px 0 !important`));
    else this.aid.stills.set(element, `content: url("${address}") !important`);
  }

  /** `place`: declarations of how it stands among its siblings. */
  box(element: Element, width: number, height: number, place: string): void {
    mark(element, "box");
    const all = [`width:${width}px`, `height:${height}px`, ...declared(place, dom.localName(element))];
    this.aid.boxes.set(element, all.map((one) => `${one} !important`).join(";"));
  }

  /** Does what has to wait until a whole frame is built. */
  settle(): void {
    for (const act of this.late) {
      try {
        act();
      } catch {
        // The element is in no document, or in another state by now.
      }
    }
    this.late.clear();
    this.aid.write();
  }

  forget(isThere: (node: Node) => boolean): void {
    this.aid.forget(isThere);
    for (const node of this.scrolls.keys()) if (!isThere(node)) this.scrolls.delete(node);
    for (const element of this.modals) if (!isThere(element)) this.modals.delete(element);
    for (const [element, address] of this.stills) {
      if (isThere(element)) continue;
      URL.revokeObjectURL(address);
      this.stills.delete(element);
    }
  }

  /** The page is shown no longer. */
  close(): void {
    this.forget(() => false);
  }

  private modal(dialog: HTMLDialogElement, is: boolean): void {
    if (is === this.modals.has(dialog)) return;
    if (is) {
      this.modals.add(dialog);
      dom.removeAttributeOf(dialog, "open");
      keepFocus(() => dialog.showModal());
    } else {
      this.modals.delete(dialog);
      const isOpen = dom.has(dialog, "open");
      // One whose attribute is gone is no longer seen, but still keeps all else from being reached.
      dom.setAttributeOf(dialog, "open", "");
      keepFocus(() => HTMLDialogElement.prototype.close.call(dialog));
      if (isOpen) dom.setAttributeOf(dialog, "open", "");
    }
  }
}

function popover(element: HTMLElement, on: boolean): void {
  if (on === dom.matches(element, ":popover-open")) return;
  const { showPopover, hidePopover } = HTMLElement.prototype;
  keepFocus(() => (on ? showPopover : hidePopover).call(element));
}

/** What stands in a line with a size of its own. */
const REPLACED = /^(img|canvas|video|iframe|frame|input|docent-.*)$/;

/** Words and numbers; what an element is turned and scaled by. Not what an empty element has no text for. */
const DECLARATION = /^(?!vertical-align:baseline)[a-z-]+:([-\w.%/ ]+|matrix(3d)?\([-\de., ]+\))$/;

/** Of these declarations, those that tell a place. */
function declared(text: string, name: string): string[] {
  // Anything else has no size in a line, and would stand on it where it is empty.
  const line = REPLACED.test(name) ? [] : ["display:inline-block", "vertical-align:bottom"];
  return text
    .split(";")
    .filter((one) => DECLARATION.test(one))
    .flatMap((one) => (one === "display:inline" ? line : [one]));
}

/** A still behind a video, as the page has the video fit its box. */
function background(video: Element, address: string): string {
  const { objectFit = "" } = dom.styleOf(video) ?? {};
  const size = { fill: "100% 100%", cover: "cover", none: "auto" }[objectFit] ?? "contain";
  return `background: url("${address}") center / ${size} no-repeat content-box !important`;
}

function scrollTo(node: Node, x: number, y: number): void {
  if (dom.nodeType(node) === Node.DOCUMENT_NODE) {
    const view = dom.defaultView(node);
    if (view && (view.scrollX !== x || view.scrollY !== y)) view.scrollTo({ left: x, top: y, behavior: "instant" });
    return;
  }
  const element = node as Element;
  if (dom.scrollLeft(element) !== x || dom.scrollTop(element) !== y) dom.scroll(element, { left: x, top: y, behavior: "instant" });
}

/** The agent goes on typing where they type, whatever takes the focus in a page. */
function keepFocus(act: () => void): void {
  const { activeElement } = document;
  act();
  if (document.activeElement !== activeElement && activeElement instanceof HTMLElement) activeElement.focus({ preventScroll: true });
}

function isField(node: Node): boolean {
  return dom.nodeType(node) === Node.ELEMENT_NODE && /^(input|textarea)$/.test(dom.localName(node));
}

function lengthOf(node: Node): number {
  return dom.nodeType(node) === Node.TEXT_NODE ? (node as Text).length : dom.childNodes(node).length;
}

/** What a browser may decode. Nothing else is handed to it. */
function imageType(bytes: Uint8Array): string | undefined {
  const starts = (...magic: number[]): boolean => magic.every((byte, at) => bytes[at] === byte);
  if (starts(0xff, 0xd8, 0xff)) return "image/jpeg";
  if (starts(0x89, 0x50, 0x4e, 0x47)) return "image/png";
  return starts(0x52, 0x49, 0x46, 0x46) && bytes[8] === 0x57 ? "image/webp" : undefined;
}
