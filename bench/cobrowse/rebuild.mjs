// Building a page from what was sent: the mirror beside rrweb's `rebuild`, in the same browser, taking turns.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join, resolve } from "node:path";
import { buildSync } from "esbuild";
import { table } from "../page/figures.mjs";
import { PAGES } from "./pages.mjs";

const ROOT = resolve(import.meta.dirname, "../..");
const RUNS = 9;

function bundle() {
  const entryPoints = [join(import.meta.dirname, "peers.ts")];
  const { outputFiles } = buildSync({ entryPoints, bundle: true, write: false, format: "esm", target: "es2022", minify: true, logLevel: "error" });
  return outputFiles[0].text;
}

async function serve(files) {
  const server = createServer((request, response) => {
    const file = files[decodeURIComponent(request.url)];
    if (!file) return response.writeHead(404).end();
    response.setHeader("content-type", request.url.endsWith(".js") ? "text/javascript" : "text/html; charset=utf-8");
    // For clocks of 5 µs.
    response.setHeader("cross-origin-opener-policy", "same-origin");
    response.setHeader("cross-origin-embedder-policy", "require-corp");
    response.end(file);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return server;
}

/** Measures and prints. */
export async function rebuild(browser) {
  const files = { "/": '<!doctype html><script type="module" src="/peers.js"></script>', "/peers.js": bundle() };
  files["/holder.html"] = readFileSync(join(ROOT, "www/console/frame/standards.html"), "utf8");
  for (const [name, { html }] of Object.entries(PAGES)) files[`/${name}.html`] = html;
  const server = await serve(files);
  const rows = [];
  try {
    for (const [name, { goal }] of Object.entries(PAGES)) {
      const page = await browser.newPage();
      await page.goto(`http://127.0.0.1:${server.address().port}/`);
      await page.waitForFunction(() => globalThis.compare);
      const found = await page.evaluate(([path, runs]) => globalThis.compare(path, runs), [`/${name}.html`, RUNS]);
      await page.close();
      // Whatever else the machine does makes a run longer, never shorter.
      const [ours, theirs] = [Math.min(...found.ours), Math.min(...found.theirs)];
      const ratio = theirs / ours;
      const remark = goal ? `at least ${goal} times as fast: ${ratio >= goal ? "met" : "MISSED"}` : "";
      const size = (bytes) => `${(bytes / 1024).toFixed(0)} KB`;
      rows.push({
        name: `${name} (${found.nodes} built)`,
        figures: [ours, theirs, ratio.toFixed(1), size(found.bytes), size(found.theirBytes)],
        remark,
      });
    }
  } finally {
    server.close();
    server.closeAllConnections();
  }
  table(`from the bytes that came to the document that is built, ms, the least of ${RUNS} runs`, ["mirror", "rrweb", "ratio", "bytes", "rrweb's"], rows);
}
