// From the loader's first line to `pzl:ready` on the demo page, and what it costs the main thread.
import { atMost, median, table } from "./figures.mjs";

const RUNS = 10;
/** Of a slowed processor, and without the widget. */
const FEW = 4;
/** How long the main thread is watched after `pzl:ready`. */
const AFTER_MS = 1000;

/** The loader asks for its own tag first: that is its first line. */
function watch() {
  const native = Object.getOwnPropertyDescriptor(Document.prototype, "currentScript").get;
  Object.defineProperty(Document.prototype, "currentScript", {
    configurable: true,
    get() {
      const script = native.call(this);
      if (script?.src.endsWith("/docent.js")) globalThis.loaderBegan ??= performance.now();
      return script;
    },
  });
  globalThis.addEventListener("pzl:ready", () => (globalThis.pzlReady = performance.now()));
  globalThis.longTasks = [];
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) globalThis.longTasks.push({ startTime, duration });
  }).observe({ type: "longtask", buffered: true });
}

async function visit(context, url, { throttle, without }) {
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  if (throttle > 1) await cdp.send("Emulation.setCPUThrottlingRate", { rate: throttle });
  if (without) await cdp.send("Network.enable").then(() => cdp.send("Network.setBlockedURLs", { urls: ["*/docent.js"] }));
  await page.goto(url);
  if (!without) await page.waitForFunction(() => globalThis.pzlReady);
  await page.waitForTimeout(AFTER_MS);
  const found = await page.evaluate(() => ({
    began: globalThis.loaderBegan,
    ready: globalThis.pzlReady,
    long: globalThis.longTasks,
  }));
  await page.close();
  if (!without && found.began === undefined) throw new Error("the loader's first line was not seen");
  const long = found.long.filter(({ startTime, duration }) => without || startTime + duration > found.began);
  return { ms: found.ready - found.began, long: long.map(({ duration }) => duration) };
}

/** A cold visit has a browser profile of its own; a warm one comes to a page that was visited twice. */
async function visits(browser, url, runs, { warm, ...how }) {
  const found = [];
  let context;
  for (let run = 0; run < runs; run++) {
    if (!context || !warm) {
      await context?.close();
      context = await browser.newContext();
      await context.addInitScript(watch);
      for (let before = 0; warm && before < 2; before++) await visit(context, url, how);
    }
    found.push(await visit(context, url, how));
  }
  await context.close();
  return found;
}

/** Measures and prints. */
export async function start(browser, gateway) {
  const lines = [];
  for (const throttle of [1, 4]) {
    const slow = throttle > 1 ? `, CPU ${throttle}x slower` : "";
    for (const [cache, warm] of [["cold", false], ["warm", true]]) {
      const runs = throttle > 1 ? FEW : RUNS;
      const found = await visits(browser, `${gateway.url}/`, runs, { warm, throttle });
      const bare = await visits(browser, `${gateway.url}/`, FEW, { warm, throttle, without: true });
      const times = found.map(({ ms }) => ms);
      const long = (visits) => visits.flatMap(({ long }) => long);
      const [count, longest] = [long(found).length, Math.max(0, ...long(found))];
      const without = `; without the widget ${long(bare).length} in ${FEW}`;
      lines.push(
        { name: `${cache} cache${slow}, of ${runs}`, figures: [median(times), Math.max(...times)] },
        {
          name: "  tasks longer than 50 ms, and the longest, ms",
          figures: [String(count), longest],
          remark: (throttle > 1 ? "" : atMost(count, 0)) + without,
        },
      );
    }
  }
  table("from the loader's first line to pzl:ready on the demo page, ms", ["median", "longest"], lines);
}
