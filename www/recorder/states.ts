// What no markup tells: what stands in fields, what is checked and chosen, what lies on top, the size of empty boxes.
import { BLOCKED, MASKED, NOTHING, OPEN, SECRET, type Shown, layout, text } from "../../src/mask.js";
import { Op, State } from "../cobrowse/wire";
import * as dom from "./dom";
import { type Nodes, Trait, traits } from "./nodes";
import type { Writer } from "./writer";

const SILENT_TYPES = /^(checkbox|radio|submit|reset|button|image|hidden)$/i;
/** Nothing but words that say it. */
const SCHEMES = /^(light|dark|only|normal|\s)+$/i;
/** How an element stands among its siblings. */
const PLACING = (
  "display float clear position inset margin grid-area order place-self z-index vertical-align " +
  "transform transform-origin translate rotate scale visibility opacity"
).split(" ");
const ON_TOP = State.Modal | State.Popover | State.Fullscreen;

/** What there is to look at, since nothing tells when it changes. */
const enum Look {
  Value = 1,
  Checked = 2,
  Chosen = 4,
  Top = 8,
  File = 16,
  /** It has a value, and is a text area. */
  Area = 32,
}

/** What was told of an element. */
interface Told {
  bits: number;
  value: Shown | undefined;
  /** Ids of options. */
  chosen: string;
  look: number;
  covered: number;
}

export class States {
  /** What was told of each, so that it is told once. */
  private readonly told = new Map<Element, Told>();
  private readonly boxes = new Map<Element, string>();
  /** How often all has been looked at. */
  rounds = 0;
  private round: Iterator<[Element, Told]> | undefined;

  constructor(private readonly nodes: Nodes) {}

  /** Tells how an element stands, where that is not known. */
  tell(out: Writer, element: Element): void {
    const id = this.nodes.id(element);
    if (!id) return;
    const has = traits(dom.localName(element));
    const covered = this.nodes.cover(element);
    const bits = this.bits(element, has, covered);
    const before = this.told.get(element);
    const value = has & Trait.Field ? this.value(element, covered) : (schemes(element, has) ?? (before?.value && NOTHING));
    const ids = has & Trait.Field && dom.localName(element) === "select" ? this.chosen(element, covered) : undefined;
    const chosen = ids?.join() ?? "";
    const look = this.look(element, value, ids, bits, covered);
    if (before) before.look = look;
    else if (!bits && value === undefined && !chosen && !this.lasts(has)) return;
    if (before?.bits === bits && before.value === value && before.chosen === chosen) return;
    this.told.set(element, { bits, value, chosen, look, covered });
    this.nodes.note(element);
    if (bits || before) this.state(out, id, bits);
    if (value !== undefined) {
      out.byte(Op.Value);
      out.id(id);
      out.value(value);
    }
    if (ids) this.options(out, element, ids);
  }

  /** The size of what comes empty, and how it stands where nothing else says: where that is not known. */
  box(out: Writer, element: Element, isNew = true): void {
    const id = this.nodes.id(element);
    if (!id) return;
    const [width, height] = dom.sizeOf(element);
    const place = this.nodes.cover(element) === BLOCKED ? layout(dom.styles(element, PLACING)) : NOTHING;
    const box = `${width} ${height} ${place}`;
    const before = this.boxes.get(element);
    this.boxes.delete(element);
    this.boxes.set(element, box);
    if (!isNew && before === box) return;
    this.nodes.note(element);
    out.byte(Op.Box);
    out.id(id);
    out.varint(width);
    out.varint(height);
    out.value(place);
  }

  /** Looks whether what comes empty has another size by now: those first that were not looked at for longest. */
  measure(out: Writer, isDue: () => boolean): void {
    let left = this.boxes.size;
    for (const element of this.boxes.keys()) {
      // One at least: what is looked at before may take all the time, each time.
      this.box(out, element, false);
      if (--left <= 0 || isDue()) return;
    }
  }

  /** Looks whether a script has changed what stands in a field. */
  poll(out: Writer, isDue: () => boolean): void {
    // What comes while a round lasts is in it, what goes is not.
    this.round ??= this.told.entries();
    for (let count = 1; ; count++) {
      const { done, value } = this.round.next();
      if (done) break;
      if (value[1].look && !this.isAsTold(...value)) this.tell(out, value[0]);
      if (count % 16 === 0 && isDue()) return;
    }
    this.round = undefined;
    this.rounds++;
  }

  /** Everything again, one by one, for one who comes late; what has changed since it was told goes to the others too. */
  *again(out: Writer, others: Writer): Generator<void> {
    for (const element of [...this.told.keys()]) {
      this.tell(others, element);
      if (this.nodes.id(element) && this.told.delete(element)) this.tell(out, element);
      yield;
    }
    for (const element of [...this.boxes.keys()]) {
      this.box(others, element, false);
      this.box(out, element);
      yield;
    }
  }

  forget(node: Node): void {
    this.told.delete(node as Element);
    this.boxes.delete(node as Element);
  }

  /** The least reading that shows a difference. */
  private isAsTold(element: Element, { look, bits, value, chosen, covered }: Told): boolean {
    if (look & Look.Value && text(look & Look.Area ? dom.areaValue(element) : dom.inputValue(element), covered) !== value) return false;
    if (look & Look.File && this.value(element, covered) !== value) return false;
    if (look & Look.Checked && this.checks(element) !== (bits & (State.Checked | State.Indeterminate))) return false;
    if (look & Look.Chosen && this.chosen(element, covered)?.join() !== chosen) return false;
    return !(look & Look.Top) || this.top(element) === (bits & ON_TOP);
  }

  private look(element: Element, value: Shown | undefined, ids: number[] | undefined, bits: number, covered: number): number {
    const name = dom.localName(element);
    if (covered >= SECRET) return 0;
    let look = ids ? Look.Chosen : 0;
    if (value !== undefined) look |= /^file$/i.test(dom.attribute(element, "type") ?? "") ? Look.File : Look.Value;
    if (name === "textarea") look |= Look.Area;
    if (name === "input" && covered === OPEN && value === undefined) look |= Look.Checked;
    if (name === "dialog" || bits & ON_TOP) look |= Look.Top;
    return look;
  }

  /** Whether it can change without the page's telling. */
  private lasts(has: number): boolean {
    return (has & (Trait.Field | Trait.State)) !== 0;
  }

  private bits(element: Element, has: number, covered: number): number {
    if (covered === BLOCKED) return has & Trait.Silent ? 0 : State.Blocked;
    const bits = covered === OPEN ? 0 : State.Masked;
    const name = dom.localName(element);
    if (covered === OPEN && name === "input") return bits | this.checks(element);
    // What cannot lie on top is not asked for it.
    return has & Trait.Field ? bits : bits | this.top(element);
  }

  private checks(element: Element): number {
    return (dom.checked(element) ? State.Checked : 0) | (dom.indeterminate(element) ? State.Indeterminate : 0);
  }

  private top(element: Element): number {
    const bit = (selector: string, state: number): number => (dom.matches(element, selector) ? state : 0);
    return bit(":modal", State.Modal) | bit(":popover-open", State.Popover) | bit(":fullscreen", State.Fullscreen);
  }

  private value(element: Element, covered: number): Shown | undefined {
    const name = dom.localName(element);
    if (name !== "textarea" && name !== "input") return undefined;
    const value = dom.valueOf(element);
    if (name === "textarea") return text(value, covered);
    const type = dom.attribute(element, "type") ?? "";
    if (SILENT_TYPES.test(type)) return value && /^(submit|reset|button)$/i.test(type) ? text(value, covered) : undefined;
    // A file's name is never the page's to tell.
    return text(value, /^file$/i.test(type) ? Math.max(covered, MASKED) : covered);
  }

  /** The ids of the options that are chosen. */
  private chosen(select: Element, covered: number): number[] | undefined {
    if (covered !== OPEN) return undefined;
    return dom
      .all(select, "option")
      .filter((option) => dom.selected(option))
      .map((option) => this.nodes.id(option))
      .filter(Boolean);
  }

  private options(out: Writer, select: Element, chosen: number[]): void {
    for (const option of dom.all(select, "option")) {
      const id = this.nodes.id(option);
      if (id) this.state(out, id, chosen.includes(id) ? State.Selected : 0);
    }
  }

  private state(out: Writer, id: number, bits: number): void {
    out.byte(Op.State);
    out.id(id);
    out.varint(bits);
  }
}

/** The colour schemes that a `<meta>` says its document can be drawn in. */
function schemes(element: Element, has: number): Shown | undefined {
  if (!(has & Trait.Silent) || !dom.matches(element, "meta[name=color-scheme i]")) return undefined;
  const content = dom.attribute(element, "content") ?? "";
  return SCHEMES.test(content) ? text(content, OPEN) : undefined;
}
