import { Space } from "../cobrowse/wire";
import { HTML, MATH, SVG, attributeSpace, cleaned, elementName, ruleFor } from "./admit";
import * as dom from "./dom";

/** How elements of one shape are built: thought out once. */
export interface Plan {
  create(doc: Document): Element;
  attributes: readonly AttributePlan[];
}

export interface AttributePlan {
  name: string;
  /** Writes a value, as far as it may be. */
  set(element: Element, value: string): void;
}

/** What a page's attributes were before they were cleaned, where that is another text. */
export type Originals = WeakMap<Element, Map<string, string>>;

export class Planner {
  private readonly attributes = new Map<string, AttributePlan>();

  constructor(private readonly originals: Originals) {}

  element(name: string, space: number, attributes: readonly string[]): Plan {
    const plans = attributes.map((attribute) => this.attribute(name, attribute));
    return { create: creator(name, space), attributes: plans };
  }

  attribute(element: string, name: string): AttributePlan {
    const key = `${element} ${name}`;
    const known = this.attributes.get(key);
    if (known) return known;
    const plan = this.make(element, name);
    if (this.attributes.size > 20_000) this.attributes.clear();
    this.attributes.set(key, plan);
    return plan;
  }

  private make(owner: string, name: string): AttributePlan {
    const rule = ruleFor(owner, name);
    const space = attributeSpace(name);
    const write = (element: Element, value: string): void => {
      try {
        if (space === null) dom.setAttributeOf(element, name, value);
        else dom.setAttributeIn(element, space, name, value);
      } catch {
        // A parser takes names that the DOM's methods do not. No style rule needs them.
      }
    };
    if (rule === "plain") return { name, set: write };
    const set = (element: Element, value: string): void => {
      const clean = cleaned(rule, value);
      remember(this.originals, element, name, clean === value ? undefined : value);
      if (clean === undefined) remove(element, name);
      else write(element, clean);
    };
    return { name, set };
  }
}

export function remove(element: Element, name: string): void {
  const space = attributeSpace(name);
  if (space === null) dom.removeAttributeOf(element, name);
  else dom.removeAttributeIn(element, space, name.slice(name.indexOf(":") + 1));
}

export function remember(originals: Originals, element: Element, name: string, value: string | undefined): void {
  const kept = originals.get(element);
  if (value === undefined) kept?.delete(name);
  else if (kept) kept.set(name, value);
  else originals.set(element, new Map([[name, value]]));
}

function creator(name: string, space: number): (doc: Document) => Element {
  const uri = space === Space.Svg ? SVG : space === Space.Math ? MATH : HTML;
  const built = elementName(name);
  if (built !== name) return (doc) => dom.create(doc, built);
  if (uri === HTML && name === name.toLowerCase() && /^[a-z][a-z0-9-]*$/.test(name)) return (doc) => dom.create(doc, name);
  return (doc) => {
    try {
      return dom.createIn(doc, uri, name);
    } catch {
      return dom.create(doc, "docent-unnamed");
    }
  };
}
