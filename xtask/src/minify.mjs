// Bundles that visitors load, a second time through a minifier: terser finds what esbuild leaves.
// `node minify.mjs FILE [FOLDER]` writes the file anew; FOLDER holds the sources whose private names it may shorten.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { minify_sync as minify } from "terser";

/** Names in this file of a folder are the runtime's as well; so are the locale's keys. */
const OUTWARD = "main.ts";
const LOCALE = join(import.meta.dirname, "../../src/ui/locale/en.json");

/** The names that TypeScript keeps within their class. Those of the browser's own properties, terser leaves alone. */
function privateNames(folder, kept) {
  const files = readdirSync(folder).filter((name) => name.endsWith(".ts"));
  const read = (name) => readFileSync(join(folder, name), "utf8");
  const taken = new Set((read(OUTWARD) + readFileSync(LOCALE, "utf8")).match(/\w+/g));
  const names = files.flatMap((name) => [...read(name).matchAll(/\bprivate (?:(?:static|readonly|async|get|set) )*(\w+)/g)]);
  return [...new Set(names.map(([, name]) => name))].filter((name) => !taken.has(name) && !kept.has(name)).sort();
}

/**
 * `code`, smaller. Comments go, save a hint to the browser in its first line. `kept`: names that stay.
 * @type {(code: string, folder?: string, kept?: Set<string>) => string}
 */
export function smaller(code, folder, kept = new Set()) {
  const names = folder ? privateNames(folder, kept) : [];
  const properties = names.length > 0 && { regex: new RegExp(`^(?:${names.join("|")})$`) };
  const [preamble] = /^\/\/# .*/.exec(code) ?? [];
  const options = { module: true, compress: { ecma: 2020, passes: 3, inline: 1 }, mangle: { properties }, format: { preamble } };
  return minify(code, options).code;
}

if (basename(process.argv[1] ?? "") === basename(import.meta.filename)) {
  const [, , file, folder] = process.argv;
  writeFileSync(file, smaller(readFileSync(file, "utf8"), folder));
}
