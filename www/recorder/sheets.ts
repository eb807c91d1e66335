// Style sheets: each once, by address where the agent can fetch it, by hash where its text is long; then its changes.
// Nothing tells of a rule that a script changes, so sheets are looked through a little at a time.
import { MASKED, NOTHING, type Rules, type Shown, address, css, silentCss } from "../../src/mask.js";
import { Op, Sheet } from "../cobrowse/wire";
import * as dom from "./dom";
import type { Nodes } from "./nodes";
import { countRules, hash, printOf, rulesOf, said, written } from "./rules";
import type { Writer } from "./writer";

const LONG = 512;
const NO_SHEETS: CSSStyleSheet[] = [];
/** Rules that are looked at closely before the clock is. */
const AT_ONCE = 16;
/** Rules that are looked at before all others. */
const MOST_HOT = 8;
/** A longer one, as one that holds many others, waits for its turn. */
const LONGEST_HOT = 4096;
/** Rules of all sheets that one glance notes: each is made an object for it. */
const MOST_NOTED = 2000;
/** No text's hash. */
const NEITHER = -1;
/** Texts kept for mirrors to ask for, in UTF-16 units. */
const MOST_KEPT = 4_000_000;

interface Known {
  index: number;
  /** The rules that were told; empty until they are first looked at. */
  rules: CSSRule[];
  /** Their texts' hashes; `undefined` where they have not been looked at closely. */
  hashes: (number | undefined)[];
  /** Where the close look goes on. */
  at: number;
  /** Beside the rules, what the text said that was told, until all have been looked at closely. */
  said?: CSSRule[] | undefined;
  /** The rules are not those of the text any more. */
  isEdited?: boolean;
  count: number;
  state: string;
  byAddress: boolean | undefined;
  /** What imports it: that is told in its place. */
  by: CSSImportRule | undefined;
}

/** Rules that were read before their sheet is told. */
interface Read {
  sheet: CSSStyleSheet;
  rules: CSSRule[];
  texts: [text: Shown, print: number][];
}

export class Sheets {
  private readonly known = new Map<CSSStyleSheet, Known>();
  private readonly owners = new Map<Element, CSSStyleSheet | null>();
  private readonly adopters = new Map<Node, CSSStyleSheet[]>();
  private texts = new Map<string, Shown>();
  private kept = 0;
  private count = 0;
  /** How often all has been looked at closely. */
  rounds = 0;
  private turn = 0;
  /** Whether one of the sheets to choose from is turned off; `undefined` where that is not known. */
  private isChosen: boolean | undefined;
  private ahead: Read | undefined;
  private toNote = 0;
  /** The rules that were found changed last: a script that changes one mostly goes on with it. */
  private hot: CSSRule[] = [];

  constructor(
    private readonly nodes: Nodes,
    private readonly rules: Rules,
  ) {}

  /** Reads the rules of a `<style>` or that a root adopts, if no text says them. `false`: the time is up. */
  read(holder: Node, isDue: () => boolean): boolean {
    const sheets = dom.nodeType(holder) === 1 ? [dom.sheetOf(holder as Element)] : dom.adopted(holder);
    return Array.from(sheets).every((sheet) => !sheet || this.known.has(sheet) || this.readAhead(sheet, isDue));
  }

  private readAhead(sheet: CSSStyleSheet, isDue: () => boolean): boolean {
    const rules = rulesOf(sheet);
    const known = this.known.get(sheet);
    const count = rules?.length ?? 0;
    if (known ? known.byAddress : sheet.href) return true;
    // Each takes a few letters.
    if (!known?.isEdited && sheet.ownerNode && written(sheet).length > 2 * count) return true;
    if (this.ahead?.sheet !== sheet) this.ahead = { sheet, rules: [], texts: [] };
    const { ahead } = this;
    while (ahead.rules.length < count) {
      const rule = rules?.[ahead.rules.length] as CSSRule;
      ahead.texts.push(this.reading(rule, !known));
      if (ahead.rules.push(rule) % AT_ONCE === 0 && isDue()) return false;
    }
    return true;
  }

  /** The sheet of a `<style>` or `<link>`: what is written or led to anew has another. */
  own(out: Writer, element: Element, isLook = false): void {
    if (!isLook) this.isChosen = undefined;
    const sheet = dom.sheetOf(element);
    const before = this.owners.get(element);
    this.owners.set(element, sheet);
    if (before === undefined) this.nodes.note(element);
    if (sheet) {
      const known = this.known.get(sheet);
      if (known) this.state(out, sheet, known);
      this.imports(known && out, sheet, known ?? this.add(sheet));
      if (!known) this.tell(out, sheet);
    }
    if (sheet === before || (!sheet && before === undefined)) return;
    out.byte(Op.Own);
    out.id(this.nodes.id(element));
    out.varint(sheet ? (this.known.get(sheet) as Known).index + 1 : 0);
  }

  /** A root's adopted sheets, where they are others than before. */
  adopt(out: Writer, root: Node): void {
    const now = dom.adopted(root);
    const before = this.adopters.get(root) ?? NO_SHEETS;
    // One that has none may have some later.
    this.adopters.set(root, now.length ? now : NO_SHEETS);
    if (now.length === before.length && now.every((sheet, at) => sheet === before[at])) return;
    for (const sheet of now) if (!this.known.has(sheet)) this.tell(out, sheet);
    out.byte(Op.Adopt);
    out.id(this.nodes.id(root));
    out.varint(now.length);
    for (const sheet of now) out.varint((this.known.get(sheet) as Known).index);
  }

  /** An element or a root that is no longer part of the page. */
  forget(node: Node): void {
    this.owners.delete(node as Element);
    this.adopters.delete(node);
  }

  /** Everything again, sheet by sheet, for one who comes late; which rules are others goes to the others too. */
  *again(out: Writer, others: Writer): Generator<void> {
    // What is imported comes before what imports it.
    for (const [sheet, known] of [...this.known].reverse()) {
      const rules = rulesOf(sheet);
      if (rules) this.glance(others, sheet, known, rules);
      if (known.by) continue;
      while (!this.readAhead(sheet, () => true)) yield;
      this.content(out, sheet, known);
      this.state(out, sheet, { ...known, state: "" });
      yield;
    }
    for (const [element, sheet] of this.owners) {
      const id = this.nodes.id(element);
      if (!sheet || !id) continue;
      out.byte(Op.Own);
      out.id(id);
      out.varint((this.known.get(sheet) as Known).index + 1);
    }
    yield;
    for (const [root, sheets] of this.adopters) {
      const id = this.nodes.id(root);
      if (!id || !sheets.length) continue;
      out.byte(Op.Adopt);
      out.id(id);
      out.varint(sheets.length);
      for (const sheet of sheets) out.varint((this.known.get(sheet) as Known).index);
    }
    yield;
  }

  /** The text of a hash that a mirror lacks. */
  answer(out: Writer, wanted: Uint8Array): void {
    const text = this.texts.get(key(wanted));
    if (text === undefined) return;
    out.byte(Op.SheetText);
    out.bytes(wanted);
    out.raw(text);
  }

  /** What has changed and is seen at once, of every sheet. */
  glances(out: Writer): void {
    for (const root of this.adopters.keys()) this.adopt(out, root);
    this.isChosen = undefined;
    for (const [element] of this.owners) if (dom.isConnected(element)) this.own(out, element, true);
    this.prune();
    this.toNote = MOST_NOTED;
    for (const [sheet, known] of this.known) {
      this.state(out, sheet, known);
      const rules = rulesOf(sheet);
      if (rules) this.glance(out, sheet, known, rules);
    }
  }

  /** What takes a closer look, of one sheet after another. */
  poll(out: Writer, isDue: () => boolean): void {
    for (const rule of this.hot) {
      const known = this.known.get(rule.parentStyleSheet as CSSStyleSheet);
      const at = known ? known.rules.indexOf(rule) : -1;
      if (at >= 0) this.compare(out, known as Known, at, rule);
    }
    const all = [...this.known];
    while (this.turn < all.length) {
      const [sheet, known] = all[this.turn] as [CSSStyleSheet, Known];
      const rules = rulesOf(sheet);
      if (rules && !this.closely(out, sheet, known, rules, isDue)) return;
      this.turn++;
      if (isDue()) return;
    }
    this.turn = 0;
    this.rounds++;
  }

  private prune(): void {
    const used = new Set<CSSStyleSheet | null>(this.owners.values());
    for (const sheets of this.adopters.values()) for (const sheet of sheets) used.add(sheet);
    for (const [sheet, { by }] of this.known) {
      if (!used.has(sheet) && !this.known.has(by?.parentStyleSheet as CSSStyleSheet)) this.known.delete(sheet);
    }
  }

  private add(sheet: CSSStyleSheet, by?: CSSImportRule): Known {
    const count = rulesOf(sheet)?.length ?? 0;
    const known = { index: this.count++, rules: [], hashes: [], at: 0, count, state: "", byAddress: undefined, by };
    this.known.set(sheet, known);
    return known;
  }

  /** Notes which sheets one imports, those that have come, as they are now. Without `out` it is yet to be told itself. */
  private imports(out: Writer | undefined, sheet: CSSStyleSheet, known: Known): void {
    const rules = known.rules[0] ? known.rules : rulesOf(sheet);
    for (let at = 0; ; at++) {
      const rule = rules?.[at] as (CSSImportRule & { nameList?: unknown }) | undefined;
      const inner = rule?.styleSheet;
      // Nothing but names of layers stands before imports.
      if (inner === undefined && !rule?.nameList) return;
      if (!inner || !rulesOf(inner)) continue;
      const before = this.known.get(inner);
      const below = before ?? this.add(inner, rule);
      this.imports(out, inner, below);
      if (before || this.rules.outer !== MASKED) continue;
      // Where all is masked nothing is told by its address.
      below.isEdited = known.isEdited = true;
      if (out) this.above(out, rule);
    }
  }

  private judge(text: string): Shown {
    return this.rules.outer === MASKED ? silentCss(text) : css(text);
  }

  /** A sheet's content, whole. */
  private tell(out: Writer, sheet: CSSStyleSheet): void {
    const known = this.known.get(sheet) ?? this.add(sheet);
    this.content(out, sheet, known, true);
    this.state(out, sheet, known);
  }

  /** What is at the address, or stands in the `<style>`, is no longer what the page has. */
  private retell(out: Writer, sheet: CSSStyleSheet, known: Known): void {
    known.byAddress = false;
    known.isEdited = true;
    this.tell(out, sheet);
  }

  /** `isNew`: from now on this is what was told of it. */
  private content(out: Writer, sheet: CSSStyleSheet, known: Known, isNew = false): void {
    if (known.by) return this.above(out, known.by);
    const rules = rulesOf(sheet);
    const owner = sheet.ownerNode as Element | null;
    const { href } = sheet;
    const url = href ? address(href) : undefined;
    known.byAddress ??= !!url && (!rules || (url === href && this.rules.outer !== MASKED));
    const base = url ?? address(owner ? dom.baseURI(owner) : document.baseURI) ?? NOTHING;
    out.byte(Op.Sheet);
    out.varint(known.index);
    if (!known.byAddress) return this.text(out, this.source(sheet, known, rules, isNew), base);
    out.varint(Sheet.Url);
    out.value(base);
  }

  /** What a rule imports has changed. */
  private above(out: Writer, rule: CSSImportRule): void {
    const sheet = rule.parentStyleSheet as CSSStyleSheet;
    const known = this.known.get(sheet);
    const at = known?.rules.indexOf(rule) ?? 0;
    if (known) at < 0 ? this.retell(out, sheet, known) : this.replace(out, sheet, known, at, 1, [rule]);
  }

  /** The text a sheet was made of where that is all there is to it, else its rules'. */
  private source(sheet: CSSStyleSheet, known: Known, rules: CSSRuleList | undefined, isNew: boolean): Shown {
    const count = rules?.length ?? 0;
    if (isNew) {
      known.count = count;
      known.rules = [];
      known.hashes = [];
      known.at = 0;
    }
    if (sheet.ownerNode && !sheet.href && !known.isEdited) {
      const text = written(sheet);
      if (countRules(text) === count) return this.judge(text);
    }
    const { ahead } = this;
    const isRead = ahead?.sheet === sheet && ahead.rules.length === count && ahead.rules.every((rule, at) => rule === rules?.[at]);
    let text = "";
    for (let i = 0; i < count; i++) {
      const rule = rules?.[i] as CSSRule;
      const [one, print] = (isRead && ahead.texts[i]) || this.reading(rule, isNew);
      text += `${one}\n`;
      if (isNew) {
        known.rules.push(rule);
        known.hashes.push(print);
        // It was another for a while: some have been told the one, some the other.
      } else if ((known.hashes[i] ?? print) !== print) known.hashes[i] = NEITHER;
    }
    if (isRead) this.ahead = undefined;
    return text as Shown;
  }

  private reading(rule: CSSRule, isNew: boolean): [text: Shown, print: number] {
    const { cssText } = rule;
    return [this.rule(rule, isNew, cssText), hash(cssText)[0]];
  }

  /** A rule's text. One that imports what is no longer what is at the address has an address that holds it. */
  private rule(rule: CSSRule, isNew: boolean, cssText = rule.cssText): Shown {
    const text = this.judge(cssText);
    const sheet = (rule as CSSImportRule).styleSheet;
    const known = sheet && this.known.get(sheet);
    if (!sheet || !known?.isEdited) return text;
    const base = address(sheet.href as string);
    const inner = this.source(sheet, known, rulesOf(sheet), isNew)
      // There nothing is relative to it.
      .replace(/url\("(?![\w+.-]*:)([^"#][^"]*)/g, (whole, url) => (URL.canParse(url, base) ? `url("${new URL(url, base)}` : whole))
      .replace(/[\t\n"#%\\]/g, encodeURIComponent);
    return text.replace(/url\("[^"]*/, () => `url("data:text/css;charset=utf-8,${inner}`) as Shown;
  }

  private text(out: Writer, text: Shown, base: Shown): void {
    if (text.length < LONG) {
      out.varint(Sheet.Text);
      out.value(base);
      return out.raw(text);
    }
    // What runs browsers is little-endian.
    const bytes = new Uint8Array(Uint32Array.from(hash(text)).buffer);
    this.keep(key(bytes), text);
    out.varint(Sheet.Hash);
    out.value(base);
    out.bytes(bytes);
  }

  private keep(key: string, text: Shown): void {
    if (this.texts.has(key)) return;
    this.texts.set(key, text);
    this.kept += text.length;
    for (const [oldest, text] of this.texts) {
      if (this.kept <= MOST_KEPT) break;
      this.texts.delete(oldest);
      this.kept -= text.length;
    }
  }

  private state(out: Writer, sheet: CSSStyleSheet, known: Known): void {
    // What an imported one says of itself, browsers pass over.
    if (known.by) return;
    const media = sheet.media?.mediaText ?? "";
    const isOff = sheet.disabled || this.isAside(sheet);
    const state = `${isOff ? 1 : 0}${media}`;
    if (state === (known.state || "0")) return;
    known.state = state;
    out.byte(Op.SheetState);
    out.varint(known.index);
    out.varint(isOff ? 1 : 0);
    out.value(media as Shown);
  }

  /**
   * Whether it is an alternative that is not chosen. What a script chose instead of what the page prefers nothing tells: it
   * is taken to have turned another off.
   */
  private isAside({ title, ownerNode }: CSSStyleSheet): boolean {
    const isAlternate = title && dom.matches(ownerNode as Element, "[rel~=alternate i]");
    return !!isAlternate && !(this.isChosen ??= [...this.owners.keys()].some((one) => dom.matches(one, "[title][disabled]")));
  }

  /** Looks whether there are other rules. */
  private glance(out: Writer, sheet: CSSStyleSheet, known: Known, rules: CSSRuleList): void {
    const isFirst = known.rules.length < known.count;
    if (rules.length === known.count) {
      // What is there at the first look is what was told.
      for (let at = known.rules.length; isFirst && at < rules.length && this.toNote-- > 0; at++) known.rules.push(rules[at] as CSSRule);
    } else if (isFirst) this.retell(out, sheet, known);
    else this.changed(out, sheet, known, rules);
  }

  /** Looks at what is inside the rules, from where it stopped. `false`: the time is up. */
  private closely(out: Writer, sheet: CSSStyleSheet, known: Known, rules: CSSRuleList, isDue: () => boolean): boolean {
    if (known.rules.length < known.count) return true;
    while (known.at < known.rules.length) {
      const at = known.at++;
      const rule = rules[at] as CSSRule;
      if (!this.recall(sheet, known)) {
        this.retell(out, sheet, known);
        return true;
      }
      if (rule !== known.rules[at]) this.changed(out, sheet, known, rules);
      else this.compare(out, known, at, rule);
      if (at % AT_ONCE === AT_ONCE - 1 && isDue()) return false;
    }
    known.at = 0;
    known.said = undefined;
    return true;
  }

  private compare(out: Writer, known: Known, at: number, rule: CSSRule): void {
    const { cssText } = rule;
    const print = hash(cssText)[0];
    const before = known.said?.[at];
    known.hashes[at] ??= before ? printOf(before) : print;
    if (print === known.hashes[at]) return;
    const others = this.hot.filter((one) => one !== rule);
    this.hot = cssText.length > LONGEST_HOT ? others : [rule, ...others].slice(0, MOST_HOT);
    this.replace(out, rule.parentStyleSheet as CSSStyleSheet, known, at, 1, [rule]);
  }

  /** What was told of rules that nobody has looked at closely: what is there may be others by now. `false`: it is. */
  private recall(sheet: CSSStyleSheet, known: Known): boolean {
    if (known.hashes.length || known.isEdited) return true;
    const rules = said(sheet);
    const isAlike = !rules || rules.length === known.rules.length;
    known.said = isAlike ? rules : undefined;
    return isAlike;
  }

  /** Tells the rules that are others than those told. */
  private changed(out: Writer, sheet: CSSStyleSheet, known: Known, rules: CSSRuleList): void {
    const count = rules.length;
    const before = known.rules.length;
    let start = 0;
    while (start < count && start < before && rules[start] === known.rules[start]) start++;
    let end = 0;
    while (end < count - start && end < before - start && rules[count - 1 - end] === known.rules[before - 1 - end]) end++;
    const added: CSSRule[] = [];
    for (let at = start; at < count - end; at++) added.push(rules[at] as CSSRule);
    known.count = count;
    known.at = 0;
    this.replace(out, sheet, known, start, before - start - end, added);
  }

  private replace(out: Writer, sheet: CSSStyleSheet, known: Known, start: number, gone: number, added: CSSRule[]): void {
    if (known.byAddress || known.by) return this.retell(out, sheet, known);
    this.recall(sheet, known);
    known.isEdited = true;
    known.said?.splice(start, gone, ...added);
    known.rules.splice(start, gone, ...added);
    known.hashes.length = Math.max(known.hashes.length, start);
    known.hashes.splice(start, gone, ...added.map(printOf));
    out.byte(Op.Rules);
    out.varint(known.index);
    out.varint(start);
    out.varint(gone);
    out.varint(added.length);
    for (const rule of added) out.raw(this.rule(rule, true));
  }
}

function key(hash: Uint8Array): string {
  return hash.join(" ");
}
