// Reading nodes by the browser's own getters: a form's fields may bear any name and hide the form's properties.

const getter = (prototype, name) => {
  const { get } = Object.getOwnPropertyDescriptor(prototype, name);
  return (node) => Reflect.apply(get, node, []);
};
const { matches: isMatch, closest } = Element.prototype;
const attributesOf = getter(Element.prototype, "attributes");

export const nodeType = getter(Node.prototype, "nodeType");
export const first = getter(Node.prototype, "firstChild");
export const next = getter(Node.prototype, "nextSibling");
export const parent = getter(Node.prototype, "parentNode");
export const text = getter(Node.prototype, "nodeValue");
export const name = getter(Node.prototype, "nodeName");
export const owner = getter(Attr.prototype, "ownerElement");
export const localName = getter(Element.prototype, "localName");
export const shadow = getter(Element.prototype, "shadowRoot");

export function matches(element, selector) {
  return Reflect.apply(isMatch, element, [selector]);
}

export function isSelector(selector) {
  try {
    Reflect.apply(closest, document.documentElement, [selector]);
    return true;
  } catch {
    return false;
  }
}

/** Name, value, name, value… */
export function attributes(element) {
  const found = [];
  for (const { name, value } of attributesOf(element)) found.push(name, value);
  return found;
}

export function value(field) {
  return String(field.value ?? "");
}

/** A checked box, a chosen option. */
export function chosen(field) {
  return !!(field.checked || field.selected);
}
