// What the visitor sees of those who watch: who they are, where they point, and on request what is hidden from them.
import { Ask } from "../cobrowse/wire";
import { Boxes } from "./boxes";
import * as dom from "./dom";
import { Reach } from "./reach";

const LASER_GONE_AFTER = 3000;
const TOP = "2147483647";

function make(page: Document, name: string, part: string, style: Record<string, string>): HTMLElement {
  const element = dom.made(page, name, style);
  element.className = part;
  return element;
}

export class Overlay {
  private readonly names: HTMLElement;
  private readonly button: HTMLElement;
  /** How much is hidden, for those who do not see the boxes. */
  private readonly count: HTMLElement;
  private readonly laser: HTMLElement;
  private readonly layer: HTMLElement;
  private list = "";
  private isPaused = false;
  private laserTimer: ReturnType<typeof setTimeout> | undefined;
  private boxes: Boxes | undefined;
  private readonly reach: Reach | undefined;

  constructor(
    private readonly page: Document,
    root: ShadowRoot,
    private readonly texts: Record<string, string>,
    /** The elements that are hidden from those who watch. */
    private readonly hidden: () => Iterable<Element | undefined>,
    /** The page's document and shadow roots. */
    roots: () => Iterable<Node>,
    signal: AbortSignal,
  ) {
    const fixed = { position: "fixed", "pointer-events": "none", "z-index": TOP };
    const light = { "font-weight": "400" };
    this.names = make(page, "span", "watchers", light);
    this.count = make(page, "span", "hidden-count", light);
    this.count.setAttribute("role", "status");
    this.button = make(page, "button", "hidden-parts", { ...light, "text-decoration": "underline", "min-height": "34px" });
    this.button.setAttribute("type", "button");
    this.button.setAttribute("aria-pressed", "false");
    this.button.textContent = texts.showHidden ?? "";
    dom.on(this.button, "click", signal, () => this.toggle());
    const red = { width: "18px", height: "18px", margin: "-9px 0 0 -9px", "border-radius": "50%", background: "#e0202a" };
    this.laser = make(page, "div", "laser", { ...fixed, ...red, "box-shadow": "0 0 0 6px rgb(224 32 42 / .35)" });
    this.laser.hidden = true;
    this.layer = make(page, "div", "hidden-layer", { ...fixed, inset: "0", overflow: "hidden" });
    this.layer.hidden = true;
    root.append(this.layer, this.laser);
    const indicator = root.querySelector<HTMLElement>(".indicator");
    indicator?.style.setProperty("flex-wrap", "wrap");
    indicator?.style.setProperty("max-width", "min(560px, 100vw - 40px)");
    const stop = indicator?.lastElementChild as HTMLElement | undefined;
    stop?.before(this.names, this.count, this.button);
    if (indicator && stop) this.reach = new Reach(page, root, indicator, stop, [this.layer, this.laser], roots, signal);
  }

  /** Names those who watch. */
  watched(names: string[]): void {
    const list = names.join(", ") + (names.length > 1 ? ` (${names.length})` : "");
    this.list = (this.texts.seenBy ?? "#").replace("#", () => list);
    this.write();
  }

  /** The site lets nobody see this page, or does again. */
  paused(on: boolean): void {
    this.isPaused = on;
    this.write();
  }

  /** Takes a laser pointer's place. */
  hear(ask: Uint8Array): void {
    if (ask[0] === Ask.PointerOff) this.laser.hidden = true;
    if (ask[0] !== Ask.Pointer) return;
    let at = 1;
    const next = (): number => {
      let value = 0;
      for (let shift = 0; shift < 35; shift += 7) {
        const byte = ask[at++] ?? 0;
        value |= (byte & 127) << shift;
        if (byte < 128) break;
      }
      return (value >>> 1) ^ -(value & 1);
    };
    this.laser.style.setProperty("left", `${next()}px`);
    this.laser.style.setProperty("top", `${next()}px`);
    this.laser.hidden = false;
    clearTimeout(this.laserTimer);
    this.laserTimer = setTimeout(() => (this.laser.hidden = true), LASER_GONE_AFTER);
  }

  stop(): void {
    clearTimeout(this.laserTimer);
    this.boxes?.stop();
    this.reach?.put();
    for (const part of [this.names, this.count, this.button, this.laser, this.layer]) part.remove();
  }

  private write(): void {
    this.names.textContent = this.isPaused ? (this.texts.pagePaused ?? "") : this.list;
    this.button.hidden = this.isPaused;
    if (this.isPaused && !this.layer.hidden) this.toggle();
  }

  private toggle(): void {
    const isOn = this.layer.hidden;
    this.layer.hidden = !isOn;
    this.button.setAttribute("aria-pressed", String(isOn));
    this.boxes?.stop();
    this.boxes = undefined;
    this.count.textContent = "";
    if (isOn) this.boxes = new Boxes(this.page, this.layer, this.hidden, (count) => this.tell(count));
  }

  private tell(count: number): void {
    const text = (this.texts.hiddenCount ?? "#").replace("#", String(count));
    if (this.count.textContent !== text) this.count.textContent = text;
  }
}
