// Where the site lets nobody look: pages by their path, and regions that pause the mirror as long as they are there.
import { isSelector } from "./dom/reader.js";

const REGION = "[data-docent-pause]";
const { querySelector: inDocument } = Document.prototype;

/**
 * The selector of all regions that pause. What is no selector pauses everything rather than nothing.
 * @param {string} site @returns {string}
 */
export function regionsOf(site) {
  return !site.trim() ? REGION : isSelector(site) ? `${REGION},${site}` : "*";
}

/**
 * Whether the site names the page at this path. However a path is spelt that leads to the page, it counts.
 * @param {string} path @param {string} pages patterns in which `*` stands for anything, spaces between them
 */
export function isNamed(path, pages) {
  if (!pages) return false;
  let plain = path;
  try {
    plain = decodeURIComponent(path);
  } catch {
    // It is taken as it stands.
  }
  plain = plain.replace(/[/\\]+/g, "/");
  const one = (/** @type {string} */ pattern) =>
    pattern
      .split("*")
      .map((part) => part.replace(/[^\w/]/g, "\\$&"))
      .join(".*");
  return new RegExp(`^(${pages.split(" ").map(one).join("|")})/?$`, "is").test(plain);
}

/**
 * Whether the page is one that nobody may look at, as far as its document tells.
 * @param {string} regions @param {string} pages
 */
export function isPaused(regions, pages) {
  return isNamed(location.pathname, pages) || !!Reflect.apply(inDocument, document, [regionsOf(regions)]);
}
