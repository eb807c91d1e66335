import { Ask } from "../../cobrowse/wire";

/** What the agent does on the mirror. */
export type Tool = "look" | "point" | "draw" | "laser";

export interface Spot {
  x: number;
  y: number;
}

export interface Rect {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Between two moves of the laser pointer, in milliseconds. */
const LASER_MS = 40;

/** Tells the visitor's page where the agent's laser pointer is; not more often than a page draws. */
export class Laser {
  private next?: Spot;
  private timer?: ReturnType<typeof setTimeout>;

  constructor(private readonly send: (payload: Uint8Array<ArrayBuffer>) => void) {}

  move(spot: Spot): void {
    this.next = spot;
    if (this.timer !== undefined) return;
    this.tell();
    this.timer = setTimeout(() => {
      delete this.timer;
      if (this.next) this.move(this.next);
    }, LASER_MS);
  }

  off(): void {
    clearTimeout(this.timer);
    delete this.timer;
    delete this.next;
    this.send(Uint8Array.from([Ask.PointerOff]));
  }

  private tell(): void {
    if (!this.next) return;
    const { x, y } = this.next;
    delete this.next;
    this.send(Uint8Array.from([Ask.Pointer, ...svarint(Math.round(x)), ...svarint(Math.round(y))]));
  }
}

export function svarint(number: number): number[] {
  let zigzag = ((number << 1) ^ (number >> 31)) >>> 0;
  const bytes: number[] = [];
  while (zigzag > 0x7f) {
    bytes.push((zigzag & 0x7f) | 0x80);
    zigzag >>>= 7;
  }
  return [...bytes, zigzag];
}

/** The rectangle between two spots, in whole CSS pixels. */
export function between(one: Spot, other: Spot): Rect {
  const [left, top] = [Math.min(one.x, other.x), Math.min(one.y, other.y)];
  return {
    left: Math.round(left),
    top: Math.round(top),
    width: Math.round(Math.abs(one.x - other.x)),
    height: Math.round(Math.abs(one.y - other.y)),
  };
}

/** Where an element is in the mirror's viewport, through the frames around it. */
export function placeOf(element: Element): Rect {
  const { left, top, width, height } = element.getBoundingClientRect();
  const place = { left, top, width, height };
  let frame = element.ownerDocument.defaultView?.frameElement;
  // The mirror's own frame stands in the console.
  while (frame && frame.ownerDocument !== document) {
    const outer = frame.getBoundingClientRect();
    place.left += outer.left + frame.clientLeft;
    place.top += outer.top + frame.clientTop;
    frame = frame.ownerDocument.defaultView?.frameElement;
  }
  return place;
}

/** The element at a spot, through shadow roots and frames. */
export function elementAt(doc: Document, { x, y }: Spot): Element | undefined {
  let root: Document | ShadowRoot = doc;
  let [left, top] = [x, y];
  for (;;) {
    const found: Element | null = root.elementFromPoint(left, top);
    if (!found) return undefined;
    const inner: Document | null = (found as HTMLIFrameElement).contentDocument ?? null;
    if (inner) {
      const place = found.getBoundingClientRect();
      left -= place.left + found.clientLeft;
      top -= place.top + found.clientTop;
      root = inner;
      if (!inner.elementFromPoint(left, top)) return found;
    } else if (found.shadowRoot && found.shadowRoot.elementFromPoint(left, top) !== found && found.shadowRoot !== root) {
      const deeper = found.shadowRoot.elementFromPoint(left, top);
      if (!deeper || deeper.getRootNode() !== found.shadowRoot) return found;
      root = found.shadowRoot;
    } else {
      return found;
    }
  }
}

/** The element one step away in the tree, for those who point by keyboard; itself where there is none. */
export function step(element: Element, key: string): Element {
  const next = neighbour(element, key);
  return next && next !== element.ownerDocument.documentElement ? next : element;
}

function neighbour(element: Element, key: string): Element | null {
  switch (key) {
    case "ArrowUp":
      return element.parentElement;
    case "ArrowDown":
      return seen(element.firstElementChild, "nextElementSibling");
    case "ArrowRight":
      return seen(element.nextElementSibling, "nextElementSibling");
    case "ArrowLeft":
      return seen(element.previousElementSibling, "previousElementSibling");
    default:
      return null;
  }
}

/** The first of a row that takes any room. */
function seen(from: Element | null, way: "nextElementSibling" | "previousElementSibling"): Element | null {
  for (let at = from; at; at = at[way]) {
    const { width, height } = at.getBoundingClientRect();
    if (width > 0 && height > 0) return at;
  }
  return null;
}
