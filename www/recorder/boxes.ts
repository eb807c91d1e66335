// Boxes over what is hidden from those who watch: of any number of elements those in the viewport or near it.
import * as dom from "./dom";

/** Between two looks at all of them, in milliseconds; longer where a look takes long. */
const PAUSE = 100;
/** How long it may read where they are at a time, in milliseconds. */
const SLICE = 2;
/** How many are written at a time, and stand together: what holds them is laid out for itself. */
const AT_ONCE = 64;
const GROUP = { position: "absolute", inset: "0", contain: "strict" };
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

interface Box {
  box: HTMLElement;
  /** The last look that came upon its element. */
  look: number;
}

export class Boxes {
  private readonly drawn = new Map<Element, Box>();
  private readonly ended = new AbortController();
  /** What the look that is under way has not come to. */
  private ahead: Iterator<Element | undefined> | undefined;
  private looks = 0;
  private worked = 0;
  private count = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private follows = false;
  /** The page has moved on since what is drawn began to follow it. */
  private lags = false;

  constructor(
    private readonly page: Document,
    private readonly layer: HTMLElement,
    private readonly hidden: () => Iterable<Element | undefined>,
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
    if (!this.ahead) {
      this.ahead = this.hidden()[Symbol.iterator]();
      this.looks++;
      this.count = this.worked = 0;
    }
    const isDone = this.place(this.ahead, this.looks);
    this.worked += performance.now() - now;
    if (isDone) this.end();
    this.timer = setTimeout(() => this.look(), isDone ? Math.max(PAUSE, this.worked / SHARE) : 0);
  }

  private end(): void {
    this.ahead = undefined;
    for (const [element, { look }] of this.drawn) if (look !== this.looks) this.erase(element);
    this.counted(this.count);
  }

  /** What is drawn goes with the page at once, what comes into sight is looked for. */
  private moved(): void {
    this.lags = this.follows;
    if (this.follows) return;
    this.follows = true;
    const drawn = this.drawn.keys();
    dom.onFrame(this.page, () => this.follow(drawn));
  }

  private follow(drawn: Iterator<Element>): void {
    if (this.ended.signal.aborted) return;
    const { count } = this;
    const isDone = this.place(drawn);
    this.count = count;
    if (!isDone) return dom.onFrame(this.page, () => this.follow(drawn));
    this.follows = false;
    if (this.lags) return this.moved();
    if (this.ahead) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), 0);
  }

  /** First all is read, then all is written: in turns, each reading would lay the page out. `false`: the time is up. */
  private place(elements: Iterator<Element | undefined>, look?: number): boolean {
    const end = performance.now() + SLICE;
    const view = dom.defaultView(this.page);
    const [width, height] = [view?.innerWidth ?? 0, view?.innerHeight ?? 0];
    const places: [Element, Rect | undefined][] = [];
    let isDone = false;
    while (places.length < AT_ONCE && performance.now() < end) {
      const { done, value: element } = elements.next();
      if (done) {
        isDone = true;
        break;
      }
      if (!element) continue;
      const rect = dom.place(element, this.page);
      const hasRoom = rect.width > 0 && rect.height > 0;
      if (hasRoom) this.count++;
      const isAcross = rect.left < width && rect.left + rect.width > 0;
      const isNear = hasRoom && isAcross && rect.top < 2 * height && rect.top + rect.height > -height;
      if (isNear || this.drawn.has(element)) places.push([element, isNear ? rect : undefined]);
    }
    for (const [element, rect] of places) {
      if (rect) this.draw(element, rect, look);
      else this.erase(element);
    }
    return isDone;
  }

  private draw(element: Element, { left, top, width, height }: Rect, look?: number): void {
    let drawn = this.drawn.get(element);
    if (!drawn) {
      drawn = { box: dom.made(this.page, "div", LOOK), look: 0 };
      this.drawn.set(element, drawn);
      const last = this.layer.lastElementChild;
      const group = last && last.childElementCount < AT_ONCE ? last : dom.made(this.page, "span", GROUP);
      if (group !== last) this.layer.append(group);
      group.append(drawn.box);
    }
    drawn.look = look ?? drawn.look;
    const { style } = drawn.box;
    const sides = { left, top, width, height };
    for (const [side, length] of Object.entries(sides)) if (style.getPropertyValue(side) !== `${length}px`) style.setProperty(side, `${length}px`);
  }

  private erase(element: Element): void {
    const box = this.drawn.get(element)?.box;
    const group = box?.parentElement;
    box?.remove();
    if (!group?.firstChild) group?.remove();
    this.drawn.delete(element);
  }
}
