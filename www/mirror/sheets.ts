import { Sheet as Kind } from "../cobrowse/wire";
import { isSheetAddress } from "./admit";
import type { Payload, Tables } from "./body";
import * as dom from "./dom";
import { Fault } from "./reader";

/** Texts of style sheets by their hash, for one site: they are not sent twice. */
export class SheetTexts {
  private readonly texts = new Map<string, string>();
  private length = 0;

  /** `limit` in UTF-16 code units; past it the oldest go. */
  constructor(private readonly limit = 32 * 1024 * 1024) {}

  get(hash: string): string | undefined {
    return this.texts.get(hash);
  }

  set(hash: string, text: string): void {
    if (this.texts.has(hash)) return;
    this.texts.set(hash, text);
    this.length += text.length;
    for (const [oldest, { length }] of this.texts) {
      if (this.length <= this.limit || oldest === hash) break;
      this.texts.delete(oldest);
      this.length -= length;
    }
  }
}

type Owner = HTMLLinkElement | HTMLStyleElement | SVGStyleElement;
type Root = Document | ShadowRoot;

/** One style sheet of the page, wherever it is used. */
interface Used {
  base: string;
  url?: string;
  text: string;
  /** The text that is waited for. */
  hash?: string;
  disabled: boolean;
  media?: string;
  owners: Set<Owner>;
  /** Constructed for a document's roots. */
  made: Map<Document, CSSStyleSheet>;
}

/** What the page that is built gives to its sheets. */
export interface SheetHost {
  /** Built elements change places: a link whose sheet comes as text becomes a style. */
  replace(before: Element, after: Element): void;
  /** The address that a document's relative addresses are resolved by. */
  baseOf(doc: Document): string;
  /** The sheets every root has beside the page's own. */
  aids(doc: Document): CSSStyleSheet[];
}

/** The style sheets of a page that is built. */
export class Sheets {
  private readonly sheets = new Map<number, Used>();
  private readonly adopted = new Map<Root, number[]>();
  /** The sheet that the browser made of what an owner was filled with. */
  private readonly filled = new WeakMap<Owner, CSSStyleSheet | null>();

  constructor(
    private readonly host: SheetHost,
    private readonly texts: SheetTexts,
  ) {}

  /** Reads [`op::SHEET`]. The hash that is missing, where one is. */
  define<S>(payload: Payload, tables: Tables<S>): string | undefined {
    const { ops } = payload;
    const number = ops.varint();
    const kind = ops.varint();
    const base = tables.value(payload);
    const before = this.sheets.get(number);
    const sheet: Used = before ?? { base, text: "", disabled: false, owners: new Set(), made: new Map() };
    sheet.base = base;
    delete sheet.url;
    delete sheet.hash;
    this.sheets.set(number, sheet);
    switch (kind) {
      case Kind.Url:
        if (isSheetAddress(base)) sheet.url = base;
        sheet.text = "";
        break;
      case Kind.Text:
        sheet.text = tables.raw(payload);
        break;
      case Kind.Hash: {
        const hash = hex(ops.take(8));
        const text = this.texts.get(hash);
        sheet.text = text ?? "";
        if (text === undefined) sheet.hash = hash;
        break;
      }
      case Kind.Rules:
        sheet.text = Array.from({ length: ops.varint() }, () => tables.raw(payload)).join("\n");
        break;
      default:
        throw new Fault("a sheet is of no kind");
    }
    this.refresh(sheet);
    return sheet.hash;
  }

  /** The text of a sheet that was asked for. */
  supply(hash: string, text: string): void {
    this.texts.set(hash, text);
    for (const sheet of this.sheets.values()) {
      if (sheet.hash !== hash) continue;
      delete sheet.hash;
      sheet.text = text;
      this.refresh(sheet);
    }
  }

  own(element: Element, number: number | undefined): void {
    for (const sheet of this.sheets.values()) sheet.owners.delete(element as Owner);
    if (number === undefined) {
      if (isLink(element)) element.removeAttribute("href");
      else element.textContent = "";
      return;
    }
    const sheet = this.get(number);
    if (!isOwner(element)) throw new Fault("a sheet's owner is none");
    sheet.owners.add(element);
    this.fill(sheet, element);
  }

  adopt(root: Root, numbers: number[]): void {
    for (const number of numbers) this.get(number);
    this.adopted.set(root, numbers);
    this.readopt(root);
  }

  /** Nodes have moved: a `<style>` among them was read anew, without what its sheet was told since. */
  refill(): void {
    for (const sheet of this.sheets.values()) {
      for (const owner of [...sheet.owners]) {
        if (!isLink(owner) && dom.isConnected(owner) && owner.sheet !== this.filled.get(owner)) this.fill(sheet, owner);
      }
    }
  }

  /** Gives all roots their sheets anew: what moves to another document leaves them behind. */
  readoptAll(): void {
    for (const root of this.adopted.keys()) {
      const doc = dom.ownerDocument(root) ?? root;
      if (dom.isConnected(root) && dom.defaultView(doc)) this.readopt(root);
    }
  }

  /** Gives a root its sheets anew: it moved to another document, or one of them is another. */
  readopt(root: Root): void {
    const doc = dom.ownerDocument(root) ?? (root as Document);
    const own = (this.adopted.get(root) ?? []).map((number) => this.make(this.get(number), doc));
    dom.adopt(root, [...this.host.aids(doc), ...own]);
  }

  rules<S>(payload: Payload, tables: Tables<S>): void {
    const { ops } = payload;
    const sheet = this.get(ops.varint());
    const [start, gone] = [ops.varint(), ops.varint()];
    const rules = Array.from({ length: ops.varint() }, () => tables.raw(payload));
    const uses = this.uses(sheet);
    for (const use of uses) {
      const owner = use.ownerNode?.ownerDocument;
      const base = owner && this.host.baseOf(owner);
      edit(use, start, gone, base === sheet.base ? rules : rules.map((rule) => absolute(rule, sheet.base)));
    }
    const [first] = uses;
    if (first) sheet.text = [...first.cssRules].map((rule) => rule.cssText).join("\n");
    else sheet.text = edited(sheet.text, start, gone, rules);
  }

  state(number: number, disabled: boolean, media: string): void {
    const sheet = this.get(number);
    sheet.disabled = disabled;
    sheet.media = media;
    for (const owner of sheet.owners) settle(sheet, owner.sheet);
    for (const made of sheet.made.values()) settle(sheet, made);
  }

  /** The links that are still to load. */
  loading(): HTMLLinkElement[] {
    const owners = [...this.sheets.values()].flatMap((sheet) => [...sheet.owners]);
    return owners.filter((owner): owner is HTMLLinkElement => isLink(owner) && owner.isConnected && !owner.sheet && owner.hasAttribute("href"));
  }

  private get(number: number): Used {
    const sheet = this.sheets.get(number);
    if (!sheet) throw new Fault("a sheet is unknown");
    return sheet;
  }

  /** A style's or link's rules are there while it is in its document. */
  private uses(sheet: Used): CSSStyleSheet[] {
    const owned = [...sheet.owners].filter((owner) => !isLink(owner)).flatMap((owner) => owner.sheet ?? []);
    return [...owned, ...sheet.made.values()];
  }

  private refresh(sheet: Used): void {
    for (const owner of [...sheet.owners]) this.fill(sheet, owner);
    for (const [doc, made] of sheet.made) {
      made.replaceSync(resolved(sheet, this.host.baseOf(doc), false));
    }
  }

  private fill(sheet: Used, owner: Owner): void {
    if (sheet.url !== undefined) {
      const link = isLink(owner) ? owner : this.swap(sheet, owner, "link");
      link.setAttribute("rel", "stylesheet");
      // One that is set to what it is does not load anew.
      if (link.getAttribute("href") !== sheet.url) link.setAttribute("href", sheet.url);
      else settle(sheet, link.sheet);
      link.addEventListener("load", () => sheet.owners.has(link) && settle(sheet, link.sheet), { once: true });
      return;
    }
    const style = isLink(owner) ? this.swap(sheet, owner, "style") : owner;
    style.textContent = resolved(sheet, this.host.baseOf(style.ownerDocument), true);
    // One without text that gets none is not read anew.
    if (sheet.text === "") while (style.sheet?.cssRules.length) style.sheet.deleteRule(0);
    settle(sheet, style.sheet);
    this.filled.set(style, style.sheet);
  }

  private swap<T extends "link" | "style">(sheet: Used, owner: Owner, name: T): HTMLElementTagNameMap[T] {
    const other = dom.create(owner.ownerDocument, name) as HTMLElementTagNameMap[T];
    for (const { name: attribute, value } of owner.attributes) {
      if (attribute !== "href" && attribute !== "type") other.setAttribute(attribute, value);
    }
    sheet.owners.delete(owner);
    this.host.replace(owner, other);
    sheet.owners.add(other);
    return other;
  }

  private make(sheet: Used, doc: Document): CSSStyleSheet {
    const known = sheet.made.get(doc);
    if (known) return known;
    const view = dom.defaultView(doc) as (Window & typeof globalThis) | null;
    if (!view) throw new Fault("a sheet's document is gone");
    const made = new view.CSSStyleSheet();
    made.replaceSync(resolved(sheet, this.host.baseOf(doc), false));
    settle(sheet, made);
    sheet.made.set(doc, made);
    return made;
  }
}

function settle(sheet: Used, made: CSSStyleSheet | null): void {
  if (!made) return;
  if (made.disabled !== sheet.disabled) made.disabled = sheet.disabled;
  if (sheet.media !== undefined && made.media.mediaText !== sheet.media) made.media.mediaText = sheet.media;
}

function edit(sheet: CSSStyleSheet, start: number, gone: number, rules: readonly string[]): void {
  const drop = (at: number): void => {
    for (let count = gone; count > 0 && at < sheet.cssRules.length; count--) sheet.deleteRule(at);
  };
  // Between layers and rules Chromium lets an import in only beside another: one that is replaced goes afterwards.
  const isImport = /^@import/i.test(rules[0] ?? "");
  if (!isImport) drop(start);
  rules.forEach((rule, at) => {
    const place = Math.min(start + at, sheet.cssRules.length);
    try {
      sheet.insertRule(rule, place);
    } catch {
      // A rule that this browser does not know keeps its place, so that those after it keep theirs.
      sheet.insertRule("docent-unknown {}", place);
    }
  });
  if (isImport) drop(start + rules.length);
}

/** Edits a text nobody uses yet. */
function edited(text: string, start: number, gone: number, rules: readonly string[]): string {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  edit(sheet, start, gone, rules);
  return [...sheet.cssRules].map((rule) => rule.cssText).join("\n");
}

const ADDRESS = /url\(\s*(?:"([^"\n]*)"|'([^'\n]*)'|([^"'()\s]*))\s*\)|(@import\s+)(?:"([^"\n]*)"|'([^'\n]*)')/gi;

/** The text as it reads in its place: by the document's base an owned one's addresses are resolved anyway. */
function resolved(sheet: Used, base: string, owned: boolean): string {
  return owned && sheet.base === base ? sheet.text : absolute(sheet.text, sheet.base);
}

/** A style's text with its addresses resolved. */
function absolute(text: string, base: string): string {
  return text.replace(ADDRESS, (whole, double, single, bare, imported, doubled, singled) => {
    const relative: string = double ?? single ?? bare ?? doubled ?? singled ?? "";
    if (relative === "" || relative.startsWith("#") || /^(data|https?):/i.test(relative) || !URL.canParse(relative, base)) return whole;
    const address = new URL(relative, base).href.replaceAll('"', "%22");
    return imported === undefined ? `url("${address}")` : `${imported}"${address}"`;
  });
}

function isLink(element: Element): element is HTMLLinkElement {
  return dom.localName(element) === "link";
}

function isOwner(element: Element): element is Owner {
  return /^(link|style)$/.test(dom.localName(element));
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
