import { buildSync } from "esbuild";
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

/** `pair.ts`, for a page to run. The recorder in it has the names it has in visitors' browsers. */
export const SCRIPT = smaller(outputFiles[0]?.text ?? "", resolve(import.meta.dirname, "../../../www/recorder"));
