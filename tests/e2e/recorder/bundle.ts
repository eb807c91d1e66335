import { buildSync } from "esbuild";
import { resolve } from "node:path";

/** `pair.ts`, for a page to run. */
export const SCRIPT = buildSync({
  entryPoints: [resolve(import.meta.dirname, "pair.ts")],
  bundle: true,
  write: false,
  format: "iife",
  target: "es2022",
}).outputFiles[0]?.text ?? "";
