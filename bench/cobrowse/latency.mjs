// From a change of the visitor's page to the same change in the console's mirror, over the loopback interface.
import { mkdtempSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { Gateway } from "../page/gateway.mjs";
import { median, quantile, table } from "../page/figures.mjs";

const CHANGES = 300;

/** Measures and prints. */
export async function latency(browser) {
  const pages = mkdtempSync(join(resolve(import.meta.dirname, "../.."), "target/bench-pages-"));
  const gateway = await Gateway.start(pages);
  try {
    const [visitor, agent] = [await (await browser.newContext()).newPage(), await (await browser.newContext()).newPage()];
    await visitor.goto(`${gateway.url}/`);
    await visitor.waitForFunction(() => globalThis.pzl?.info?.status === "connected");
    const id = await visitor.evaluate(() => globalThis.pzl.info.conversationId);
    await agent.addInitScript((token) => sessionStorage.setItem("docent.token", token), gateway.token);
    await agent.goto(`${gateway.url}/console/?conversation=${id}`);
    await agent.getByRole("tab", { name: "Page" }).click();
    await agent.getByRole("button", { name: "Request co-browse" }).last().click();
    await visitor.getByRole("button", { name: "Allow" }).click();
    await agent.frameLocator(".mirror-frame").locator("h1").first().waitFor();
    const times = await follow(visitor, agent);
    const figures = [median(times), quantile(times, 0.99), Math.max(...times)];
    table("from a change to its mirror, ms", ["median", "p99", "longest"], [{ name: `${CHANGES} changes of a text`, figures }]);
  } finally {
    await gateway.stop();
    rmSync(pages, { recursive: true, force: true });
  }
}

async function follow(visitor, agent) {
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
