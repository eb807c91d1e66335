/**
 * What of a stranger's page may be built. The frame it is built in runs no script and its policy lets nothing but
 * style sheets, images and fonts be fetched; this is the wall before that one.
 */

export const HTML = "http://www.w3.org/1999/xhtml";
export const SVG = "http://www.w3.org/2000/svg";
export const MATH = "http://www.w3.org/1998/Math/MathML";
const XLINK = "http://www.w3.org/1999/xlink";
const XML = "http://www.w3.org/XML/1998/namespace";
const XMLNS = "http://www.w3.org/2000/xmlns/";

/** Elements that do something by being there: others hold their place. */
const REPLACED = new Set([
  ...["script", "noscript", "base", "meta", "object", "embed", "applet", "frame", "frameset", "portal", "fencedframe"],
  ...["param", "bgsound", "handler", "listener", "discard"],
]);
/** What stands before the name of an element that holds another's place. */
export const PLACE = "docent-";
/** What stands before the name of an attribute that is the mirror's own. */
export const MARKS = "docent:";

/** How an attribute's value is treated. */
type Rule = "never" | "plain" | "address" | "image" | "images" | "target";

const NEVER = new Set([
  ...["srcdoc", "action", "formaction", "target", "formtarget", "ping", "download", "autofocus", "autoplay", "accesskey"],
  ...["background-sound", "manifest", "nonce", "integrity", "referrerpolicy", "imagesrcset", "attributionsrc", "is"],
  ...["xml:base", "http-equiv", "sandbox", "allow", "csp", "code", "codebase", "archive", "classid", "data", "formmethod"],
  ...["shadowrootmode", "shadowrootclonable", "shadowrootserializable", "shadowrootdelegatesfocus", "elementtiming"],
]);
/** Where an address is an image's. */
const IMAGES = new Set(["img src", "input src", "image href", "image xlink:href", "video poster", "feimage href", "feimage xlink:href"]);
const BACKGROUNDS = new Set(["body", "table", "thead", "tbody", "tfoot", "tr", "td", "th"]);
/** What an animation would write past these rules. */
const ANIMATION = new Set(["animate", "set", "animatetransform", "animatemotion", "animatecolor"]);
const ANIMATED = /^\s*(?:xlink:)?href\s*$|^\s*on/i;
const CONTROL = /[\u0000-\u0020\u007f-\u009f\u200b\ufeff]+/g;
const SCHEME = /^([a-z][a-z0-9+.-]*):/i;
const LINKS = new Set(["http", "https", "mailto", "tel", "sms"]);

/** The element that is built for one of the page's. */
export function elementName(name: string): string {
  const low = name.toLowerCase();
  return REPLACED.has(low) || low.startsWith(PLACE) ? `${PLACE}${low.replaceAll(/[^a-z0-9-]/g, "-")}` : name;
}

/** The namespace of an attribute's qualified name. */
export function attributeSpace(name: string): string | null {
  if (name.startsWith("xlink:")) return XLINK;
  if (name.startsWith("xml:")) return XML;
  return name === "xmlns" || name.startsWith("xmlns:") ? XMLNS : null;
}

/** How an attribute of an element is treated. */
export function ruleFor(element: string, attribute: string): Rule {
  const [owner, name] = [element.toLowerCase(), attribute.toLowerCase()];
  if (name.startsWith("on") || name.startsWith(MARKS) || NEVER.has(name) || REPLACED.has(owner)) return "never";
  if (ANIMATION.has(owner) && ["attributename", "to", "from", "values", "by"].includes(name)) return "target";
  if (owner === "link" && name === "href") return "never";
  if (name === "srcset") return "images";
  if (IMAGES.has(`${owner} ${name}`) || (name === "background" && BACKGROUNDS.has(owner))) return "image";
  if (name === "src" || name === "poster" || name === "background") return "never";
  return name === "href" || name === "xlink:href" ? "address" : "plain";
}

/** A value as it may be written; `undefined` where it may not. */
export function cleaned(rule: Rule, value: string): string | undefined {
  switch (rule) {
    case "plain":
      return value;
    case "never":
      return undefined;
    case "target":
      return ANIMATED.test(value) || schemeOf(value) === "javascript" ? undefined : value;
    case "address":
      return isOf(value, LINKS) ? value : undefined;
    case "image":
      return isImage(value) ? value : undefined;
    case "images":
      // A candidate that is no image is none the browser takes either; one that is a script is no image.
      return /(^|,)[\s\u0000-\u0020]*(?:javascript|vbscript|file|filesystem):/i.test(value) ? undefined : value;
  }
}

function isImage(value: string): boolean {
  const scheme = schemeOf(value);
  return scheme === undefined || scheme === "http" || scheme === "https" || /^data:image\//i.test(value.trim());
}

function isOf(value: string, schemes: ReadonlySet<string>): boolean {
  const scheme = schemeOf(value);
  return scheme === undefined || schemes.has(scheme);
}

/** As the browser reads it: past spaces and control characters, which it ignores. */
function schemeOf(value: string): string | undefined {
  return SCHEME.exec(value.slice(0, 200).replace(CONTROL, ""))?.[1]?.toLowerCase();
}

/** Whether it is words for colour schemes, and nothing else. */
export function isSchemes(value: string): boolean {
  return /^(?:\s*(?:light|dark|only|normal))+\s*$/i.test(value);
}

/** Whether an address may be fetched as a style sheet. */
export function isSheetAddress(address: string): boolean {
  return /^https?:\/\//i.test(address);
}
