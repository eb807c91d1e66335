// The browser's own methods, called on the nodes of a stranger's page. A field's name hides its form's property of that
// name, and a form's or an image's its document's; and to ask a form for a property makes the browser keep a list of its
// fields, each of which it goes through at every later change.
import { content, defaultView, getter, host, listed, localName, nodeType, ownerDocument, selected } from "../recorder/dom";

export {
  adopted,
  all,
  attribute,
  attributeNames,
  defaultView,
  documentElement,
  frameOf,
  isConnected,
  localName,
  matches,
  namespace,
  nodeType,
  ownerDocument,
  parent,
  rect,
  scrollLeft,
  scrollTop,
  shadowRoot,
} from "../recorder/dom";

const { createElement, createElementNS, createTextNode, createDocumentFragment, createTreeWalker } = Document.prototype;
const { appendChild, insertBefore, removeChild, getRootNode, compareDocumentPosition } = Node.prototype;
const { setAttribute, setAttributeNS, removeAttribute, removeAttributeNS, hasAttribute, hasAttributeNS, attachShadow, scrollTo } = Element.prototype;
const { elementFromPoint, evaluate } = Document.prototype;
const { addEventListener } = EventTarget.prototype;

const nodesOf = getter<NodeList>(Node.prototype, "childNodes");
export const compatMode = getter<string>(Document.prototype, "compatMode");
export const body = getter<HTMLElement | null>(Document.prototype, "body");
export const textContent = getter<string | null>(Node.prototype, "textContent");
export const parentElement = getter<Element | null>(Node.prototype, "parentElement");
export const firstElement = getter<Element | null>(Element.prototype, "firstElementChild");
export const nextElement = getter<Element | null>(Element.prototype, "nextElementSibling");
export const previousElement = getter<Element | null>(Element.prototype, "previousElementSibling");

const { getSelection } = Document.prototype;
/** The selection of the document a node is in. */
export const selectionOf = (node: Node): Selection | null => getSelection.call(ownerDocument(node) ?? (node as Document));

export const childNodes = (node: Node): Node[] => listed(nodesOf(node));
/** The children that are elements. */
export const elements = (node: Node): Element[] => childNodes(node).filter((child): child is Element => nodeType(child) === Node.ELEMENT_NODE);

export const create = (doc: Document, name: string): Element => createElement.call(doc, name);
export const createIn = (doc: Document, space: string, name: string): Element => createElementNS.call(doc, space, name);
export const text = (doc: Document, data: string): Text => createTextNode.call(doc, data);
export const fragment = (doc: Document): DocumentFragment => createDocumentFragment.call(doc);
export const walker = (doc: Document, root: Node): TreeWalker => createTreeWalker.call(doc, root);

export const append = (parent: Node, child: Node): Node => appendChild.call(parent, child);
export const insert = (parent: Node, child: Node, before: Node | null): Node => insertBefore.call(parent, child, before);
export const take = (parent: Node, child: Node): Node => removeChild.call(parent, child);

export const setAttributeOf = (element: Element, name: string, value: string): void => setAttribute.call(element, name, value);
export const setAttributeIn = (element: Element, space: string, name: string, value: string): void =>
  setAttributeNS.call(element, space, name, value);
export const removeAttributeOf = (element: Element, name: string): void => removeAttribute.call(element, name);
export const removeAttributeIn = (element: Element, space: string, name: string): void => removeAttributeNS.call(element, space, name);
export const has = (element: Element, name: string): boolean => hasAttribute.call(element, name);
export const hasIn = (element: Element, space: string, name: string): boolean => hasAttributeNS.call(element, space, name);
export const attach = (element: Element): ShadowRoot => attachShadow.call(element, { mode: "open" });

export const rootOf = (node: Node): Node => getRootNode.call(node);
/** Whether `other` stands behind `node`, or in it. */
export const isBefore = (node: Node, other: Node): boolean =>
  (compareDocumentPosition.call(node, other) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
/** The elements a path yields, in order. */
export const evaluated = (doc: Document, path: string): XPathResult => evaluate.call(doc, path, doc, null, XPathResult.ORDERED_NODE_SNAPSHOT_TYPE, null);
export const styleOf = (element: Element): CSSStyleDeclaration | undefined => viewOf(element)?.getComputedStyle(element);
export const scroll = (element: Element, to: ScrollToOptions): void => (scrollTo as (to: ScrollToOptions) => void).call(element, to);
export const listen = (target: EventTarget, type: string, heard: (event: Event) => void): void =>
  addEventListener.call(target, type, heard, { capture: true });

/** The window a node is shown in. */
export function viewOf(node: Node): (Window & typeof globalThis) | null {
  const doc = ownerDocument(node);
  return doc && (defaultView(doc) as (Window & typeof globalThis) | null);
}

/** The content of a `<template>`. A page may have one of another namespace, which has none. */
export function contentOf(element: Element): DocumentFragment | null {
  try {
    return localName(element) === "template" ? content(element) : null;
  } catch {
    return null;
  }
}

/** Chooses an option, or does not; most stand as they should, and to say so again costs as much as to change it. */
export function choose(option: Element, on: boolean): void {
  try {
    if (selected(option) !== on) (option as HTMLOptionElement).selected = on;
  } catch {
    // Of that name, and of another namespace.
  }
}

/** A shadow root's element; `null` for any other node. */
export function hostOf(node: Node): Element | null {
  try {
    return host(node);
  } catch {
    return null;
  }
}

/** Gives a document or shadow root the sheets it adopts. */
export function adopt(root: Document | ShadowRoot, sheets: CSSStyleSheet[]): void {
  const { prototype } = nodeType(root) === Node.DOCUMENT_NODE ? Document : ShadowRoot;
  Object.getOwnPropertyDescriptor(prototype, "adoptedStyleSheets")?.set?.call(root, sheets);
}

/** The element at a place of a document's or shadow root's viewport. */
export function elementAt(root: Document | ShadowRoot, x: number, y: number): Element | null {
  return (nodeType(root) === Node.DOCUMENT_NODE ? elementFromPoint : ShadowRoot.prototype.elementFromPoint).call(root, x, y);
}
