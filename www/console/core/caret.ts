import * as dom from "../../mirror/dom";
import type { Caret } from "../../mirror/states";
import { outward, type Rect } from "./glass";

/** What decides where a text stands in a field. */
const STYLES = ["font", "letter-spacing", "word-spacing", "text-indent", "text-transform", "text-align", "direction", "padding", "tab-size"];
/** So many lines are drawn at most. */
const MOST = 200;

/** Where the visitor's caret stands in the mirror's viewport, or what they have selected in a field: a box a line. */
export function caretOf({ node, from, to }: Caret, glass: Element): Rect[] {
  if (!dom.isConnected(node)) return [];
  if (dom.nodeType(node) === Node.ELEMENT_NODE) return inField(node as HTMLInputElement, from, to, glass);
  const range = new Range();
  const at = Math.min(from, (node as Text).length ?? 0);
  range.setStart(node, at);
  const [rect] = range.getClientRects();
  return rect ? [outward(rect, node)] : [];
}

/** A field does not tell where its text stands: the same text in the same style does. */
function inField(field: HTMLInputElement, from: number, to: number, glass: Element): Rect[] {
  const style = dom.styleOf(field);
  if (!style) return [];
  const isArea = dom.localName(field) === "textarea";
  const ruler = document.createElement("div");
  for (const name of STYLES) ruler.style.setProperty(name, style.getPropertyValue(name));
  ruler.style.cssText += `; position: absolute; visibility: hidden; box-sizing: border-box; width: ${field.clientWidth}px; overflow-wrap: break-word`;
  ruler.style.lineHeight = style.lineHeight;
  ruler.style.whiteSpace = isArea ? "pre-wrap" : "pre";
  // At the end of a text there has to be something for the caret to stand at.
  const text = new Text(`${field.value}\u200b`);
  ruler.append(text);
  glass.append(ruler);
  const range = new Range();
  range.setStart(text, Math.min(from, text.length - 1));
  range.setEnd(text, Math.min(to, text.length - 1));
  const origin = dom.rect(ruler);
  const place = outward(dom.rect(field), field);
  const [left, top] = [place.left + field.clientLeft, place.top + field.clientTop];
  const down = isArea ? -field.scrollTop : (field.clientHeight - origin.height) / 2;
  const boxes = [...range.getClientRects()].slice(0, MOST).map((rect) => ({
    left: Math.min(Math.max(left + rect.left - origin.left - field.scrollLeft, left), left + field.clientWidth),
    top: top + rect.top - origin.top + down,
    width: Math.min(rect.width, field.clientWidth),
    height: rect.height,
  }));
  ruler.remove();
  return boxes.filter((box) => box.top >= top - 1 && box.top + box.height <= top + field.clientHeight + 1);
}
