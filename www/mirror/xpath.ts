import { HTML, PLACE } from "./admit";
import { firstMarked } from "./aid";
import * as dom from "./dom";

/** Attributes that sites give to elements to know them by. */
const STABLE = ["data-testid", "data-test", "data-test-id", "data-qa", "data-cy", "name", "for", "aria-label", "title", "alt"];
/** What stands in the mirror for what is masked is not in the page. */
const MASKED = /[•*]{2}/;
/** Longer values are content rather than names. */
const LONGEST = 120;
/** Names that a build or a framework made up and will make up anew. */
const MADE_UP = /^[:_]|^(?:radix|headlessui|react-|ember|mui-|ext-|yui|react_)|[0-9a-f]{6,}|\d{4,}/i;

/** An element of the visitor's page, as a command names it. */
export interface Found {
  /** XPath 1.0, which yields this element first in the visitor's document. */
  xpath: string;
  /** The element it names: the one that was meant, or the outermost one around it that a path can reach. */
  element: Element;
  /** What was meant lies in a shadow root or a frame, where no path leads. */
  inside?: "shadow" | "frame";
}

/** Finds the path to an element of the mirror that holds in the visitor's document as well. */
export function pathTo(meant: Element): Found {
  const { element, inside } = reachable(meant);
  const xpath = firstThat(candidates(element), (path) => holds(path, element)) ?? byPlace(element);
  return inside ? { xpath, element, inside } : { xpath, element };
}

function firstThat<T>(items: Iterable<T>, holds: (item: T) => boolean): T | undefined {
  for (const item of items) if (holds(item)) return item;
  return undefined;
}

function reachable(meant: Element): { element: Element; inside?: Found["inside"] } {
  let element = meant;
  let inside: Found["inside"];
  for (;;) {
    const host = dom.hostOf(dom.rootOf(element));
    const frame = dom.viewOf(element)?.frameElement;
    // The mirror's own frame stands in the console, beyond the visitor's page.
    const isInner = frame && frame.ownerDocument !== document;
    if (host) {
      element = host;
      inside = "shadow";
    } else if (isInner) {
      element = frame;
      inside = "frame";
    } else {
      return inside ? { element, inside } : { element };
    }
  }
}

/** The likeliest to hold after a reload first. */
function* candidates(element: Element): Generator<string> {
  yield* own(element);
  // Under the nearest element around it that has a good name.
  const top = dom.documentElement(dom.ownerDocument(element) as Document);
  for (let around = dom.parentElement(element); around && around !== top; around = dom.parentElement(around)) {
    for (const path of own(around)) {
      if (!holds(path, around)) continue;
      yield `${path}/${steps(element, around)}`;
      return;
    }
  }
}

/** Paths by what the element itself is called. */
function* own(element: Element): Generator<string> {
  const name = test(element);
  for (const attribute of ["id", ...STABLE]) {
    const value = dom.attribute(element, attribute);
    if (value === null || value.trim() === "" || value.length > LONGEST) continue;
    if (MASKED.test(value) || (attribute === "id" && MADE_UP.test(value))) continue;
    yield `//${name}[@${attribute}=${literal(value)}]`;
  }
}

/** From the top, child by child: holds for whatever page it was made of. */
function byPlace(element: Element): string {
  return `/${steps(element, null)}`;
}

function steps(element: Element, from: Element | null): string {
  const parts: string[] = [];
  for (let at: Element | null = element; at && at !== from; at = dom.parentElement(at)) parts.unshift(step(at));
  return parts.join("/");
}

function step(element: Element): string {
  const name = test(element);
  const parent = dom.parentElement(element);
  const alike = parent ? dom.elements(parent).filter((other) => isAlike(other, element)) : [];
  return alike.length > 1 ? `${name}[${alike.indexOf(element) + 1}]` : name;
}

/** In an HTML document a name means elements of HTML; others go by their local name. */
function test(element: Element): string {
  const name = nameOf(element);
  return isPlain(element) ? name : `*[local-name()=${literal(name)}]`;
}

/** Its name in the visitor's page. */
function nameOf(element: Element): string {
  const name = dom.localName(element);
  return name.startsWith(PLACE) ? name.slice(PLACE.length) : name;
}

function isPlain(element: Element): boolean {
  return dom.namespace(element) === HTML && /^[a-z][a-z0-9-]*$/.test(nameOf(element));
}

function isAlike(other: Element, element: Element): boolean {
  if (nameOf(other) !== nameOf(element)) return false;
  return !isPlain(element) || dom.namespace(other) === HTML;
}

/** XPath 1.0 has no escapes. */
function literal(text: string): string {
  if (!text.includes('"')) return `"${text}"`;
  if (!text.includes("'")) return `'${text}'`;
  return `concat(${text.split('"').map((piece) => `"${piece}"`).join(`, '"', `)})`;
}

/**
 * Whether a path yields this element, and only this. Blocked elements are empty here and are not there: one that comes
 * before may hold another of the same name, so past one only places count.
 */
function holds(path: string, element: Element): boolean {
  const doc = dom.ownerDocument(element) as Document;
  const blocked = firstMarked(doc, "blocked");
  if (blocked && dom.isBefore(blocked, element)) return false;
  const found = dom.evaluated(doc, path);
  return found.snapshotLength === 1 && found.snapshotItem(0) === element;
}

/** What a person calls an element. */
export function describe(element: Element): string {
  const told = ["aria-label", "alt", "placeholder"].map((name) => dom.attribute(element, name)).find((words) => words !== null);
  const short = (told ?? dom.textContent(element) ?? "").trim().replace(/\s+/g, " ").slice(0, 60);
  const name = dom.localName(element);
  return short === "" ? name : `${name} “${short}”`;
}
