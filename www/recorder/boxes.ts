// Boxes over what is hidden from those who watch: of any number of elements those in the viewport or near it.
import * as dom from "./dom";

/** Between two looks at all of them, in milliseconds; longer where a look takes long. */
const PAUSE = 100;
/** How long a look may go on at a time, in milliseconds. */
const SLICE = 4;
/** How much of the time looking may take. */
const SHARE = 0.1;

const LOOK = {
  position: "absolute",
  "border-radius": "3px",
  background: "repeating-linear-gradient(45deg, rgb(0 0 0 / .55) 0 8px, rgb(60 60 60 / .55) 8px 16px)",
};

interface Rect {
  left: number;
  top: number;
  width: number;
  height: number;
}

export class Boxes {
  private readonly drawn = new Map<Element, HTMLElement>();
  private readonly ended = new AbortController();
  private list: Element[] = [];
  private at = 0;
  private worked = 0;
  private count = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private follows = false;

  constructor(
    private readonly page: Document,
    private readonly layer: HTMLElement,
    private readonly hidden: () => Element[],
    /** Hears how many there are that take any room, after each look. */
    private readonly counted: (count: number) => void,
  ) {
    for (const type of ["scroll", "resize"]) {
      const window = dom.defaultView(page);
      if (window) dom.on(window, type, this.ended.signal, () => this.moved());
    }
    this.look();
  }

  stop(): void {
    this.ended.abort();
    clearTimeout(this.timer);
    this.layer.replaceChildren();
  }

  /** Looks at some of them, and comes back for the others. */
  private look(): void {
    const now = performance.now();
    if (this.at >= this.list.length) {
      this.list = this.hidden();
      this.at = this.count = this.worked = 0;
    }
    this.place(() => this.list[this.at++], now + SLICE);
    this.worked += performance.now() - now;
    const isDone = this.at >= this.list.length;
    if (isDone) this.end();
    this.timer = setTimeout(() => this.look(), isDone ? Math.max(PAUSE, this.worked / SHARE) : 0);
  }

  private end(): void {
    const there = new Set(this.list);
    for (const element of this.drawn.keys()) if (!there.has(element)) this.erase(element);
    this.counted(this.count);
  }

  /** What is drawn goes with the page at once, what comes into sight is looked for. */
  private moved(): void {
    if (this.follows) return;
    this.follows = true;
    dom.onFrame(this.page, () => {
      this.follows = false;
      if (this.ended.signal.aborted) return;
      const { count } = this;
      const drawn = this.drawn.keys();
      this.place(() => drawn.next().value, Infinity);
      this.count = count;
      if (this.at < this.list.length) return;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.look(), 0);
    });
  }

  /** First all is read, then all is written: in turns, each reading would lay the page out. */
  private place(next: () => Element | undefined, end: number): void {
    const view = dom.defaultView(this.page);
    const [width, height] = [view?.innerWidth ?? 0, view?.innerHeight ?? 0];
    const places: [Element, Rect | undefined][] = [];
    for (let element = next(); element; element = performance.now() < end ? next() : undefined) {
      const rect = dom.place(element, this.page);
      const hasRoom = rect.width > 0 && rect.height > 0;
      if (hasRoom) this.count++;
      const isAcross = rect.left < width && rect.left + rect.width > 0;
      const isNear = hasRoom && isAcross && rect.top < 2 * height && rect.top + rect.height > -height;
      places.push([element, isNear ? rect : undefined]);
    }
    for (const [element, rect] of places) {
      if (rect) this.draw(element, rect);
      else this.erase(element);
    }
  }

  private draw(element: Element, { left, top, width, height }: Rect): void {
    let box = this.drawn.get(element);
    if (!box) {
      box = dom.made(this.page, "div", LOOK);
      this.drawn.set(element, box);
      this.layer.append(box);
    }
    const { style } = box;
    const sides = { left, top, width, height };
    for (const [side, length] of Object.entries(sides)) if (style.getPropertyValue(side) !== `${length}px`) style.setProperty(side, `${length}px`);
  }

  private erase(element: Element): void {
    this.drawn.get(element)?.remove();
    this.drawn.delete(element);
  }
}
