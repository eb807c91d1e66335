// Random edits of a random page, all from one seed.

/** A small generator that gives the same for the same seed (mulberry32). */
export class Chance {
  constructor(private state: number) {}

  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  below(n: number): number {
    return Math.floor(this.next() * n);
  }

  one<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }
}

const TAGS = ["div", "canvas", "form", "span", "p", "ul", "li", "section", "b", "x-part", "table", "a", "img", "style", "script", "template", "details"];
const FIELDS = ["input", "textarea", "select"];
const SVG = "http://www.w3.org/2000/svg";
const MATH = "http://www.w3.org/1998/Math/MathML";
const NAMES = ["class", "id", "title", "style", "data-x", "href", "lang", "aria-label", "hidden", "onclick", "value", "data-docent-mask", "data-docent-block", "contenteditable"];
const WORDS = ["alpha", "beta", " ", "gamma delta", "\n", "é", "\u{1f600}", "one two three four five six seven eight nine", ""];

export class Editor {
  private readonly sheets: CSSStyleSheet[] = [];
  private detached: Node[] = [];

  constructor(
    private readonly doc: Document,
    private readonly chance: Chance,
  ) {}

  /** Every root there is, open shadow roots and frames among them. */
  private roots(): ParentNode[] {
    const roots: ParentNode[] = [this.doc];
    for (const root of roots) {
      for (const element of root.querySelectorAll("*")) {
        if (element.shadowRoot) roots.push(element.shadowRoot);
        const inner = element.localName === "iframe" && (element as HTMLIFrameElement).contentDocument;
        if (inner) roots.push(inner);
      }
    }
    return roots;
  }

  private elements(): Element[] {
    const all = this.roots().flatMap((root) => [...root.querySelectorAll("*")]);
    return all.filter((element) => !/^(html|head|title|meta)$/.test(element.localName));
  }

  private text(): string {
    return Array.from({ length: 1 + this.chance.below(3) }, () => this.chance.one(WORDS)).join("");
  }

  make(depth = 0): Node {
    const { chance, doc } = this;
    const kind = chance.below(20);
    if (kind < 5) return doc.createTextNode(this.text());
    if (kind === 5) return doc.createComment(this.text());
    let element: Element;
    if (kind === 6) element = doc.createElementNS(SVG, chance.one(["svg", "g", "path", "title", "a"]));
    else if (kind === 7) element = doc.createElementNS(MATH, chance.one(["math", "mi", "mrow"]));
    else if (kind === 8) element = doc.createElement(chance.one(FIELDS));
    else if (kind === 9 && depth < 2) element = doc.createElement("iframe");
    else element = doc.createElement(chance.one(TAGS));
    if (element.localName === "select") element.append(new Option("a", "a"), new Option("b", "b"));
    for (let n = chance.below(3); n > 0; n--) this.attribute(element);
    if (kind === 10) this.shadow(element);
    const content = element.localName === "template" ? (element as HTMLTemplateElement).content : element;
    if (content && depth < 4 && !FIELDS.includes(element.localName)) {
      for (let n = chance.below(4); n > 0; n--) content.appendChild(this.make(depth + 1));
    }
    return element;
  }

  private attribute(element: Element): void {
    const name = this.chance.one(NAMES);
    const isCover = name.startsWith("data-docent") || name === "contenteditable";
    if (this.chance.below(isCover ? 3 : 4) === 0 || (isCover && this.chance.below(4))) element.removeAttribute(name);
    else if (name === "style") element.setAttribute(name, `color: rgb(${this.chance.below(255)}, 0, 0); top: ${this.chance.below(9)}px`);
    else if (name === "href") element.setAttribute(name, `/p/${this.chance.below(9)}?q=1`);
    else element.setAttribute(name, `${this.text()}${this.chance.below(50)}`);
  }

  private shadow(element: Element): void {
    try {
      const root = element.attachShadow({ mode: "open" });
      for (let n = this.chance.below(3); n > 0; n--) root.append(this.make(3));
    } catch {
      // It has one, or takes none.
    }
  }

  private place(node: Node): void {
    const target = this.chance.one(this.elements()) as Element | undefined;
    if (!target || node.contains(target)) return;
    const isRoot = target.shadowRoot && this.chance.below(2);
    const holder: Node = isRoot ? (target.shadowRoot as ShadowRoot) : target;
    const { childNodes } = holder;
    try {
      holder.insertBefore(node, childNodes[this.chance.below(childNodes.length + 1)] ?? null);
    } catch {
      // A document of another frame that went meanwhile.
    }
  }

  /** One edit. */
  edit(): void {
    const { chance } = this;
    const elements = this.elements();
    const element = chance.one(elements) as Element | undefined;
    switch (chance.below(21)) {
      case 0:
      case 1:
      case 2:
        return this.place(this.make());
      case 3:
      case 4:
        return element && element.localName !== "body" ? this.place(element) : undefined;
      case 5:
        if (element && element.localName !== "body" && elements.length > 20) {
          element.remove();
          if (this.detached.length < 10) this.detached.push(element);
        }
        return;
      case 6: {
        const back = this.detached.pop();
        return back && this.place(back);
      }
      case 7: {
        const text = element?.firstChild;
        if (text?.nodeType === 3) (text as Text).data = this.text() + (chance.below(2) ? (text as Text).data : "");
        return;
      }
      case 8:
      case 9:
        return element && this.attribute(element);
      case 10: {
        const field = elements.filter((one) => FIELDS.includes(one.localName))[chance.below(3)] as HTMLInputElement | undefined;
        if (field?.localName === "select") (field as unknown as HTMLSelectElement).selectedIndex = chance.below(2);
        else if (field) field.value = this.text().trim();
        return;
      }
      case 11:
        // Into a new wrapper, as frameworks do.
        if (element?.parentNode && element.localName !== "body") {
          const wrapper = this.doc.createElement("div");
          element.replaceWith(wrapper);
          wrapper.append(this.make(3), element, this.make(3));
        }
        return;
      case 12:
        if (element && element.childNodes.length > 1) {
          for (let i = element.childNodes.length - 1; i >= 0; i--) element.append(element.childNodes[i] as Node);
        }
        return;
      case 13:
        if (element && elements.length > 40 && chance.below(3) === 0 && element.localName !== "body") element.textContent = this.text();
        return;
      case 14:
        return this.style();
      case 15:
        return element && this.shadow(element);
      case 16:
      case 17:
        return this.ownStyle();
      case 18: {
        // A sheet that other roots have too.
        const host = elements.filter((one) => one.shadowRoot && one.ownerDocument === this.doc)[chance.below(4)];
        if (host?.shadowRoot) host.shadowRoot.adoptedStyleSheets = this.sheets.filter(() => chance.below(2));
        return;
      }
      case 19: {
        // A frame that a script writes anew.
        const inner = (elements.find((one) => one.localName === "iframe") as HTMLIFrameElement | undefined)?.contentDocument;
        if (!inner || chance.below(3)) return;
        inner.open();
        inner.write(`<!doctype html><title>${chance.below(9)}</title><p>written</p><style>.w { top: ${chance.below(9)}px }</style>`);
        inner.close();
        return;
      }
      default:
        // Two that change places, one of them perhaps within the other's old place.
        if (element?.parentNode && element.localName !== "body") {
          const other = element.querySelector("*");
          if (other) {
            element.replaceWith(other);
            other.append(element);
          }
        }
    }
  }

  private ownStyle(): void {
    const { chance } = this;
    const styles = this.elements().filter((one): one is HTMLStyleElement => one.localName === "style" && one instanceof one.ownerDocument.defaultView!.HTMLStyleElement);
    const style = chance.one(styles) as HTMLStyleElement | undefined;
    const rule = (): string => chance.one([".o { left: 1px }", "@media print { .m { top: 2px } }", "@layer a, b;", "@layer b { .l { top: 0px } }", ".p::after { content: \"a;b\" }"]);
    if (!style || (styles.length < 4 && chance.below(3) === 0)) {
      const made = this.doc.createElement("style");
      made.textContent = `${rule()} ${rule()}`;
      return this.place(made);
    }
    const { sheet } = style;
    const kind = chance.below(6);
    if (kind === 0) style.textContent = `${rule()} ${rule()} ${rule()}`;
    else if (kind === 1) style.media = chance.one(["print", "screen", "(min-width: 10px)", ""]);
    else if (!sheet) return;
    else if (kind === 2) sheet.disabled = !sheet.disabled;
    else if (kind === 3) sheet.insertRule(`.i${chance.below(99)} { top: 1px }`, sheet.cssRules.length);
    else if (kind === 4 && sheet.cssRules.length) sheet.deleteRule(chance.below(sheet.cssRules.length));
    else {
      const found = [...sheet.cssRules].find((one): one is CSSStyleRule => "selectorText" in one);
      if (!found) return;
      if (chance.below(2)) found.style.setProperty("right", `${chance.below(99)}px`);
      else found.selectorText = `.z${chance.below(99)}`;
    }
  }

  /** Changes what it will change back: between two looks it may be the same again, or not. */
  flip(): void {
    for (const element of this.elements()) {
      if (this.chance.below(3)) continue;
      const is = element.getAttribute("title") === "a title with an end that changes: 1";
      element.setAttribute("title", `a title with an end that changes: ${is ? 2 : 1}`);
      element.toggleAttribute("hidden");
      const text = element.firstChild;
      if (text?.nodeType === 3) (text as Text).data = is ? "a text with an end that changes: 1" : "a text";
    }
  }

  private style(): void {
    const { chance } = this;
    const view = this.doc.defaultView as Window & typeof globalThis;
    const sheet = this.sheets[chance.below(this.sheets.length + 1)];
    if (!sheet) {
      if (this.sheets.length > 3) return;
      const made = new view.CSSStyleSheet();
      made.replaceSync(`.s${this.sheets.length} { color: red }`);
      this.sheets.push(made);
      this.doc.adoptedStyleSheets = [...this.sheets];
    } else if (chance.below(2)) sheet.insertRule(`.r${chance.below(99)} { top: ${chance.below(9)}px }`, 0);
    else if (sheet.cssRules.length > 1) sheet.deleteRule(chance.below(sheet.cssRules.length));
    else (sheet.cssRules[0] as CSSStyleRule | undefined)?.style.setProperty("left", `${chance.below(99)}px`);
  }
}
