// What recording costs the visitor's page, beside rrweb: each figure with its goal.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join, resolve } from "node:path";
import { buildSync } from "esbuild";
import { smaller } from "../../xtask/src/minify.mjs";
import { table } from "../page/figures.mjs";
import { mixed } from "./pages.mjs";
import { real } from "./real.mjs";

const ROOT = resolve(import.meta.dirname, "../..");
const TYPES = { css: "text/css", html: "text/html; charset=utf-8", js: "text/javascript" };
const COLD_RUNS = 3;
/** Of a page of less than 10,000 elements a first snapshot is over so soon that what else the machine does decides. */
const SMALL_RUNS = 9;

function bundle(name, options) {
  const entryPoints = [join(import.meta.dirname, name)];
  const { outputFiles } = buildSync({ entryPoints, bundle: true, write: false, format: "esm", target: "es2022", minify: true, logLevel: "error", ...options });
  return outputFiles[0].text;
}

/** Both recorders. Ours stands in a file of its own, minified and with the hint to compile it as its build does it. */
function recorders() {
  const ours = bundle("ours.ts", { banner: { js: "//# allFunctionsCalledOnLoad" } });
  return [
    ["/ours.js", smaller(ours, join(ROOT, "www/recorder"))],
    ["/recorders.js", bundle("recorders.ts", { external: ["./ours.js"] })],
  ];
}

/** Adds up how long callbacks take that were registered from now on; stands before every other script of the page. */
function metered() {
  const meter = (globalThis.meter = { ms: 0 });
  let depth = 0;
  const timed = (callback) =>
    typeof callback !== "function"
      ? callback
      : function (...args) {
          const began = performance.now();
          depth++;
          try {
            return callback.apply(this, args);
          } finally {
            if (--depth === 0) meter.ms += performance.now() - began;
          }
        };
  const wrap = (target, name) => {
    const proxy = { apply: (inner, self, [callback, ...rest]) => Reflect.apply(inner, self, [timed(callback), ...rest]) };
    const construct = (Inner, [callback, ...rest]) => new Inner(timed(callback), ...rest);
    target[name] = new Proxy(target[name], { ...proxy, construct });
    // Some take the constructor from there.
    if (target[name].prototype) target[name].prototype.constructor = target[name];
  };
  for (const name of ["MutationObserver", "setTimeout", "setInterval", "requestAnimationFrame", "queueMicrotask"]) wrap(globalThis, name);
}

class Site {
  constructor(files) {
    this.files = files;
    this.server = createServer((request, response) => {
      const path = decodeURIComponent(new URL(request.url, "http://a").pathname);
      const body = this.files.get(path);
      if (body === undefined) return response.writeHead(404).end();
      response.setHeader("content-type", TYPES[path.split(".").at(-1)] ?? "application/octet-stream");
      // For clocks of 5 µs.
      response.setHeader("cross-origin-opener-policy", "same-origin");
      response.setHeader("cross-origin-embedder-policy", "require-corp");
      response.end(body);
    });
  }

  async listen() {
    await new Promise((done) => this.server.listen(0, "127.0.0.1", done));
    this.url = `http://127.0.0.1:${this.server.address().port}`;
  }

  close() {
    this.server.close();
    this.server.closeAllConnections();
  }
}

/** A page with both recorders ready, run by `work`. */
async function visit(browser, site, path, work, isMetered = false) {
  const context = await browser.newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  try {
    // The pages' own scripts have no part in this.
    await page.route("**/*.js", (route) => (/\/(ours|recorders)\.js$/.test(route.request().url()) ? route.continue() : route.abort()));
    await page.goto(`${site.url}${path}`);
    if (isMetered) await page.evaluate(metered);
    await page.addScriptTag({ url: `${site.url}/recorders.js`, type: "module" });
    await page.waitForFunction(() => globalThis.bench);
    return await work(page, context);
  } finally {
    await context.close();
  }
}

const met = (is, goal) => `${goal}: ${is ? "met" : "MISSED"}`;
const kilobytes = (bytes) => (bytes / 1024).toFixed(1);

async function snapshots(browser, site, pages) {
  const [times, sizes] = [[], []];
  for (const { name, path, smaller } of pages) {
    const nodes = await visit(browser, site, path, (page) => page.evaluate(() => document.getElementsByTagName("*").length));
    const count = nodes < 10_000 ? SMALL_RUNS : COLD_RUNS;
    const runs = [];
    for (let run = 0; run < count; run++) {
      for (const isOurs of [true, false]) {
        const one = await visit(browser, site, path, (page) => page.evaluate(([isOurs]) => globalThis.bench.snapshot(isOurs, 3), [isOurs]));
        runs.push({ isOurs, ...one });
      }
    }
    const slices = [];
    for (let run = 0; run < count; run++) slices.push(await visit(browser, site, path, (page) => page.evaluate(() => globalThis.bench.slices())));
    const least = (isOurs, figure) => Math.min(...runs.filter((run) => run.isOurs === isOurs).flatMap((run) => run[figure]));
    const [cold, theirCold, warm, theirWarm] = [least(true, "cold"), least(false, "cold"), least(true, "warm"), least(false, "warm")];
    const goal = nodes > 40_000 ? 6 : 4;
    const slice = Math.min(...slices);
    const isMet = theirCold / cold >= goal && theirWarm / warm >= 8 && slice <= 8;
    times.push({
      name: `${name} (${nodes} elements)`,
      figures: [cold, theirCold, (theirCold / cold).toFixed(1), warm, theirWarm, (theirWarm / warm).toFixed(1), slice],
      remark: met(isMet, `cold ${goal} times, warm 8 times, slices 8 ms`),
    });
    const [bytes, theirBytes] = [least(true, "packed"), least(false, "packed")];
    sizes.push({
      name,
      figures: [kilobytes(bytes), kilobytes(theirBytes), (theirBytes / bytes).toFixed(1)],
      remark: met(theirBytes / bytes >= smaller, `at most 1/${smaller}`),
    });
  }
  table(
    `a full snapshot, main thread, ms: the least of ${COLD_RUNS} fresh pages (small ones: ${SMALL_RUNS}), and of later ones there; the longest slice in the best run`,
    ["cold", "rrweb", "ratio", "warm", "rrweb", "ratio", "slice"],
    times,
  );
  table("its bytes, KB (deflated; rrweb's gzip)", ["bytes", "rrweb", "ratio"], sizes);
}

const CHANGES = [
  "10,000 nodes in one append",
  "5,000 appends",
  "1,000 class changes",
  "1,000 style changes",
  "1,000 text changes",
  "1,000 rows reversed",
  "10,000 nodes removed",
  "a 60 fps ticker, 5 s",
];

async function changes(browser, site) {
  const found = {};
  for (let run = 0; run < COLD_RUNS; run++) {
    for (const isOurs of [true, false]) {
      await visit(
        browser,
        site,
        "/10k.html",
        async (page) => {
          await page.evaluate((isOurs) => globalThis.bench.begin(isOurs), isOurs);
          for (const name of [...CHANGES, "one attribute", "one text"]) {
            const one = await page.evaluate((name) => globalThis.bench.change(name), name);
            (found[name] ??= []).push({ isOurs, ...one });
          }
        },
        true,
      );
    }
  }
  const least = (name, isOurs, figure) => Math.min(...found[name].filter((one) => one.isOurs === isOurs).map((one) => one[figure]));
  const rows = CHANGES.map((name) => {
    const of = (figure) => [least(name, true, figure), least(name, false, figure)];
    const [[ms, theirMs], [bytes, theirBytes]] = [of("ms"), of("packed")];
    const share = name.includes("class") ? 1 : 3;
    const isMet = theirMs / ms >= share && theirBytes / bytes >= 3;
    return {
      name,
      figures: [ms, theirMs, (theirMs / ms).toFixed(1), kilobytes(bytes), kilobytes(theirBytes), (theirBytes / bytes).toFixed(1)],
      remark: met(isMet, `time at most 1/${share}, bytes at most 1/3`),
    };
  });
  table(`changes of a page of 10,000 nodes, main thread, ms, and KB: the least of ${COLD_RUNS} runs`, ["time", "rrweb", "ratio", "KB", "rrweb", "ratio"], rows);
  // A body's head is four bytes: the lengths of what follows.
  const single = ["one attribute", "one text"].map((name) => {
    const bytes = least(name, true, "raw") - "new words".length - 4;
    return { name, figures: [bytes, least(name, false, "raw")], remark: met(bytes <= 12, "at most 12") };
  });
  table("bytes of one change beside its words, before compression", ["bytes", "rrweb"], single);
}

async function heapOf(session) {
  for (let i = 0; i < 3; i++) await session.send("HeapProfiler.collectGarbage");
  return (await session.send("Runtime.getHeapUsage")).usedSize;
}

async function heap(browser, site) {
  const figures = [];
  let grown = 0;
  for (const isOurs of [true, false]) {
    await visit(browser, site, "/100k.html", async (page, context) => {
      const session = await context.newCDPSession(page);
      const nodes = await page.evaluate(() => {
        // The browser's own wrappers are made once, whoever looks.
        let nodes = 0;
        const walker = document.createTreeWalker(document);
        while (walker.nextNode()) nodes++;
        return nodes;
      });
      const before = await heapOf(session);
      await page.evaluate((isOurs) => globalThis.bench.begin(isOurs), isOurs);
      figures.push(((await heapOf(session)) - before) / nodes);
    });
  }
  await visit(
    browser,
    site,
    "/10k.html",
    async (page, context) => {
      const session = await context.newCDPSession(page);
      await page.evaluate(() => globalThis.bench.begin(true));
      const hour = () => page.evaluate(() => globalThis.bench.change("an hour of that ticker, at 360 times the speed"));
      // What is kept for good, once.
      await hour();
      const before = await heapOf(session);
      await hour();
      grown = (await heapOf(session)) - before;
    },
    true,
  );
  table("heap kept, bytes", ["ours", "rrweb"], [
    { name: "per node of 100,000", figures, remark: met(figures[0] <= 50, "at most 50") },
    { name: "by another hour of ticker (216,000 changes)", figures: [String(grown), ""], remark: met(grown < 100_000, "nothing, within what the engine wavers") },
  ]);
}

async function leaks(browser, site) {
  const of = (isOurs) => visit(browser, site, "/canaries.html", (page) => page.evaluate((isOurs) => globalThis.bench.leaks(isOurs), isOurs));
  const figures = [String(await of(true)), String(await of(false))];
  const all = new Set(site.files.get("/canaries.html").match(/C\d\d\dX/g)).size;
  table("canaries told", ["ours", "rrweb"], [{ name: `of ${all} that no site tells`, figures, remark: met(figures[0] === "0", "none") }]);
}

/** The fixtures, served; ends with `work`. */
function served(work) {
  return async (browser) => {
    const files = new Map(recorders());
    const pages = [];
    for (const [name, nodes] of [["1k", 1000], ["10k", 10_000], ["50k", 50_000], ["100k", 100_000]]) {
      files.set(`/${name}.html`, mixed(nodes));
      pages.push({ name: `mixed, ${name}`, path: `/${name}.html`, smaller: 2.5 });
    }
    for (const { name, path, smaller, contents } of real(ROOT)) {
      for (const [at, file] of contents) files.set(at, readFileSync(file));
      pages.push({ name, path, smaller });
    }
    files.set("/canaries.html", `<!doctype html><body><main>${(await canaries()).join("\n")}</main></body>`);
    const site = new Site(files);
    await site.listen();
    try {
      await work(browser, site, pages);
    } finally {
      site.close();
    }
  };
}

/** What the test of leaks looks for. */
async function canaries() {
  const entry = join(ROOT, "tests/e2e/recorder/canaries.ts");
  const { outputFiles } = buildSync({ entryPoints: [entry], bundle: true, write: false, format: "esm" });
  return (await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`)).ALWAYS;
}

export const snapshot = served(snapshots);
export const change = served(changes);
export const memory = served(heap);
export const leak = served(leaks);
