// Command handling inside the page: from the event's arrival to the answer's hand-over, beside plain JavaScript.
import { atMost, median, quantile, table } from "./figures.mjs";
import { ROWS } from "./pages.mjs";

const COUNT = 1000;
/** The peers take turns, so that what else the machine does hits both. */
const TURNS = 4;
const GOAL = 1.5;

const time = () => ["infoRequest", { type: "getLocalTime", id: "t" }];
const highlight = (n) => {
  const selector = `//*[@id="row-${(n * 37) % ROWS}"]`;
  return ["command", { type: "highlightDom", id: "h", selector, label: "Here", colors: { square: "blue" } }];
};

async function open(context, url) {
  const page = await context.newPage();
  await page.goto(url);
  const ready = () => globalThis.conversationId ?? globalThis.pzl?.info?.conversationId;
  await page.waitForFunction(() => globalThis.pzl?.info?.status === "connected" || globalThis.conversationId);
  const { isolated, nodes } = await page.evaluate(() => ({
    isolated: crossOriginIsolated,
    nodes: document.evaluate("count(//node())", document).numberValue,
  }));
  if (!isolated) throw new Error("the page is not isolated: its clock is too coarse");
  return { page, conversation: await page.evaluate(ready), nodes };
}

async function ask(gateway, { page, conversation }, make, from, count) {
  await page.bringToFront();
  for (let n = from; n < from + count; n++) {
    if (!(await gateway.ask(conversation, ...make(n)))) throw new Error(`answer ${n} did not come in time`);
  }
  return page.evaluate(() => globalThis.samples.splice(0).map(([, ms]) => ms));
}

async function compare(gateway, peers, make) {
  const times = [[], []];
  for (let turn = 0; turn < TURNS; turn++) {
    for (const [at, peer] of peers.entries()) {
      times[at].push(...(await ask(gateway, peer, make, (turn * COUNT) / TURNS, COUNT / TURNS)));
    }
  }
  for (const found of times) if (found.length !== COUNT) throw new Error(`${found.length} answers of ${COUNT}`);
  return times;
}

/** Measures and prints. */
export async function handling(browser, gateway) {
  const contexts = [await browser.newContext(), await browser.newContext()];
  const peers = [
    await open(contexts[0], `${gateway.url}/bench/widget.html`),
    await open(contexts[1], `${gateway.url}/bench/plain.html`),
  ];
  const lines = [];
  for (const [name, make] of [["getLocalTime", time], ["highlightDom", highlight]]) {
    const [ours, plain] = await compare(gateway, peers, make);
    const row = (label, of, goal) => {
      const [a, b] = [of(ours), of(plain)];
      lines.push({ name: label, figures: [a, b, a / b], remark: goal && atMost(a / b, goal) });
    };
    row(`${name}, median of ${COUNT}, ms`, median, GOAL);
    row("  p99, ms", (times) => quantile(times, 0.99));
  }
  const long = await Promise.all(peers.map(({ page }) => page.evaluate(() => globalThis.longTasks.length)));
  lines.push({ name: "tasks longer than 50 ms, loading included", figures: [...long.map(String), ""] });
  table(`command handling inside a page of ${peers[0].nodes} nodes`, ["docent", "plain", "ratio"], lines);
  for (const context of contexts) await context.close();
}
