// From a change of the visitor's page to the same change in the console's mirror, and from the visitor's consent to the
// first mirror, over the loopback interface.
import { mkdtempSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { Gateway } from "../page/gateway.mjs";
import { median, quantile, table } from "../page/figures.mjs";

const CHANGES = 300;
/** Visitors who agree, each twice: the second time the browser has the recorder. */
const VISITORS = 7;
/** A line to the visitor's home. */
const LINE = { latency: 40, downloadThroughput: (20 * 1024 * 1024) / 8, uploadThroughput: (5 * 1024 * 1024) / 8, offline: false };

/** Measures and prints. */
export async function latency(browser) {
  const pages = mkdtempSync(join(resolve(import.meta.dirname, "../.."), "target/bench-pages-"));
  const gateway = await Gateway.start(pages);
  try {
    const pair = await meet(browser, gateway);
    await agree(pair);
    const times = await follow(pair);
    await part(pair);
    const figures = [median(times), quantile(times, 0.99), Math.max(...times)];
    table("from a change to its mirror, ms", ["median", "p99", "longest"], [{ name: `${CHANGES} changes of a text`, figures }]);
    await first(browser, gateway);
  } finally {
    await gateway.stop();
    rmSync(pages, { recursive: true, force: true });
  }
}

/** From the click on Allow to the mirror in the console, and how much of that the recorder's fetch is. */
async function first(browser, gateway) {
  const rows = [];
  for (const [place, line] of [["", undefined], [`, ${LINE.latency} ms and 20 Mbit/s away`, LINE]]) {
    const found = { fetched: [], cached: [] };
    for (let n = 0; n < VISITORS; n++) {
      const pair = await meet(browser, gateway, line);
      for (const kind of ["fetched", "cached"]) {
        found[kind].push(await agree(pair));
        await pair.visitor.getByRole("button", { name: "Stop sharing" }).click();
        await pair.agent.locator(".mirror-frame").waitFor({ state: "detached" });
      }
      await part(pair);
    }
    for (const [kind, times] of Object.entries(found)) {
      const [totals, fetches] = [times.map(({ total }) => total), times.map(({ fetch }) => fetch)];
      rows.push({ name: `recorder ${kind}${place}`, figures: [median(totals), Math.max(...totals), median(fetches), Math.max(...fetches)] });
    }
  }
  table("from consent to the first mirror, ms", ["median", "longest", "fetch", "longest"], rows);
}

/** A visitor and an agent who is at their conversation. */
async function meet(browser, gateway, line) {
  const contexts = [await browser.newContext(), await browser.newContext()];
  const [visitor, agent] = [await contexts[0].newPage(), await contexts[1].newPage()];
  await visitor.goto(`${gateway.url}/`);
  await visitor.waitForFunction(() => globalThis.pzl?.info?.status === "connected");
  if (line) {
    const session = await contexts[0].newCDPSession(visitor);
    await session.send("Network.enable");
    await session.send("Network.emulateNetworkConditions", line);
  }
  const id = await visitor.evaluate(() => globalThis.pzl.info.conversationId);
  await agent.addInitScript((token) => sessionStorage.setItem("docent.token", token), gateway.token);
  await agent.goto(`${gateway.url}/console/?conversation=${id}`);
  await agent.getByRole("tab", { name: "Page" }).click();
  return { visitor, agent, contexts };
}

async function part({ contexts }) {
  for (const context of contexts) await context.close();
}

/** The agent asks, the visitor agrees: how long until the agent sees the page, and of that, until the recorder was there. */
async function agree({ visitor, agent }) {
  await agent.getByRole("button", { name: "Request co-browse" }).last().click();
  const allow = visitor.getByRole("button", { name: "Allow" });
  await allow.waitFor();
  await visitor.evaluate(() => {
    addEventListener("click", () => (globalThis.agreed = performance.timeOrigin + performance.now()), { capture: true, once: true });
  });
  const seen = agent.evaluate(
    () =>
      new Promise((done) => {
        const look = () => {
          const frame = document.querySelector(".mirror-frame:not(.coming)");
          // It is on the screen when the frame after the one that has it begins.
          if (frame?.contentDocument?.querySelector("h1")) requestAnimationFrame(() => done(performance.timeOrigin + performance.now()));
          else requestAnimationFrame(look);
        };
        look();
      }),
  );
  await allow.click();
  const end = await seen;
  const { agreed, fetch } = await visitor.evaluate(() => {
    const { contentWindow } = document.querySelector("docent-widget").shadowRoot.querySelector("#docent-recorder");
    const fetches = contentWindow.performance.getEntriesByType("resource").map(({ duration }) => duration);
    return { agreed: globalThis.agreed, fetch: Math.max(...fetches) };
  });
  return { total: end - agreed, fetch };
}

async function follow({ visitor, agent }) {
  await agent.evaluate(() => {
    const doc = document.querySelector(".mirror-frame").contentDocument;
    globalThis.seen = {};
    const look = () => (globalThis.seen[doc.querySelector("h1").textContent] ??= performance.timeOrigin + performance.now());
    new MutationObserver(look).observe(doc, { subtree: true, characterData: true, childList: true });
  });
  const made = await visitor.evaluate(async (changes) => {
    const made = {};
    const heading = document.querySelector("h1");
    for (let n = 0; n < changes; n++) {
      await new Promise((done) => setTimeout(done, 20 + Math.random() * 60));
      heading.textContent = `change ${n}`;
      made[heading.textContent] = performance.timeOrigin + performance.now();
    }
    return made;
  }, CHANGES);
  await agent.waitForFunction((last) => globalThis.seen[last], `change ${CHANGES - 1}`);
  const seen = await agent.evaluate(() => globalThis.seen);
  // Two changes within one batch are one to the mirror.
  return Object.entries(made).flatMap(([name, began]) => (seen[name] ? [seen[name] - began] : []));
}
