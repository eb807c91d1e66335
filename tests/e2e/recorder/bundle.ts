import { buildSync } from "esbuild";
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { smaller } from "../../../xtask/src/minify.mjs";

const { outputFiles } = buildSync({
  entryPoints: [resolve(import.meta.dirname, "pair.ts")],
  bundle: true,
  write: false,
  format: "iife",
  target: "es2022",
  minify: true,
});

/** What the tests call by name in the page. */
const tests = readdirSync(import.meta.dirname).filter((name) => name.endsWith("spec.ts"));
const said = tests.flatMap((name) => readFileSync(resolve(import.meta.dirname, name), "utf8").match(/\w+/g) ?? []);

/** `pair.ts`, for a page to run. The recorder in it has the names it has in visitors' browsers, save those in the tests. */
export const SCRIPT = smaller(outputFiles[0]?.text ?? "", resolve(import.meta.dirname, "../../../www/recorder"), new Set(said));
