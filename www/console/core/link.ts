/** A piece of a message: text, or text that is a web address. */
export interface Piece {
  text: string;
  href?: string;
}

const ADDRESS = /\bhttps?:\/\/[^\s<>"'`]+/gi;
/** What ends a sentence rather than an address. */
const TRAILING = /[.,;:!?)\]}]+$/;

/** Finds the http(s) addresses in a text. Nothing else ever becomes a link. */
export function pieces(content: string): Piece[] {
  const found: Piece[] = [];
  let end = 0;
  for (const match of content.matchAll(ADDRESS)) {
    const shown = match[0].replace(TRAILING, "");
    const href = webAddress(shown);
    if (!href) continue;
    if (match.index > end) found.push({ text: content.slice(end, match.index) });
    found.push({ text: shown, href });
    end = match.index + shown.length;
  }
  if (end < content.length) found.push({ text: content.slice(end) });
  return found;
}

/** The address, if it is one of http or https. */
export function webAddress(content: string): string | undefined {
  if (!URL.canParse(content)) return undefined;
  const { protocol, href } = new URL(content);
  return protocol === "http:" || protocol === "https:" ? href : undefined;
}
