// `POST ?wait` through a real page: from the request's start to the visitor's answer.
import { setTimeout as sleep } from "node:timers/promises";
import { median, quantile, table } from "./figures.mjs";
import { WAIT_S } from "./gateway.mjs";

const IDLE = 300;
const PAUSE_MS = 20;
const RATE = 200;
const SECONDS = 10;

const request = ["infoRequest", { type: "getLocalTime" }];

async function timed(gateway, conversation, since) {
  const answer = await gateway.ask(conversation, ...request);
  return answer ? performance.now() - since : Number.POSITIVE_INFINITY;
}

async function idle(gateway, conversation) {
  const times = [];
  for (let n = 0; n < IDLE; n++) {
    times.push(await timed(gateway, conversation, performance.now()));
    await sleep(PAUSE_MS);
  }
  return times;
}

/** Begins them when they are due, whether or not earlier ones are over; a late one's time runs from when it was due. */
async function steady(gateway, conversation) {
  const begun = performance.now();
  const waiting = [];
  for (let n = 0; n < RATE * SECONDS; n++) {
    const due = begun + (n * 1000) / RATE;
    if (due > performance.now()) await sleep(due - performance.now());
    waiting.push(timed(gateway, conversation, Math.min(performance.now(), due + 2)));
  }
  return Promise.all(waiting);
}

/** Measures and prints. */
export async function roundtrip(browser, gateway) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${gateway.url}/`);
  await page.waitForFunction(() => globalThis.pzl?.info?.status === "connected");
  const conversation = await page.evaluate(() => globalThis.pzl.info.conversationId);
  const lines = [];
  for (const [name, measure] of [
    [`idle, one at a time, ${IDLE} of them`, idle],
    [`${RATE} a second for ${SECONDS} s`, steady],
  ]) {
    const times = await measure(gateway, conversation);
    const late = times.filter((ms) => ms === Number.POSITIVE_INFINITY).length;
    const remark = late ? `${late} not answered in ${WAIT_S} s` : "";
    lines.push({ name, figures: [median(times), quantile(times, 0.99), Math.max(...times)], remark });
  }
  table("POST ?wait through the demo page, ms", ["median", "p99", "longest"], lines);
  await context.close();
}
