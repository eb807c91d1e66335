// Reading the rules of a style sheet, and what the text it is written with says.
import * as dom from "./dom";

/** A longer text is not parsed to learn what it said. */
const LONGEST_PARSED = 100_000;

/** A 53 bit hash in two halves. */
export function hash(text: string): [number, number] {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 2654435761);
    b = Math.imul(b ^ unit, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return [a >>> 0, b >>> 0];
}

/** A sheet's rules; `undefined` where another origin's are not to be seen. */
export function rulesOf(sheet: CSSStyleSheet): CSSRuleList | undefined {
  try {
    return sheet.cssRules;
  } catch {
    return undefined;
  }
}

/** How many rules stand at the top level of a text. */
export function countRules(text: string): number {
  let count = 0;
  let depth = 0;
  for (const [token] of text.matchAll(/\/\*[^]*?\*\/|"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'|[{};]/g)) {
    if (token === "{") depth++;
    else if (token === "}" && depth) depth--;
    else if (token !== ";" || depth) continue;
    if (!depth) count++;
  }
  return count;
}

/** The text in a `<style>`. */
export function written(sheet: CSSStyleSheet): string {
  let text = "";
  for (let child = dom.first(sheet.ownerNode as Node); child; child = dom.next(child)) {
    if (dom.nodeType(child) === 3) text += dom.data(child);
  }
  return text;
}

/** The rules that a `<style>` is written with: a script may have changed them before they were first looked at. */
export function said(sheet: CSSStyleSheet): CSSRule[] | undefined {
  const text = sheet.ownerNode && !sheet.href ? written(sheet) : "";
  // What is made here imports nothing.
  if (!text || text.length > LONGEST_PARSED || /@import/i.test(text)) return undefined;
  const made = new CSSStyleSheet();
  made.replaceSync(text);
  return [...made.cssRules];
}

export function printOf(rule: CSSRule): number {
  return hash(rule.cssText)[0];
}
