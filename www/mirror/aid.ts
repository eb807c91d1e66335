// What stands in a mirror beside the page's own: marks, and styles of single elements. Marks are attributes of a namespace
// that no page has, styles are rules of sheets that every root adopts, so neither meets the page's own attributes.
import { MARKS } from "./admit";
import { AID } from "./aid.css";
import * as dom from "./dom";

/** The namespace of marks. */
const SPACE = "urn:docent:mirror";

/** Gives an element a mark, or takes it. */
export function mark(element: Element, name: string, on = true): void {
  if (on === isMarked(element, name)) return;
  if (on) dom.setAttributeIn(element, SPACE, `${MARKS}${name}`, "");
  else dom.removeAttributeIn(element, SPACE, name);
}

export function isMarked(element: Element, name: string): boolean {
  return dom.hasIn(element, SPACE, name);
}

/** The first element of a document that has a mark. */
export function firstMarked(doc: Document, name: string): Element | undefined {
  return dom.all(doc, `[*|${name}]`).find((element) => isMarked(element, name));
}

/** Rules, each for one element. */
class Rules {
  private readonly rules = new Map<Element, { number: number; css: string }>();
  private readonly sheets = new Map<Document, CSSStyleSheet>();
  private count = 0;
  private isNew = false;

  /** `always` stands before them; `letter` before their numbers. */
  constructor(
    private readonly always: string,
    private readonly letter: string,
  ) {}

  set(element: Element, css: string): void {
    const rule = this.rules.get(element);
    if (rule?.css === css) return;
    const number = rule?.number ?? ++this.count;
    this.rules.set(element, { number, css });
    this.isNew = true;
    // A name for each: browsers find rules by an attribute's name, and try all that ask for its value.
    if (!rule) mark(element, `${this.letter}${number}`);
  }

  sheet(doc: Document, view: Window & typeof globalThis): CSSStyleSheet {
    const known = this.sheets.get(doc);
    if (known) return known;
    const sheet = new view.CSSStyleSheet();
    sheet.replaceSync(this.text());
    this.sheets.set(doc, sheet);
    return sheet;
  }

  write(): void {
    if (!this.isNew) return;
    this.isNew = false;
    const text = this.text();
    for (const sheet of this.sheets.values()) sheet.replaceSync(text);
  }

  forget(isThere: (node: Node) => boolean): void {
    for (const element of this.rules.keys()) if (!isThere(element)) this.rules.delete(element);
  }

  leave(doc: Document): void {
    this.sheets.delete(doc);
  }

  private text(): string {
    const rules = [...this.rules.values()].map(({ number, css }) => `[d|${this.letter}${number}] { ${css} }`);
    // In a layer, what is important there goes before what the page's own sheets say is.
    return `@namespace d "${SPACE}";\n@layer docent-aid {\n${this.always}${rules.join("\n")}\n}`;
  }
}

export class Aid {
  /** Styles of elements that keep a place. */
  readonly boxes = new Rules(AID, "b");
  /** Styles of elements that show what no markup tells. */
  readonly stills = new Rules("", "s");

  /** The sheets that a document's roots have before the page's own. */
  sheets(doc: Document): CSSStyleSheet[] {
    const view = dom.defaultView(doc);
    return view ? [this.boxes.sheet(doc, view as Window & typeof globalThis), this.stills.sheet(doc, view as Window & typeof globalThis)] : [];
  }

  /** Makes what was set be seen. */
  write(): void {
    this.boxes.write();
    this.stills.write();
  }

  /** A document is gone. */
  leave(doc: Document): void {
    this.boxes.leave(doc);
    this.stills.leave(doc);
  }

  forget(isThere: (node: Node) => boolean): void {
    this.boxes.forget(isThere);
    this.stills.forget(isThere);
  }
}
