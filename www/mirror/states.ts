import { State } from "../cobrowse/wire";

/** What a page's elements are beside their attributes: values, states, offsets, images. */
export class States {
  private readonly scrolls = new Map<Node, { x: number; y: number }>();
  private readonly modals = new Set<Element>();
  private readonly late = new Set<() => void>();
  private drawing = 0;
  private readonly stills = new Map<Element, string>();

  value(element: Element, value: string): void {
    try {
      (element as HTMLInputElement).value = value;
    } catch {
      // A file's name can only be chosen.
    }
  }

  set(element: Element, bits: number): void {
    const has = (bit: State): boolean => (bits & bit) !== 0;
    if ("checked" in element) (element as HTMLInputElement).checked = has(State.Checked);
    if ("indeterminate" in element) (element as HTMLInputElement).indeterminate = has(State.Indeterminate);
    if (element.localName === "option") (element as HTMLOptionElement).selected = has(State.Selected);
    mark(element, "docent-masked", has(State.Masked));
    mark(element, "docent-blocked", has(State.Blocked));
    mark(element, "docent-fullscreen", has(State.Fullscreen));
    // What takes to the top layer has to be in the document first.
    if (element.localName === "dialog") this.late.add(() => this.modal(element as HTMLDialogElement, has(State.Modal)));
    if (element.hasAttribute("popover")) this.late.add(() => popover(element as HTMLElement, has(State.Popover)));
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
      if (node.isConnected) scrollTo(node, x, y);
      else this.scrolls.delete(node);
    }
  }

  select(anchor: Node | undefined, from: number, focus: Node | undefined, to: number): void {
    this.late.add(() => {
      const view = (anchor?.ownerDocument ?? anchor) as Document | undefined;
      const selection = view?.getSelection?.();
      if (!anchor || !focus) return;
      if (anchor === focus && "setSelectionRange" in anchor) {
        keepFocus(() => (anchor as HTMLInputElement).setSelectionRange(Math.min(from, to), Math.max(from, to)));
        return;
      }
      selection?.setBaseAndExtent(anchor, Math.min(from, lengthOf(anchor)), focus, Math.min(to, lengthOf(focus)));
    });
  }

  still(element: Element, bytes: Uint8Array<ArrayBuffer>): void {
    const type = imageType(bytes);
    if (!type) return;
    const image = new Blob([bytes], { type });
    const isVideo = element.localName === "video";
    if (!isVideo && element.localName !== "canvas") return;
    URL.revokeObjectURL(this.stills.get(element) ?? "");
    const address = URL.createObjectURL(image);
    this.stills.set(element, address);
    // Where no script may run, a canvas is no picture but what stands in it.
    if (isVideo) element.setAttribute("poster", address);
    else (element as HTMLElement).style.setProperty("content", `url("${address}")`, "important");
  }

  box(element: Element, width: number, height: number): void {
    const style = (element as HTMLElement).style as CSSStyleDeclaration | undefined;
    element.setAttribute("docent-box", "");
    style?.setProperty("width", `${width}px`, "important");
    style?.setProperty("height", `${height}px`, "important");
    if (element.localName === "img") style?.setProperty("object-fit", "fill");
    if (element.localName.startsWith("docent-")) style?.setProperty("display", "inline-block");
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
  }

  forget(isThere: (node: Node) => boolean): void {
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
      dialog.removeAttribute("open");
      keepFocus(() => dialog.showModal());
    } else {
      this.modals.delete(dialog);
      const open = dialog.open;
      dialog.close();
      if (open) dialog.setAttribute("open", "");
    }
  }
}

function mark(element: Element, name: string, on: boolean): void {
  if (on !== element.hasAttribute(name)) element.toggleAttribute(name, on);
}

function popover(element: HTMLElement, on: boolean): void {
  if (on === element.matches(":popover-open")) return;
  keepFocus(() => (on ? element.showPopover() : element.hidePopover()));
}

function scrollTo(node: Node, x: number, y: number): void {
  if (node.nodeType === Node.DOCUMENT_NODE) {
    const view = (node as Document).defaultView;
    if (view && (view.scrollX !== x || view.scrollY !== y)) view.scrollTo({ left: x, top: y, behavior: "instant" });
    return;
  }
  const element = node as Element;
  if (element.scrollLeft !== x || element.scrollTop !== y) element.scrollTo({ left: x, top: y, behavior: "instant" });
}

/** The agent goes on typing where they type, whatever takes the focus in a page. */
function keepFocus(act: () => void): void {
  const { activeElement } = document;
  act();
  if (document.activeElement !== activeElement && activeElement instanceof HTMLElement) activeElement.focus({ preventScroll: true });
}

function lengthOf(node: Node): number {
  return node.nodeType === Node.TEXT_NODE ? (node as Text).length : node.childNodes.length;
}

/** What a browser may decode. Nothing else is handed to it. */
function imageType(bytes: Uint8Array): string | undefined {
  const starts = (...magic: number[]): boolean => magic.every((byte, at) => bytes[at] === byte);
  if (starts(0xff, 0xd8, 0xff)) return "image/jpeg";
  if (starts(0x89, 0x50, 0x4e, 0x47)) return "image/png";
  return starts(0x52, 0x49, 0x46, 0x46) && bytes[8] === 0x57 ? "image/webp" : undefined;
}
