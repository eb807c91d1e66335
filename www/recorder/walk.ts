// Walks a part of the page in document order and writes its nodes. It can stop anywhere and go on, though the page has
// changed meanwhile: what it can no longer reach it leaves to `Parts.rescan`.
import { BLOCKED, DECISIVE, NOTHING, type Rules, type Shown, cover, judged, kindOf, text } from "../../src/mask.js";
import { Flag, Space, Token } from "../cobrowse/wire";
import * as dom from "./dom";
import { contentOf, isEmptied, Trait, traits, type Nodes } from "./nodes";
import type { Writer } from "./writer";

/** Who hears what a walk comes upon. */
export interface Parts {
  readonly nodes: Nodes;
  readonly rules: Rules;
  /** The elements that the site's own selectors may cover; `undefined` where it has none. */
  readonly marked: Set<Node> | undefined;
  /** A document or shadow root that is part of the page now. */
  root(root: Node, cover: number): void;
  /** An element whose state no token tells. */
  special(element: Element, traits: number): void;
  /** An element without children. */
  empty(element: Element): void;
  /** Children of this one are left to be found, from a child on (`null`: any). */
  rescan(node: Node, from: Node | null): void;
}

/** A walk for one who comes late: nodes that others have are told again, others are not. */
export interface Again {
  /** What has been told again. */
  readonly told: Set<Node>;
  /** What others were told is covered otherwise by now. */
  recovered(node: Node): void;
}

interface Open {
  node: Node;
  /** The id it had when it was opened: what went and came back has another. */
  id: number;
  cover: number;
  /** A shadow root, content or document: what comes after it is its host's own content. */
  host?: Element;
}

function spaceOf(element: Element): number {
  const name = dom.namespace(element);
  return name === dom.SVG ? Space.Svg : name === "http://www.w3.org/1998/Math/MathML" ? Space.Math : Space.Html;
}

/** By name of an attribute: what is done with it. */
const kinds = new Map<string, number>();
const MAY_COVER = 64;
const CHECK_EVERY = 64;

function kind(name: string): number {
  let known = kinds.get(name);
  if (known === undefined) {
    known = kindOf(name) | (DECISIVE.has(name) ? MAY_COVER : 0);
    if (kinds.size < 10_000) kinds.set(name, known);
  }
  return known;
}

/** An element's cover, at the least cost: most have nothing about them that could cover them. */
export function coverOf(parts: Parts, element: Element, traits: number, names: string[], outer: number): number {
  let may = (traits & Trait.Field) !== 0 || parts.marked?.has(element);
  for (let i = 0; !may && i < names.length; i++) may = (kind(names[i] as string) & MAY_COVER) !== 0;
  return may ? cover(parts.rules, element, outer) : outer;
}

const NONE: string[] = [];
/** An element's attributes while its token is made, and their values: arrays of its own each would be half of that work. */
const told: string[] = [];
const values: Shown[] = [];

export class Walk {
  private readonly open: Open[] = [];
  private cursor: Node | null;
  /** One past the last node, where the walk is of siblings. */
  private readonly end: Node | null;
  /** The id the next node has if it says none. */
  private expected: number;

  constructor(
    private readonly parts: Parts,
    private readonly out: Writer,
    holder: Node,
    from: Node | null,
    to: Node | null,
    private readonly again: Again | undefined,
    expected: number,
  ) {
    const { nodes } = parts;
    this.open.push({ node: holder, id: nodes.id(holder), cover: nodes.cover(holder) });
    this.cursor = from;
    this.end = to;
    this.expected = expected;
  }

  /** Writes nodes until the list is at its end (`true`) or `isDue` says so. */
  run(isDue: () => boolean): boolean {
    for (let count = 1; ; count++) {
      const node = this.cursor;
      if (node && !(node === this.end && this.open.length === 1)) {
        this.node(node);
      } else if (this.open.length === 1) {
        this.out.byte(Token.End);
        return true;
      } else this.close();
      if (count % CHECK_EVERY === 0 && isDue()) return false;
    }
  }

  /** Ends the list here: the rest is left to be found. */
  cut(): void {
    for (let next = this.cursor, at = this.open.pop(); at; at = this.open.pop()) {
      if (next) this.parts.rescan(at.node, next);
      this.out.byte(Token.End);
      next = at.host ? contentAfter(at.host) : dom.next(at.node);
    }
  }

  /** Before it goes on: leaves what is no longer where it was. */
  resume(): void {
    const { open } = this;
    let intact = 1;
    while (intact < open.length && this.holds(open[intact - 1] as Open, open[intact] as Open)) intact++;
    const isBroken = intact < open.length;
    for (const { node } of open.splice(intact)) {
      this.parts.rescan(node, null);
      this.out.byte(Token.End);
    }
    const top = open[intact - 1] as Open;
    if (isBroken || (this.cursor && dom.parent(this.cursor) !== top.node)) {
      this.parts.rescan(top.node, null);
      this.cursor = null;
    }
  }

  private holds(outer: Open, inner: Open): boolean {
    if (this.parts.nodes.id(inner.node) !== inner.id) return false;
    if (!inner.host) return dom.parent(inner.node) === outer.node;
    if (inner.host !== outer.node) return false;
    return dom.nodeType(inner.node) !== 9 || dom.frameOf(inner.host) === inner.node;
  }

  private close(): void {
    const { node, host } = this.open.pop() as Open;
    this.out.byte(Token.End);
    this.cursor = host ? contentAfter(host) : dom.next(node);
  }

  /** Takes the node's id; says it, where it is not the next. `false`: the node is not part of this list. */
  private take(node: Node, cover: number): boolean {
    const { nodes } = this.parts;
    const { again } = this;
    const known = nodes.id(node);
    if (again ? !known || again.told.has(node) : known) return false;
    const id = known || nodes.add(node, cover);
    if (again) {
      again.told.add(node);
      if (nodes.cover(node) !== cover) again.recovered(node);
    }
    if (id !== this.expected) {
      this.out.byte(Token.Id);
      this.out.varint(id);
    }
    this.expected = id + 1;
    return true;
  }

  private node(node: Node): void {
    const top = this.open[this.open.length - 1] as Open;
    const type = dom.nodeType(node);
    this.cursor = dom.next(node);
    if (type === 1) this.element(node as Element, top);
    else if ((type === 3 || type === 4) && this.take(node, top.cover)) {
      this.out.byte(Token.Text);
      this.out.text(text(dom.data(node), top.cover));
    }
  }

  private element(element: Element, top: Open): void {
    const { parts, out } = this;
    const name = dom.localName(element);
    const has = traits(name);
    if (has & Trait.Ours) return;
    const names = dom.hasAttributes(element) ? dom.attributeNames(element) : NONE;
    const covered = coverOf(parts, element, has, names, top.cover);
    const isSilent = (has & Trait.Silent) !== 0 || covered === BLOCKED;
    if (!this.take(element, isSilent ? BLOCKED : covered)) return;
    const space = spaceOf(element);
    this.shape(element, name, space, isSilent ? NONE : names, covered);
    // What may lie on top, nothing but this attribute tells.
    const mayTop = names !== NONE && names.includes("popover");
    if (has & ~(Trait.Plain | Trait.Image) || covered !== top.cover || isEmptied(has, covered) || mayTop) parts.special(element, has);
    if (isSilent) return out.byte(Token.End);
    const mine = { node: element as Node, id: this.expected - 1, cover: covered };
    this.open.push(mine);
    this.cursor = has & Trait.Leaf ? null : dom.first(element);
    if (has & Trait.Plain && !(has & Trait.Template)) return;
    if (!this.cursor && !has) parts.empty(element);
    this.inner(element, has, mine);
  }

  /** The element's token: its shape, and its attributes' values. */
  private shape(element: Element, name: string, space: number, names: string[], covered: number): void {
    const { out } = this;
    const { tables } = out;
    const isFrame = name === "iframe" || name === "frame";
    let shape = tables.root(name, space);
    let count = 0;
    for (const attribute of names) {
      const how = kind(attribute) & ~MAY_COVER;
      if (!how || (isFrame && attribute === "src")) continue;
      const value = judged(how, dom.attribute(element, attribute) ?? "", covered);
      if (value === undefined) continue;
      shape = tables.step(shape, attribute);
      told[count] = attribute;
      values[count++] = value;
    }
    const isNew = shape.index < 0;
    if (isNew) shape.index = tables.shapes++;
    out.varint(Token.Element + shape.index);
    if (isNew) {
      out.name(name);
      out.varint(space + 4 * count);
      for (let i = 0; i < count; i++) out.name(told[i] as string);
    }
    for (let i = 0; i < count; i++) out.value(values[i] as Shown);
  }

  /** The shadow root, the frame's document or the template's content. */
  private inner(element: Element, has: number, mine: Open): void {
    const { parts, out } = this;
    const shadow = dom.shadowOf(element);
    const inner = shadow ?? (has & Trait.Frame ? dom.frameOf(element) : has & Trait.Template ? contentOf(element) : null);
    if (!inner || (this.again ? !parts.nodes.id(inner) : parts.nodes.id(inner))) return;
    // Which token it is stands before its id: a document has more to tell.
    this.take(inner, mine.cover);
    if (shadow) out.byte(Token.Shadow);
    else if (has & Trait.Template) out.byte(Token.Content);
    else {
      out.byte(Token.Frame);
      out.varint(dom.compatMode(inner) === "BackCompat" ? Flag.Quirks : 0);
      out.value(judgedBase(inner as Document));
    }
    parts.root(inner, mine.cover);
    this.open.push({ node: inner, id: this.expected - 1, cover: mine.cover, host: element });
    this.cursor = dom.first(inner);
  }
}

/** What comes after a host's shadow root, document or content: its own children. */
function contentAfter(host: Element): Node | null {
  return traits(dom.localName(host)) & Trait.Leaf ? null : dom.first(host);
}

/** A document's base URL, as far as it may be told. */
export function judgedBase(document: Document): Shown {
  return judged(kindOf("href"), dom.baseURI(document), 0) ?? NOTHING;
}
