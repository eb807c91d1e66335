import * as dom from "./dom";

/** Where the pages that hold a mirror lie, beside the console's own. */
const HOLDERS = { standards: "frame/standards.html", quirks: "frame/quirks.html" };
/** What an agent might do to the visitor's page in the mirror, and would only do to the mirror. */
const DEEDS = ["click", "auxclick", "dblclick", "mousedown", "submit", "beforeinput", "paste", "drop", "dragstart", "invalid"];
/** Keys that lead out of the mirror. */
const WAYS_OUT = new Set(["Tab", "Escape", "F6"]);

/** A frame that runs nothing, for a page to be built in. */
export class Frame {
  readonly element: HTMLIFrameElement;
  private held?: Document;

  constructor(
    private readonly stage: HTMLElement,
    title: string,
    /** It was led elsewhere, and holds the page no more. */
    private readonly gone: () => void,
  ) {
    const frame = document.createElement("iframe");
    // Same origin, so that the console may write into it. Never scripts.
    frame.setAttribute("sandbox", "allow-same-origin");
    frame.setAttribute("referrerpolicy", "no-referrer");
    frame.title = title;
    frame.className = "mirror-frame coming";
    this.element = frame;
  }

  /** The document to build in. */
  async open(quirks: boolean): Promise<Document> {
    const { element } = this;
    const loaded = new Promise((done) => element.addEventListener("load", done, { once: true }));
    element.src = new URL(quirks ? HOLDERS.quirks : HOLDERS.standards, document.baseURI).href;
    this.stage.append(element);
    await loaded;
    // When its task is at its end the browser looks all fields through for what it might fill in: 10 s for 2,000 forms. It
    // finds none as yet, and does not do so for those that come later.
    await new Promise((done) => setTimeout(done));
    const doc = element.contentDocument;
    if (!doc) throw new Error("the mirror's frame did not load");
    this.held = doc;
    this.quiet(doc);
    element.addEventListener("load", () => {
      if (element.contentDocument !== this.held) this.gone();
    });
    return doc;
  }

  /** Takes what an agent does in a document away from it. */
  quiet(doc: Document): void {
    const stop = (event: Event): void => event.preventDefault();
    for (const deed of DEEDS) dom.listen(doc, deed, stop);
    dom.listen(doc, "keydown", (event) => {
      const { key, ctrlKey, metaKey } = event as KeyboardEvent;
      if (!WAYS_OUT.has(key) && !ctrlKey && !metaKey) event.preventDefault();
    });
  }

  size(width: number, height: number): void {
    const { style } = this.element;
    style.width = `${width}px`;
    style.height = `${height}px`;
  }

  /** What is in the frame takes its colours for those that are preferred, whatever the agent prefers. */
  prefer(dark: boolean): void {
    this.element.style.colorScheme = dark ? "dark" : "light";
  }

  show(): void {
    this.element.classList.remove("coming");
  }

  remove(): void {
    this.element.remove();
  }
}
