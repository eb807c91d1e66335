// An attribute or a text that has changed: what it has in common with what it was, or with the one told before it, is
// not told again.
import { BLOCKED, NOTHING, type Shown, judged, kindOf, text } from "../../src/mask.js";
import { Op } from "../cobrowse/wire";
import * as dom from "./dom";
import { type Nodes, Trait, coverIn, idIn, isNoted, traits } from "./nodes";
import type { Writer } from "./writer";

/** So much in common is worth the numbers that say so. With less these would vary more than what they save. */
const WORTH_SPLICING = 6;

/** The changes of one body. */
export class Splices {
  /** By name of an attribute: what was told last. */
  private readonly values = new Map<string, Like>();
  private readonly texts = new Like();
  private readonly own = new Like();

  constructor(
    private readonly nodes: Nodes,
    private readonly out: Writer,
    /** Nodes from this id on have just been told as they are now. */
    private readonly fresh: number,
  ) {}

  /** What has changed, beside what it was; that is then forgotten. `heard`: elements that something is kept for. */
  changedAttributes(changed: Map<Element, (string | null | undefined)[]>, heard: (element: Element, has: number) => void): void {
    const { nodes } = this;
    for (const [element, names] of changed) {
      const entry = nodes.entry(element);
      const id = idIn(entry);
      if (!id || id >= this.fresh) continue;
      const has = traits(dom.localName(element));
      if (isNoted(entry)) heard(element, has);
      const covered = coverIn(entry);
      if (has & Trait.Silent || covered === BLOCKED) continue;
      for (let i = 0; i < names.length; i += 2) {
        const name = names[i] as string;
        const old = names[i + 1];
        const kind = name === "src" && has & Trait.Frame ? 0 : kindOf(name);
        const now = kind ? dom.attribute(element, name) : old;
        if (!kind || now === old) continue;
        const value = now == null ? undefined : judged(kind, now, covered);
        const before = old == null ? undefined : judged(kind, old, covered);
        if (value !== before || old === undefined) this.attribute(id, name, value, before);
      }
    }
    changed.clear();
  }

  /** The same of texts. */
  changedTexts(changed: Map<Node, string | undefined>): void {
    const { nodes } = this;
    for (const [node, old] of changed) {
      const entry = nodes.entry(node);
      const id = idIn(entry);
      if (!id || id >= this.fresh) continue;
      const covered = coverIn(entry);
      const [before, now] = [old === undefined ? NOTHING : text(old, covered), text(dom.data(node), covered)];
      if (before !== now || old === undefined) this.text(id, before, now);
    }
    changed.clear();
  }

  /** An attribute's value as it is now (`undefined`: none), and what it was. */
  private attribute(id: number, name: string, value: Shown | undefined, before: Shown | undefined): void {
    const { out } = this;
    if (value === undefined) return this.begin(Op.AttrGone, id, name);
    let like = this.values.get(name);
    if (!like) this.values.set(name, (like = new Like()));
    const known = out.tables.values.get(value);
    const isWhole = known !== undefined || value.length <= WORTH_SPLICING;
    const isOwn = !isWhole && this.own.is(before, value);
    const isLike = !isWhole && !isOwn && like.isLikeLast(value);
    if (isOwn) this.between(Op.AttrSplice, id, this.own, value, name);
    else if (isLike) this.between(Op.AttrLike, id, like, value, name);
    else {
      this.begin(Op.Attr, id, name);
      if (known === undefined) out.value(value);
      else out.known(known);
    }
    like.tell(value, isLike);
  }

  /** A text as it is now, and what it was. */
  private text(id: number, before: Shown, now: Shown): void {
    const isOwn = this.own.is(before, now);
    const isLike = !isOwn && this.texts.isLikeLast(now);
    this.between(isLike ? Op.TextLike : Op.Text, id, isLike ? this.texts : isOwn ? this.own : NOTHING_ALIKE, now);
    this.texts.tell(now, isLike);
  }

  private begin(op: number, id: number, name?: string): void {
    this.out.byte(op);
    this.out.id(id);
    if (name !== undefined) this.out.name(name);
  }

  private between(op: number, id: number, { front, back }: Like, value: Shown, name?: string): void {
    this.begin(op, id, name);
    this.out.varint(front);
    this.out.varint(back);
    this.out.raw(value.slice(front, value.length - back) as Shown);
  }
}

/** What strings have in common at the front, and at the end, in code units. */
class Like {
  private last: string | undefined;
  front = 0;
  back = 0;
  private start = "";
  private end = "";

  /** Whether it has enough in common with the last: as much as that had with the one before, if it can be. */
  isLikeLast(now: string): boolean {
    const { front, back } = this;
    const isAsBefore = front + back > WORTH_SPLICING && front + back <= now.length;
    if (isAsBefore && now.startsWith(this.start) && now.endsWith(this.end)) return true;
    if (!this.is(this.last, now)) return false;
    this.start = now.slice(0, this.front);
    this.end = now.slice(now.length - this.back);
    return true;
  }

  tell(value: string, isLike: boolean): void {
    this.last = value;
    if (!isLike) this.front = this.back = 0;
  }

  /** Whether two have enough in common. */
  is(before: string | undefined, now: string): boolean {
    const length = before?.length ?? 0;
    const most = Math.min(length, now.length);
    this.front = this.back = 0;
    if (!before || most <= WORTH_SPLICING) return false;
    let front = 0;
    while (front < most && before.charCodeAt(front) === now.charCodeAt(front)) front++;
    let back = 0;
    while (back < most - front && before.charCodeAt(length - 1 - back) === now.charCodeAt(now.length - 1 - back)) back++;
    this.front = front;
    this.back = back;
    return front + back > WORTH_SPLICING;
  }
}

const NOTHING_ALIKE = new Like();
