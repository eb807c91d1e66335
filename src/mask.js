// What of the page may be told to others: the one place that decides, for answers and for the mirror alike.
//
// What comes out of here is `Shown`; nothing else may leave the page. Attributes go by an allow-list.
import { isSelector, localName, matches } from "./dom/reader.js";

/**
 * A text that may leave the page.
 * @typedef {string & { readonly shown: true }} Shown
 * @typedef {{ mask: string, unmask: string, block: string, own: string, outer: number }} Rules
 */

/** What covers a part of the page, from nothing to everything. */
export const OPEN = 0;
/** What the visitor wrote or chose is masked. */
export const FIELD = 1;
/** Text and attributes are masked: the site marked it. */
export const MASKED = 2;
/** A secret by its kind: whatever the site says, it is not told. */
export const SECRET = 3;
/** It is an empty box. */
export const BLOCKED = 4;

const MASK = "[data-docent-mask]";
const BLOCK = "[data-docent-block]";
/** Stands for whatever text is masked; it tells neither length nor kind. */
const BULLETS = "\u2022".repeat(6);
const SECRETS =
  "[type=password i],[type=hidden i],[autocomplete*='cc-' i],[autocomplete~='one-time-code' i]," +
  "[autocomplete~='current-password' i],[autocomplete~='new-password' i]";
const BUTTONS = "[type=button i],[type=submit i],[type=reset i],[type=image i]";
const EDITABLE = "[contenteditable]:not([contenteditable=false i])";
const FIELDS = /^(input|textarea|select|datalist)$/;
/** An image that stands in its own address, up to this many characters. */
const LONGEST_IMAGE = 65536;

/** What was a secret stays one: a password that is made visible is still a password. */
const secrets = new WeakSet();

/** The attributes that may decide what covers an element, beside what the site's selectors look at. */
export const DECISIVE = new Set([
  "data-docent-mask",
  "data-docent-block",
  "contenteditable",
  "type",
  "autocomplete",
]);

const list = (/** @type {string} */ words) => words.split(" ");
/** By name: what is done with an attribute's value. @type {Map<string, number>} */
const attributes = new Map();
const STRUCTURE = 1;
const PLAIN = 2;
const CHOICE = 3;
const ADDRESS = 4;
const ADDRESSES = 5;
const STYLE = 6;
const PAINT = 7;
const NUMBER = 8;
for (const [kind, names] of /** @type {[number, string][]} */ ([
  [
    STRUCTURE,
    "class type role dir lang colspan rowspan width height hidden disabled readonly multiple rows cols span size align " +
      "valign border cellpadding cellspacing nowrap shadowrootmode slot part exportparts popover inert open",
  ],
  [
    PLAIN,
    "id name for title alt placeholder required start datetime scope headers viewBox d points transform x y x1 y1 x2 " +
      "y2 cx cy r rx ry fx fy dx dy offset preserveAspectRatio gradientUnits gradientTransform patternUnits " +
      "patternTransform patternContentUnits clipPathUnits maskUnits maskContentUnits spreadMethod stdDeviation in in2 " +
      "result mode operator values pathLength text-anchor dominant-baseline font-size font-family font-weight " +
      "stroke-width stroke-linecap stroke-linejoin stroke-dasharray stroke-dashoffset stroke-miterlimit " +
      "stroke-opacity fill-opacity fill-rule clip-rule opacity stop-opacity vector-effect bgcolor color face media sizes " +
      "min max low high optimum step controls loop muted tabindex contenteditable draggable xml:space xmlns xmlns:xlink " +
      "mathvariant displaystyle scriptlevel stretchy lspace rspace columnalign rowalign reversed wrap summary abbr " +
      "maxlength background-color coords shape usemap ismap loading rel selected",
  ],
  [CHOICE, "label aria-valuetext aria-valuenow"],
  [ADDRESS, "href src poster background xlink:href"],
  [ADDRESSES, "srcset"],
  [STYLE, "style"],
  [PAINT, "fill stroke stop-color clip-path mask filter marker-start marker-mid marker-end flood-color"],
  [NUMBER, "value"],
])) {
  for (const name of list(names)) attributes.set(name, kind);
}

/**
 * The rules of a site: lists of CSS selectors. What is no selector covers everything rather than nothing.
 * @param {string} mask @param {string} unmask @param {string} block @param {boolean} all @returns {Rules}
 */
export function rules(mask, unmask, block, all) {
  const or = (/** @type {string} */ own, /** @type {string} */ site) =>
    !site.trim() ? own : isSelector(site) ? `${own},${site}` : "*";
  return {
    mask: or(MASK, mask),
    block: or(BLOCK, block),
    unmask: unmask.trim() && isSelector(unmask) ? unmask : "",
    own: [mask, unmask, block].filter((site) => site.trim()).map((site) => (isSelector(site) ? site : "*")).join(","),
    outer: all ? MASKED : OPEN,
  };
}

/**
 * What covers an element in a parent that `outer` covers.
 * @param {Rules} rules @param {Node} element @param {number} outer @returns {number}
 */
export function cover({ mask, unmask, block }, element, outer) {
  if (outer === BLOCKED || matches(element, block)) return BLOCKED;
  let own = OPEN;
  const isField = FIELDS.test(localName(element));
  if (isField && (secrets.has(element) || matches(element, SECRETS))) {
    secrets.add(element);
    return SECRET;
  }
  if (matches(element, mask)) own = MASKED;
  else if (isField ? !matches(element, BUTTONS) : matches(element, EDITABLE)) {
    if (!unmask || !matches(element, unmask)) own = FIELD;
  }
  return own > outer ? own : outer;
}

const shown = (/** @type {string} */ text) => /** @type {Shown} */ (text);
export const NOTHING = shown("");

/**
 * A text, or what stands in a field. Whether there is anything stays visible, what it is does not.
 * @param {string} raw @param {number} cover @returns {Shown}
 */
export function text(raw, cover) {
  if (cover === OPEN) return shown(raw);
  if (cover > MASKED) return NOTHING;
  return shown(raw.trim() ? BULLETS : raw);
}

/**
 * What is done with an attribute of this name; 0: it is never told.
 * @param {string} name @returns {number}
 */
export function kindOf(name) {
  return attributes.get(name) ?? (name.startsWith("aria-") ? PLAIN : 0);
}

/**
 * An attribute's value; `undefined` where it is not told.
 * @param {string} name @param {string} raw @param {number} cover
 */
export function attribute(name, raw, cover) {
  return judged(kindOf(name), raw, cover);
}

/**
 * The same where the attribute's kind is known.
 * @param {number} kind @param {string} raw @param {number} cover @returns {Shown | undefined}
 */
export function judged(kind, raw, cover) {
  if (kind === STRUCTURE) return shown(raw);
  if (!kind || cover === BLOCKED) return undefined;
  if (kind === STYLE) return cover > FIELD ? layout(raw) : css(raw);
  if (cover > FIELD) return undefined;
  if (kind === PLAIN) return shown(raw);
  if (kind === ADDRESS) return address(raw);
  if (kind === PAINT) return css(raw);
  if (kind === ADDRESSES) return addresses(raw);
  // They repeat what stands in a field, or is chosen there.
  if (cover === FIELD) return undefined;
  return kind === CHOICE || /^[-+.\d]*$/.test(raw) ? shown(raw) : undefined;
}

/**
 * An address without what may be a secret: query, fragment, credentials. `undefined` where it is none of the web.
 * @param {string} raw @returns {Shown | undefined}
 */
export function address(raw) {
  const trimmed = raw.trim();
  // A part of the same document: what icons and gradients are used by.
  if (/^#[\w.:-]{1,64}$/.test(trimmed)) return shown(trimmed);
  if (/^data:image\//i.test(trimmed)) return trimmed.length > LONGEST_IMAGE ? undefined : shown(trimmed);
  const plain = trimmed.replace(/[?#][^]*/, "");
  const colon = plain.indexOf(":");
  const scheme = plain.slice(0, Math.max(colon, 0)).toLowerCase();
  const isWeb = colon < 0 || scheme === "http" || scheme === "https" || scheme.includes("/");
  return isWeb && !plain.includes("@") ? shown(plain) : undefined;
}

/** @param {string} raw @returns {Shown} */
function addresses(raw) {
  const all = raw.match(/(?:data:\S+|[^\s,]\S*[^\s,])(?:\s+[\d.]+[wx])?/g) || [];
  const told = all.map((one) => {
    const [url = "", size = ""] = one.split(/\s+/);
    const plain = address(url);
    return plain && `${plain} ${size}`.trim();
  });
  return shown(told.filter(Boolean).join(", "));
}

const QUOTED = /"([^"\\\n]*(?:\\[^][^"\\\n]*)*)"|'([^'\\\n]*(?:\\[^][^'\\\n]*)*)'/g;
const URLS = new RegExp(`url\\(\\s*(?:${QUOTED.source}|([^)"'\\\\]*(?:\\\\[^][^)"'\\\\]*)*))\\s*\\)`, "gi");
/** Where addresses stand in quotes alone. */
const LISTS = new RegExp(`(?:@import|image-set\\()(?:${QUOTED.source}|\\([^()]*\\)|[^;()"'])*`, "gi");

/** What an address in a style sheet says, written with escapes or without. */
function unescaped(/** @type {string} */ raw) {
  const one = (/** @type {string} */ _, /** @type {string} */ code, /** @type {string} */ other) =>
    code ? String.fromCharCode(parseInt(code, 16)) : other;
  return raw.replace(/\\(?:([\da-f]{1,6})\s?|([^]))/gi, one);
}

/**
 * Style as it is, its addresses without what may be a secret.
 * @param {string} raw @returns {Shown}
 */
export function css(raw) {
  if (!/url\(|@import|image-set\(/i.test(raw)) return shown(raw);
  const clean = (/** @type {string} */ url) => (address(unescaped(url)) ?? "").replace(/["'()\\\s]/g, encodeURIComponent);
  return shown(
    raw
      .replace(URLS, (_, a, b, c) => `url("${clean(a ?? b ?? c)}")`)
      .replace(LISTS, (list) => list.replace(QUOTED, (_, a, b) => `"${clean(a ?? b)}"`)),
  );
}

/**
 * Style that can hold no words: declarations without texts, addresses and properties of the page's own.
 * @param {string} raw @returns {Shown}
 */
export function layout(raw) {
  return shown(
    raw
      .split(";")
      .filter((one) => !/["'\\]|url\(|--|\/\*/i.test(one))
      .join(";"),
  );
}

/** Comments, addresses without quotes, strings: all of them at once, since each may hold what begins another. */
const SILENCED =
  /\/\*[^]*?(?:\*\/|$)|url\(\s*[^"'\s)](?:[^)\\]|\\[^])*\)?|"[^"\\\n]*(?:\\[^][^"\\\n]*)*(?:"|\n|$)|'[^'\\\n]*(?:\\[^][^'\\\n]*)*(?:'|\n|$)/gi;

/**
 * A style sheet of a page that is all masked: without texts and addresses.
 * @param {string} raw @returns {Shown}
 */
export function silentCss(raw) {
  return shown(
    raw
      .replace(SILENCED, (one) => ({ "/": "", u: 'url("")', U: 'url("")' })[one.charAt(0)] ?? '""')
      .replace(/--[-\w]+\s*:[^;}]*[;]?/g, (one) => (/["']/.test(one) ? "" : one)),
  );
}
