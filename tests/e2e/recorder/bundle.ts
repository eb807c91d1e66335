import { buildSync } from "esbuild";
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { smaller } from "../../../xtask/src/minify.mjs";

const HERE = import.meta.dirname;
let made: string | undefined;

/** `pair.ts`, for a page to run. The recorder in it has the names it has in visitors' browsers, save those in the tests. */
export const script = (): string => (made ??= smaller(built(), resolve(HERE, "../../../www/recorder"), saidByTests()));

function built(): string {
  const options = { bundle: true, write: false, format: "iife", target: "es2022", minify: true } as const;
  return buildSync({ entryPoints: [resolve(HERE, "pair.ts")], ...options }).outputFiles[0]?.text ?? "";
}

/** What the tests call by name in the page. */
function saidByTests(): Set<string> {
  const tests = readdirSync(HERE).filter((name) => name.endsWith("spec.ts"));
  return new Set(tests.flatMap((name) => readFileSync(resolve(HERE, name), "utf8").match(/\w+/g) ?? []));
}
