// The pages under /bench/: the same 10,000 nodes with the widget, and with the plain peer.
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The list's rows, `row-0` and so on; with nine nodes each the page has about 10,000. */
export const ROWS = 1108;

function row(n) {
  return (
    `<li id="row-${n}" class="row"><a href="#row-${n}">Thing ${n}</a> <span class="price">€${n}</span>` +
    `<button type="button">Add</button></li>\n`
  );
}

function page(title, script) {
  const list = Array.from({ length: ROWS }, (_, n) => row(n)).join("");
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title>
<style>.row { padding: 4px } .price { margin: 0 1em }</style>
<script src="watch.js"></script>
${script}
</head><body><h1>${title}</h1><ul>${list}</ul></body></html>
`;
}

/** Writes them to a directory. */
export function write(dir) {
  mkdirSync(dir, { recursive: true });
  const peer = join(import.meta.dirname, "peer");
  for (const file of ["watch.js", "plain.js"]) copyFileSync(join(peer, file), join(dir, file));
  const widget = '<script async src="/docent.js" data-site-key="demo"></script>';
  writeFileSync(join(dir, "widget.html"), page("With the widget", widget));
  writeFileSync(join(dir, "plain.html"), page("With plain JavaScript", '<script type="module" src="plain.js"></script>'));
}
