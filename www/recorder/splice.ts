// An attribute or a text that has changed: what both ends have in common is not told again.
import type { Shown } from "../../src/mask.js";
import { Op } from "../cobrowse/wire";
import type { Writer } from "./writer";

/** A shorter value is told whole. */
const WORTH_COMPARING = 12;
/** So much in common is worth the numbers that say so. */
const WORTH_SPLICING = 8;

/** An attribute's value as it is now (`undefined`: none), and what it was. */
export function tellAttribute(out: Writer, id: number, name: string, value: Shown | undefined, before: Shown | undefined): void {
  if (value === undefined) {
    out.byte(Op.AttrGone);
    out.id(id);
    out.name(name);
    return;
  }
  const [front, back] = before === undefined || value.length < WORTH_COMPARING ? [0, 0] : common(before, value);
  const isSplice = front + back > WORTH_SPLICING;
  out.byte(isSplice ? Op.AttrSplice : Op.Attr);
  out.id(id);
  out.name(name);
  if (!isSplice) return out.value(value);
  out.varint(front);
  out.varint(back);
  out.raw(value.slice(front, value.length - back) as Shown);
}

/** A text as it is now, and what it was. */
export function tellText(out: Writer, id: number, before: Shown, now: Shown): void {
  const [front, back] = common(before, now);
  out.byte(Op.Text);
  out.id(id);
  out.varint(front);
  out.varint(back);
  out.raw(now.slice(front, now.length - back) as Shown);
}

/** How many code units two texts have in common at the front, and at the end. */
function common(before: string, now: string): [number, number] {
  const most = Math.min(before.length, now.length);
  let front = 0;
  while (front < most && before.charCodeAt(front) === now.charCodeAt(front)) front++;
  let back = 0;
  while (
    back < most - front &&
    before.charCodeAt(before.length - 1 - back) === now.charCodeAt(now.length - 1 - back)
  ) {
    back++;
  }
  return [front, back];
}
