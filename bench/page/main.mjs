// What the widget costs in a real page. bench/README.md says what is measured.
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, loadavg, release } from "node:os";
import { join, resolve } from "node:path";
import { chromium } from "@playwright/test";
import { Gateway } from "./gateway.mjs";
import { handling } from "./handling.mjs";
import { write } from "./pages.mjs";
import { roundtrip } from "./roundtrip.mjs";
import { start } from "./start.mjs";

const ALL = { handling, roundtrip, start };
const ARGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];

const names = process.argv.slice(2);
const unknown = names.find((name) => !(name in ALL));
if (unknown) throw new Error(`there is no ${unknown}; there are ${Object.keys(ALL).join(", ")}`);

const pages = mkdtempSync(join(resolve(import.meta.dirname, "../.."), "target/bench-pages-"));
let gateway;
let browser;

async function end() {
  await browser?.close();
  await gateway?.stop();
  rmSync(pages, { recursive: true, force: true });
}

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => end().finally(() => process.exit(1)));
try {
  write(pages);
  gateway = await Gateway.start(pages);
  const executablePath = process.env.DOCENT_CHROMIUM || "/usr/bin/chromium";
  browser = await chromium.launch({ executablePath, args: ARGS });
  const load = loadavg()[0].toFixed(2);
  console.log(`${cpus().length} cores, Linux ${release()}, Chromium ${browser.version()}, load before the run ${load}`);
  for (const name of names.length ? names : Object.keys(ALL)) await ALL[name](browser, gateway);
} finally {
  await end();
}
