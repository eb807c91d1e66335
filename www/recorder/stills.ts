// What a canvas or a video shows, as a still image now and then: no markup tells of it.
import { OPEN } from "../../src/mask.js";
import { Op } from "../cobrowse/wire";
import * as dom from "./dom";
import type { Nodes } from "./nodes";
import type { Writer } from "./writer";

/** An element is looked at no oftener, in milliseconds. */
const EVERY = 1000;
/** The longest side of a still, in pixels. */
const LONGEST = 800;
/** A still with more bytes is not sent. */
const MOST_BYTES = 128 * 1024;
/** Elements beyond these are not looked at. */
const MOST = 100;

interface Seen {
  at: number;
  /** What of it was sent last. */
  print: number;
}

export class Stills {
  private readonly seen = new Map<Element, Seen>();
  private ready: { element: Element; seen: Seen; bytes: Uint8Array; print: number } | undefined;
  private isBusy = false;
  private isStopped = false;

  constructor(
    private readonly nodes: Nodes,
    private readonly page: Document,
  ) {}

  add(element: Element): void {
    if (this.seen.size < MOST) this.seen.set(element, { at: 0, print: 0 });
  }

  forget(node: Node): void {
    this.seen.delete(node as Element);
  }

  /** Everything is to be told again, for one who comes late. */
  again(): void {
    for (const seen of this.seen.values()) seen.at = seen.print = 0;
  }

  stop(): void {
    this.isStopped = true;
    this.seen.clear();
    this.ready = undefined;
  }

  /** Tells the still that is ready, and takes the next: one at a time, each element in its turn. */
  look(out: Writer): void {
    this.tell(out);
    if (this.isBusy) return;
    const now = performance.now();
    for (const [element, seen] of this.seen) {
      if (seen.at && now - seen.at < EVERY) continue;
      seen.at = now;
      // The last to be looked at again.
      this.seen.delete(element);
      this.seen.set(element, seen);
      if (!this.isOpen(element) || !this.isInSight(element)) continue;
      return this.begin(element, seen);
    }
  }

  private tell(out: Writer): void {
    const { ready } = this;
    this.ready = undefined;
    // It may have been hidden or have gone while the image was made.
    if (!ready || this.seen.get(ready.element) !== ready.seen || !this.isOpen(ready.element)) return;
    ready.seen.print = ready.print;
    out.byte(Op.Still);
    out.id(this.nodes.id(ready.element));
    out.varint(ready.bytes.length);
    out.bytes(ready.bytes);
  }

  private isOpen(element: Element): boolean {
    return this.nodes.id(element) > 0 && this.nodes.cover(element) === OPEN && dom.isConnected(element);
  }

  private isInSight(element: Element): boolean {
    const view = dom.defaultView(this.page);
    const { left, top, width, height } = dom.place(element, this.page);
    if (!view || width < 1 || height < 1) return false;
    return left < view.innerWidth && top < view.innerHeight && left + width > 0 && top + height > 0;
  }

  /** A canvas of WebGL has its picture only in the frame it was drawn in. */
  private begin(element: Element, seen: Seen): void {
    this.isBusy = true;
    dom.onFrame(this.page, () => {
      this.taken(element, seen)
        .catch((error: unknown) => {
          // It has a picture from another origin, and will never tell.
          if ((error as Error | undefined)?.name === "SecurityError") this.seen.delete(element);
        })
        .finally(() => (this.isBusy = false));
    });
  }

  private async taken(element: Element, seen: Seen): Promise<void> {
    const size = dom.pixels(element);
    if (this.isStopped || !size) return;
    const scale = Math.min(1, LONGEST / Math.max(size.width, size.height));
    const canvas = new OffscreenCanvas(Math.ceil(size.width * scale), Math.ceil(size.height * scale));
    canvas.getContext("2d")?.drawImage(element as HTMLCanvasElement | HTMLVideoElement, 0, 0, canvas.width, canvas.height);
    const image = await canvas.convertToBlob({ type: "image/webp", quality: 0.7 });
    if (image.size > MOST_BYTES) return;
    const bytes = new Uint8Array(await image.arrayBuffer());
    const print = printOf(bytes);
    if (!this.isStopped && print !== seen.print) this.ready = { element, seen, bytes, print };
  }
}

/** FNV-1a of an image, never zero. */
function printOf(bytes: Uint8Array): number {
  let print = 0x811c9dc5;
  for (const byte of bytes) print = Math.imul(print ^ byte, 0x01000193);
  return print >>> 0 || 1;
}
