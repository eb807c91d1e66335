import { Ask } from "../../cobrowse/wire";
import * as dom from "../../mirror/dom";

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
  return outward(dom.rect(element), element);
}

/** The same of a place in the viewport that a node is in. */
export function outward({ left, top, width, height }: Rect, node: Node): Rect {
  const place = { left, top, width, height };
  let frame = dom.viewOf(node)?.frameElement;
  // The mirror's own frame stands in the console.
  while (frame && frame.ownerDocument !== document) {
    const outer = frame.getBoundingClientRect();
    place.left += outer.left + frame.clientLeft;
    place.top += outer.top + frame.clientTop;
    frame = dom.viewOf(frame)?.frameElement;
  }
  return place;
}

/** The element at a spot, through shadow roots and frames. */
export function elementAt(doc: Document, { x, y }: Spot): Element | undefined {
  let root: Document | ShadowRoot = doc;
  let [left, top] = [x, y];
  for (;;) {
    const found: Element | null = dom.elementAt(root, left, top);
    if (!found) return undefined;
    const inner: Document | null = dom.frameOf(found);
    const shadow = dom.shadowRoot(found);
    if (inner) {
      const place = dom.rect(found);
      left -= place.left + found.clientLeft;
      top -= place.top + found.clientTop;
      root = inner;
      if (!dom.elementAt(inner, left, top)) return found;
    } else if (shadow && shadow !== root) {
      const deeper = dom.elementAt(shadow, left, top);
      if (!deeper || dom.rootOf(deeper) !== shadow) return found;
      root = shadow;
    } else {
      return found;
    }
  }
}

/** The element one step away in the tree, for those who point by keyboard; itself where there is none. */
export function step(element: Element, key: string): Element {
  const next = neighbour(element, key);
  return next && dom.parentElement(next) ? next : element;
}

function neighbour(element: Element, key: string): Element | null {
  switch (key) {
    case "ArrowUp":
      return dom.parentElement(element);
    case "ArrowDown":
      return seen(dom.firstElement(element), dom.nextElement);
    case "ArrowRight":
      return seen(dom.nextElement(element), dom.nextElement);
    case "ArrowLeft":
      return seen(dom.previousElement(element), dom.previousElement);
    default:
      return null;
  }
}

/** The first of a row that takes any room. */
function seen(from: Element | null, way: (from: Element) => Element | null): Element | null {
  for (let at = from; at; at = way(at)) {
    const { width, height } = dom.rect(at);
    if (width > 0 && height > 0) return at;
  }
  return null;
}
