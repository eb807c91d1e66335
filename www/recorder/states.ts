// What no markup tells: what stands in fields, what is checked and chosen, what lies on top, the size of empty boxes.
import { BLOCKED, MASKED, OPEN, text } from "../../src/mask.js";
import { Op, State } from "../cobrowse/wire";
import * as dom from "./dom";
import { type Nodes, Trait, traits } from "./nodes";
import type { Writer } from "./writer";

const SILENT_TYPES = /^(checkbox|radio|submit|reset|button|image|hidden)$/i;
const TOP = ":modal, :popover-open, :fullscreen";

function is(element: Element, selector: string): boolean {
  return dom.matches(element, selector);
}

export class States {
  /** What was told of each, so that it is told once. */
  private readonly told = new Map<Element, string>();
  private readonly boxes = new Set<Element>();
  /** How often all has been looked at. */
  rounds = 0;
  private turn = 0;

  constructor(private readonly nodes: Nodes) {}

  /** Tells how an element stands, where that is not known. */
  tell(out: Writer, element: Element): void {
    const id = this.nodes.id(element);
    if (!id) return;
    const has = traits(dom.localName(element));
    const covered = this.nodes.cover(element);
    const bits = this.bits(element, has, covered);
    const value = has & Trait.Field ? this.value(element, covered) : undefined;
    const chosen = has & Trait.Field && dom.localName(element) === "select" ? this.chosen(element, covered) : undefined;
    const state = `${bits} ${value ?? ""} ${chosen?.join() ?? ""}`;
    const before = this.told.get(element);
    if (state === before || (before === undefined && !bits && value === undefined && !chosen?.length && !this.lasts(has))) return;
    this.told.set(element, state);
    if (bits || before !== undefined) this.state(out, id, bits);
    if (value !== undefined) {
      out.byte(Op.Value);
      out.id(id);
      out.value(value);
    }
    if (chosen) this.options(out, element, chosen);
  }

  /** Whether it is watched for what no attribute tells. */
  knows(element: Element): boolean {
    return this.told.has(element);
  }

  /** The size of what comes empty. */
  box(out: Writer, element: Element): void {
    const id = this.nodes.id(element);
    if (!id) return;
    this.boxes.add(element);
    const { width, height } = dom.rect(element);
    out.byte(Op.Box);
    out.id(id);
    out.varint(Math.round(width));
    out.varint(Math.round(height));
  }

  /** What lies on top in a root. */
  onTop(root: Node): Element[] {
    try {
      return dom.all(root, TOP);
    } catch {
      return [];
    }
  }

  /** Looks whether a script has changed what stands in a field. */
  poll(out: Writer, isDue: () => boolean): void {
    const all = [...this.told.keys()];
    while (this.turn < all.length) {
      this.tell(out, all[this.turn++] as Element);
      if (this.turn % 16 === 0 && isDue()) return;
    }
    this.turn = 0;
    this.rounds++;
  }

  /** Everything again, one by one, for one who comes late; what has changed since it was told goes to the others too. */
  *again(out: Writer, others: Writer): Generator<void> {
    for (const element of [...this.told.keys()]) {
      this.tell(others, element);
      if (this.nodes.id(element) && this.told.delete(element)) this.tell(out, element);
      yield;
    }
    for (const element of [...this.boxes]) {
      this.box(out, element);
      yield;
    }
  }

  forget(node: Node): void {
    this.told.delete(node as Element);
    this.boxes.delete(node as Element);
  }

  /** Whether it can change without the page's telling. */
  private lasts(has: number): boolean {
    return (has & (Trait.Field | Trait.State)) !== 0;
  }

  private bits(element: Element, has: number, covered: number): number {
    if (covered === BLOCKED) return has & Trait.Silent ? 0 : State.Blocked;
    let bits = covered === OPEN ? 0 : State.Masked;
    if (covered === OPEN && dom.localName(element) === "input") {
      if (dom.checked(element)) bits |= State.Checked;
      if (dom.indeterminate(element)) bits |= State.Indeterminate;
    }
    // What cannot lie on top is not asked for it: these are looked at again and again.
    if (has & Trait.Field || dom.localName(element) === "option") return bits;
    if (is(element, ":modal")) bits |= State.Modal;
    if (is(element, ":popover-open")) bits |= State.Popover;
    if (is(element, ":fullscreen")) bits |= State.Fullscreen;
    return bits;
  }

  private value(element: Element, covered: number) {
    const name = dom.localName(element);
    if (name === "textarea") return text(dom.areaValue(element), covered);
    if (name !== "input") return undefined;
    const type = dom.attribute(element, "type") ?? "";
    const value = dom.inputValue(element);
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
