// The visitor can end it at any time. What a page puts above the widget covers the sign that the page is shared; a modal
// dialog, and what is in fullscreen, make all outside themselves inert: the sign goes where it can be used. Where there is
// no such place, in a video in fullscreen and where a closed shadow root has the dialog, it is drawn above and stays inert:
// what is pressed where one of its buttons is drawn is the button.
import * as dom from "./dom";
import { breath } from "./waits";

/** Between two looks whether the sign can be used, in milliseconds; where there is no way to it. */
const LOOK_EVERY = 200;
const LOST = 3000;
/** Ends it wherever the focus is. */
const KEYS = "Alt+Shift+S";
/** What the visitor does to the sign is none of the page's business, nor of a dialog's that it stands in. */
const KEPT = ["click", "mousedown", "pointerdown", "keydown"];

export class Reach {
  /** Where the sign stands while the widget is out of reach. */
  private readonly host: HTMLElement;
  private readonly inside: ShadowRoot;
  private readonly frame: HTMLElement;
  /** Where it stands otherwise, save while something is asked. */
  private readonly home: HTMLElement;
  /** What had the focus before the sign. */
  private focused: HTMLElement | null = null;
  /** Nowhere can it be used. */
  private isInert = false;

  constructor(
    private readonly page: Document,
    /** The widget's. */
    private readonly root: ShadowRoot,
    private readonly sign: HTMLElement,
    /** Ends it. */
    private readonly button: HTMLElement,
    /** What goes where the sign goes. */
    private readonly layers: HTMLElement[],
    /** The page's document and shadow roots. */
    private readonly roots: () => Iterable<Node>,
    private readonly signal: AbortSignal,
  ) {
    // Of the widget's name, so that the site's styles for it hold there and nobody is told of it.
    this.host = dom.made(page, "docent-widget", {});
    this.host.popover = "manual";
    this.inside = this.host.attachShadow({ mode: "open" });
    this.inside.adoptedStyleSheets = root.adoptedStyleSheets;
    this.home = root.querySelector(".frame") as HTMLElement;
    this.frame = this.home.cloneNode() as HTMLElement;
    this.inside.append(this.frame);
    button.title = KEYS;
    // It has come up already: where it goes it is there at once.
    sign.style.setProperty("animation", "none");
    for (const type of KEPT) {
      const keep = (event: Event): void => {
        event.stopPropagation();
        if (type === "click" && button.contains(event.target as Node)) this.end();
      };
      dom.on(this.inside, type, signal, keep, false);
      dom.on(dom.defaultView(page) ?? page, type, signal, (event) => this.press(event as MouseEvent), true, false);
    }
    dom.on(this.host, "focusin", signal, (event) => {
      this.focused = ((event as FocusEvent).relatedTarget ?? this.focused) as HTMLElement | null;
    });
    dom.on(page, "keydown", signal, (event) => {
      const { altKey, shiftKey, code } = event as KeyboardEvent;
      if (altKey && shiftKey && code === "KeyS") this.end();
    });
    this.later(LOOK_EVERY);
  }

  /** As a click on the button in the widget. `click()` does nothing within a click by keyboard. */
  private end(): void {
    this.put();
    this.button.dispatchEvent(new Event("click", { bubbles: true }));
    this.focused?.focus();
  }

  /** Keeps from the page what the visitor presses where a button is drawn. A click by keyboard has no place. */
  private press(event: MouseEvent): void {
    const { clientX: x, clientY: y, type } = event;
    if (!this.isInert || !event.isTrusted || (type === "click" && !event.detail)) return;
    const button = dom.all(this.sign, "button").find((one) => {
      const { left, top, right, bottom } = dom.rect(one);
      return left < x && x < right && top < y && y < bottom;
    });
    if (!button) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (type === "click") button.dispatchEvent(new Event("click", { bubbles: true }));
  }

  /** Looks when the page has just been drawn: the browser knows then where everything is. */
  private later(after: number): void {
    const look = (): void => {
      if (this.signal.aborted) return;
      // The widget has taken it back, for a question.
      if (this.host.isConnected && !this.inside.contains(this.sign)) this.put();
      this.isInert = !this.isReached() && !this.isFound();
      // At the bottom are a video's own controls, which tell nobody of what is pressed there.
      if (this.isInert) this.sign.style.setProperty("inset-block", "20px auto");
      this.later(this.isInert ? LOST : LOOK_EVERY);
    };
    setTimeout(() => dom.onFrame(this.page, () => void breath().then(look)), after);
  }

  /** Whether a click on the button would come there. */
  private isReached(): boolean {
    const { button } = this;
    const { left, top, width, height } = dom.rect(button);
    return button.contains((button.getRootNode() as ShadowRoot).elementFromPoint(left + width / 2, top + height / 2));
  }

  /** Tries where it might be reached: the widget, what makes all else inert, above all. */
  private isFound(): boolean {
    const { page } = this;
    const modal = [...this.roots()].flatMap((root) => dom.all(root, ":modal, :fullscreen"));
    return [undefined, ...modal.filter((element) => dom.ownerDocument(element) === page), page.documentElement].some((place) => {
      this.put(place);
      return this.isReached();
    });
  }

  /** Puts the sign in the widget, or above everything and into this element. */
  put(place?: Element): void {
    const { host, sign, layers } = this;
    host.remove();
    sign.style.removeProperty("inset-block");
    (place ? this.frame : (this.root.querySelector(".prompt[open]") ?? this.home)).append(sign);
    (place ? this.inside : this.root).append(...layers);
    if (!place) return;
    place.append(host);
    host.showPopover?.();
  }
}
