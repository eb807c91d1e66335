// Reading the page by the browser's own getters: a form's fields may bear any name and hide the form's properties, and
// a page may have put its own functions in the prototypes. This module is loaded where it has not (see `frame`).

type Read<T> = (node: object) => T;

function native<T>(prototype: object, name: string): () => T {
  return Object.getOwnPropertyDescriptor(prototype, name)?.get ?? (() => undefined as T);
}

/** A browser's own getter, to be called on any realm's node. */
export function getter<T>(prototype: object, name: string): Read<T> {
  const get = native<T>(prototype, name);
  return (node) => get.call(node);
}

// What is called for every node has a function of its own each: the engine then knows what it calls.
const typeOf = native<number>(Node.prototype, "nodeType");
const firstOf = native<Node | null>(Node.prototype, "firstChild");
const nextOf = native<Node | null>(Node.prototype, "nextSibling");
const parentOf = native<Node | null>(Node.prototype, "parentNode");
const connected = native<boolean>(Node.prototype, "isConnected");
const dataOf = native<string>(CharacterData.prototype, "data");
const nameOf = native<string>(Element.prototype, "localName");
export const nodeType = (node: object): number => typeOf.call(node);
export const first = (node: object): Node | null => firstOf.call(node);
export const next = (node: object): Node | null => nextOf.call(node);
export const parent = (node: object): Node | null => parentOf.call(node);
export const isConnected = (node: object): boolean => connected.call(node);
export const data = (node: object): string => dataOf.call(node);
export const localName = (element: object): string => nameOf.call(element);

export const previous = getter<Node | null>(Node.prototype, "previousSibling");
export const baseURI = getter<string>(Node.prototype, "baseURI");
export const ownerDocument = getter<Document | null>(Node.prototype, "ownerDocument");
export const namespace = getter<string | null>(Element.prototype, "namespaceURI");
export const shadowRoot = getter<ShadowRoot | null>(Element.prototype, "shadowRoot");
export const scrollTop = getter<number>(Element.prototype, "scrollTop");
export const scrollLeft = getter<number>(Element.prototype, "scrollLeft");
export const host = getter<Element>(ShadowRoot.prototype, "host");
export const content = getter<DocumentFragment>(HTMLTemplateElement.prototype, "content");
export const defaultView = getter<Window | null>(Document.prototype, "defaultView");
export const compatMode = getter<string>(Document.prototype, "compatMode");
export const documentURL = getter<string>(Document.prototype, "URL");
export const title = getter<string>(Document.prototype, "title");
export const scrollingElement = getter<Element | null>(Document.prototype, "scrollingElement");
export const documentElement = getter<Element | null>(Document.prototype, "documentElement");
const fullscreenElement = getter<Element | null>(Document.prototype, "fullscreenElement");
const documentFocus = getter<Element | null>(Document.prototype, "activeElement");
const shadowFocus = getter<Element | null>(ShadowRoot.prototype, "activeElement");
const adoptedOfDocument = getter<ArrayLike<CSSStyleSheet>>(Document.prototype, "adoptedStyleSheets");
const adoptedOfShadow = getter<ArrayLike<CSSStyleSheet>>(ShadowRoot.prototype, "adoptedStyleSheets");
const styleSheet = getter<CSSStyleSheet | null>(HTMLStyleElement.prototype, "sheet");
const svgSheet = getter<CSSStyleSheet | null>(SVGStyleElement.prototype, "sheet");
const linkSheet = getter<CSSStyleSheet | null>(HTMLLinkElement.prototype, "sheet");
export const inputValue = getter<string>(HTMLInputElement.prototype, "value");
export const areaValue = getter<string>(HTMLTextAreaElement.prototype, "value");
export const checked = getter<boolean>(HTMLInputElement.prototype, "checked");
export const indeterminate = getter<boolean>(HTMLInputElement.prototype, "indeterminate");
export const selected = getter<boolean>(HTMLOptionElement.prototype, "selected");
const offsetWidth = getter<number>(HTMLElement.prototype, "offsetWidth");
const offsetHeight = getter<number>(HTMLElement.prototype, "offsetHeight");
const canvasWidth = getter<number>(HTMLCanvasElement.prototype, "width");
const canvasHeight = getter<number>(HTMLCanvasElement.prototype, "height");
const videoWidth = getter<number>(HTMLVideoElement.prototype, "videoWidth");
const videoHeight = getter<number>(HTMLVideoElement.prototype, "videoHeight");
const readyState = getter<number>(HTMLMediaElement.prototype, "readyState");
const HTML = "http://www.w3.org/1999/xhtml";
export const SVG = "http://www.w3.org/2000/svg";
const lengthOf = getter<number>(NodeList.prototype, "length");
const inputStart = getter<number | null>(HTMLInputElement.prototype, "selectionStart");
const inputEnd = getter<number | null>(HTMLInputElement.prototype, "selectionEnd");
const inputDirection = getter<string | null>(HTMLInputElement.prototype, "selectionDirection");
const areaStart = getter<number>(HTMLTextAreaElement.prototype, "selectionStart");
const areaEnd = getter<number>(HTMLTextAreaElement.prototype, "selectionEnd");
const areaDirection = getter<string>(HTMLTextAreaElement.prototype, "selectionDirection");
const rangeCount = getter<number>(Selection.prototype, "rangeCount");
const anchorNode = getter<Node | null>(Selection.prototype, "anchorNode");
const anchorOffset = getter<number>(Selection.prototype, "anchorOffset");
const selectionFocus = getter<Node | null>(Selection.prototype, "focusNode");
const focusOffset = getter<number>(Selection.prototype, "focusOffset");
const direction = getter<string | undefined>(Selection.prototype, "direction");

type ComposedRanges = (this: Selection, options: { shadowRoots: ShadowRoot[] }) => StaticRange[];
const { getComposedRanges: composedRanges } = Selection.prototype as { getComposedRanges?: ComposedRanges };
const { getSelection } = Document.prototype;

const { getAttribute: read, getAttributeNames: names, hasAttributes: has, matches: isMatch } = Element.prototype;
const { querySelectorAll: inDocument, querySelector: oneInDocument } = Document.prototype;
const { querySelectorAll: inFragment, querySelector: oneInFragment } = DocumentFragment.prototype;
const { querySelectorAll: inElement, querySelector: oneInElement, getBoundingClientRect: box } = Element.prototype;
const { createTreeWalker } = Document.prototype;
const { getRootNode } = Node.prototype;
const registryOf = getter<CustomElementRegistry>(window, "customElements");
const { get: definition } = CustomElementRegistry.prototype;
const { addEventListener: listen } = EventTarget.prototype;
const { getComputedStyle: getStyle } = window;

export const hasAttributes = (element: object): boolean => has.call(element);
export const attributeNames = (element: object): string[] => names.call(element);
export const attribute = (element: object, name: string): string | null => read.call(element, name);
export const rootOf = (node: object): Node => getRootNode.call(node);
export const rect = (element: object): DOMRect => box.call(element);

/** An element's width and height as the page lays it out, in whole CSS px. */
export function sizeOf(element: Element): [width: number, height: number] {
  if (namespace(element) === HTML) return [offsetWidth(element), offsetHeight(element)];
  const { width, height } = rect(element);
  return [Math.round(width), Math.round(height)];
}

/** Some of an element's styles as they are computed, as declarations. */
export function styles(element: Element, names: string[]): string {
  const style = getStyle.call(window, element);
  return names.map((name) => `${name}:${style.getPropertyValue(name)}`).join(";");
}

/** Where an element stands in the viewport of the page, through the frames it is in. */
export function place(element: Element, page: Document): { left: number; top: number; width: number; height: number } {
  let { left, top, width, height } = rect(element);
  for (let at = ownerDocument(element); at && at !== page; ) {
    const frame = defaultView(at)?.frameElement;
    if (!frame) break;
    const outer = rect(frame);
    left += outer.left + frame.clientLeft;
    top += outer.top + frame.clientTop;
    at = ownerDocument(frame);
  }
  return { left, top, width, height };
}

/** Whether the element matches a selector that is one. */
export function matches(element: object, selector: string): boolean {
  try {
    return isMatch.call(element, selector);
  } catch {
    return false;
  }
}

/** The first element below a root that matches. */
export function one(root: Node, selector: string): Element | null {
  const type = nodeType(root);
  return (type === 1 ? oneInElement : type === 9 ? oneInDocument : oneInFragment).call(root, selector);
}

/** Every element below a root that matches. */
export function all(root: Node, selector: string): Element[] {
  const type = nodeType(root);
  const query = type === 1 ? inElement : type === 9 ? inDocument : inFragment;
  return listed(query.call(root, selector)) as Element[];
}

/** Walks the elements below a root. */
export function elementsOf(root: Node): TreeWalker {
  return createTreeWalker.call(ownerDocument(root) ?? (root as Document), root, NodeFilter.SHOW_ELEMENT);
}

/** What of a root fills the screen. */
export function fullscreened(root: Node): Element[] {
  return fullscreenElement(ownerDocument(root) ?? root) ? all(root, ":fullscreen") : [];
}

/** A list of nodes as an array. */
export function listed(list: NodeList): Node[] {
  const nodes: Node[] = [];
  for (let i = 0, n = lengthOf(list); i < n; i++) nodes.push(list[i] as Node);
  return nodes;
}

/** The sheet of a `<style>` or `<link>`. */
export function sheetOf(element: Element): CSSStyleSheet | null {
  const isSvg = namespace(element) === SVG;
  try {
    return (isSvg ? svgSheet : localName(element) === "link" ? linkSheet : styleSheet)(element);
  } catch {
    // An element of another kind.
    return null;
  }
}

/** A root's adopted sheets. A template's content has none. */
export function adopted(root: Node): CSSStyleSheet[] {
  const sheets: CSSStyleSheet[] = [];
  try {
    const list = nodeType(root) === 9 ? adoptedOfDocument(root) : adoptedOfShadow(root);
    for (let i = 0; i < list.length; i++) sheets.push(list[i] as CSSStyleSheet);
  } catch {
    // No shadow root.
  }
  return sheets;
}

type Picked = [anchor: Node, from: number, focus: Node, to: number];

/** The selection of a document, as far as it lies in it or in one of these shadow roots. */
export function selectionOf(document: Document, roots: ShadowRoot[]): Picked | undefined {
  const found = getSelection.call(document);
  if (!found || !rangeCount(found)) return undefined;
  const range = composedRanges?.call(found, { shadowRoots: roots })[0];
  if (!range) {
    const [anchor, focus] = [anchorNode(found), selectionFocus(found)];
    return anchor && focus ? [anchor, anchorOffset(found), focus, focusOffset(found)] : undefined;
  }
  const { startContainer, startOffset, endContainer, endOffset } = range;
  const isBackward = direction(found) === "backward";
  return isBackward ? [endContainer, endOffset, startContainer, startOffset] : [startContainer, startOffset, endContainer, endOffset];
}

/** From where to where is selected in a field; `undefined`: it is none, or one of a kind that has no such thing. */
export function selectionIn(field: Element): [from: number, to: number] | undefined {
  const name = localName(field);
  const isArea = name === "textarea";
  if (!isArea && name !== "input") return undefined;
  try {
    const [from, to] = isArea ? [areaStart(field), areaEnd(field)] : [inputStart(field), inputEnd(field)];
    if (from === null || to === null) return undefined;
    return (isArea ? areaDirection : inputDirection)(field) === "backward" ? [to, from] : [from, to];
  } catch {
    // Of that name, and of another namespace.
    return undefined;
  }
}

/** Whether the custom elements of a name are defined in a document. */
export function isDefined(document: Node, name: string): boolean {
  const view = defaultView(document);
  return !!view && definition.call(registryOf(view), name) !== undefined;
}

/** What stands in a field. */
export const valueOf = (field: Element): string => (localName(field) === "textarea" ? areaValue : inputValue)(field);

/** What has the focus, through shadow roots and frames. */
export function focused(root: Document): Element | null {
  let at = documentFocus(root);
  for (;;) {
    const inner = at && (shadowOf(at) ? shadowFocus(shadowOf(at) as ShadowRoot) : frameOf(at) && documentFocus(frameOf(at) as Document));
    if (!inner) return at;
    at = inner;
  }
}

/** An element's open shadow root. */
export function shadowOf(element: Element): ShadowRoot | null {
  return shadowRoot(element);
}

/** The document in a frame, where it is of the page's own origin. */
export function frameOf(element: Element): Document | null {
  try {
    return /^i?frame$/.test(localName(element)) ? (element as HTMLIFrameElement).contentDocument : null;
  } catch {
    return null;
  }
}

type Heard = (event: Event) => void;

/** Listens until `signal` aborts, ahead of what is below. */
export function on(target: object, type: string, signal: AbortSignal, heard: Heard, capture = true, passive = true): void {
  listen.call(target as EventTarget, type, heard, { capture, passive, signal });
}

/** The size of what a canvas or a video shows now; `undefined` where it shows nothing. */
export function pixels(element: Element): { width: number; height: number } | undefined {
  const isVideo = localName(element) === "video";
  try {
    if (isVideo && readyState(element) < HTMLMediaElement.HAVE_CURRENT_DATA) return undefined;
    const width = isVideo ? videoWidth(element) : canvasWidth(element);
    const height = isVideo ? videoHeight(element) : canvasHeight(element);
    return width > 0 && height > 0 ? { width, height } : undefined;
  } catch {
    // Of that name, and of another namespace.
    return undefined;
  }
}

/** A media query of the page's window; hears when it becomes true or false. */
export function media(window: Window, query: string, signal: AbortSignal, heard: () => void): MediaQueryList | undefined {
  try {
    const list = window.matchMedia(query);
    on(list, "change", signal, heard);
    return list;
  } catch {
    // A page may have put something else there.
    return undefined;
  }
}

/** Calls when the page next draws, behind what the page itself has to draw. */
export function onFrame(page: Document, drawn: () => void): void {
  defaultView(page)?.requestAnimationFrame(drawn);
}

const { createElement: create } = Document.prototype;

/** An element of ours, with styles. */
export function made(page: Document, name: string, style: Record<string, string>): HTMLElement {
  const element = create.call(page, name);
  for (const [property, value] of Object.entries(style)) element.style.setProperty(property, value);
  return element;
}
