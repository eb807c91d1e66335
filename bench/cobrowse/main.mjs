// What co-browse costs. bench/cobrowse/README.md says what is measured.
import { cpus, loadavg, release } from "node:os";
import { chromium } from "@playwright/test";
import { latency } from "./latency.mjs";
import { change, leak, memory, snapshot } from "./record.mjs";
import { rebuild } from "./rebuild.mjs";

const ALL = { snapshot, change, memory, leak, rebuild, latency };
const ARGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];

const names = process.argv.slice(2);
const unknown = names.find((name) => !(name in ALL));
if (unknown) throw new Error(`there is no ${unknown}; there are ${Object.keys(ALL).join(", ")}`);

const executablePath = process.env.DOCENT_CHROMIUM || "/usr/bin/chromium";
const browser = await chromium.launch({ executablePath, args: ARGS });
try {
  const load = loadavg()[0].toFixed(2);
  console.log(`${cpus().length} cores, Linux ${release()}, Chromium ${browser.version()}, load before the run ${load}`);
  for (const name of names.length ? names : Object.keys(ALL)) await ALL[name](browser);
} finally {
  await browser.close();
}
