import { expect, test } from "../harness";
import { script } from "./bundle";

test.beforeEach(async ({ page, pages }) => {
  await page.goto(pages.url("recorder/page.html"));
  await page.addScriptTag({ content: script() });
});

test("a page of 100,000 nodes goes on while it is told, to the first and to one who comes late, and is followed", async ({ page }) => {
  test.setTimeout(180_000);
  const found = await page.evaluate(async () => {
    const pair = new (window as any).Pair();
    const row = (n: number): string => `<p class="row row-${n % 9}" title="Row ${n}">row <b>${n}</b></p>`;
    const rows = Array.from({ length: 25_000 }, (_, n) => row(n));
    // The faster the machine, the fewer slices: of a millisecond each there are enough to be counted on any.
    pair.begin(`<!doctype html><body>${rows.join("")}`, [], 1);
    const rest = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
    /** How often the page has its turn until somebody who watches from now on has all. */
    const turns = async (): Promise<number> => {
      const { port1, port2 } = new MessageChannel();
      let count = 0;
      port1.onmessage = () => {
        count++;
        port2.postMessage(0);
      };
      const mirror = pair.watch();
      port2.postMessage(0);
      while (!mirror.hasAll && !pair.faults.length) await rest(20);
      port1.close();
      return count;
    };
    const first = await turns();
    const late = await turns();
    const { source } = pair;
    source.querySelectorAll("p")[24_999].append(Object.assign(source.createElement("i"), { textContent: "new" }));
    source.querySelector("p").title = "changed";
    while (pair.mirrors.some((mirror: any) => mirror.doc.querySelector("i")?.textContent !== "new") && !pair.faults.length) await rest(50);
    return { first, late, differences: pair.differences() };
  });
  expect(found.differences).toEqual([]);
  // Each is told in a fiftieth of its time or less at once.
  expect(Math.min(found.first, found.late)).toBeGreaterThan(20);
});

test("to a socket that is slower than the page less is told, then a fresh snapshot, and nothing heaps up", async ({ page }) => {
  test.setTimeout(180_000);
  const found = await page.evaluate(async () => {
    const pair = new (window as any).Pair();
    const full = 100_000_000;
    const rest = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
    pair.restarts = 0;
    pair.ahead = full;
    pair.begin("<!doctype html><body><p>text</p><div></div>");
    pair.watch();
    await rest(300);
    const atFirst = pair.bytes;
    pair.ahead = 0;
    await pair.settle(false);
    const differences = pair.differences();

    // What changes often comes as it is at last.
    const text = pair.source.querySelector("p").firstChild;
    pair.ahead = full;
    await rest(50);
    const before = [pair.bytes, pair.mirrors[0].frames.length];
    for (let n = 0; n < 2000; n++) {
      text.data = `text ${n}`;
      pair.source.querySelector("div").append(`item ${n}`);
      if (n % 100 === 0) await rest(5);
    }
    const merged = pair.bytes - before[0];
    pair.ahead = 0;
    await pair.settle(false);
    const frames = pair.mirrors[0].frames.length - before[1];
    differences.push(...pair.differences());

    // So much has changed that a snapshot is less.
    pair.ahead = full;
    await rest(50);
    const untold = pair.bytes;
    for (let n = 0; n < 12; n++) {
      const row = pair.source.createElement("div");
      for (let i = 0; i < 10_000; i++) row.append(pair.source.createElement("b"));
      pair.source.body.append(row);
      for (const b of row.querySelectorAll("b")) b.before("x");
      row.replaceChildren("done");
      // What it is told of in between, and all of its children came and went.
      for (let i = 0; i < 10_000; i++) row.append(pair.source.createElement("i"));
      await rest(20);
    }
    while (!pair.restarts) await rest(20);
    await rest(300);
    const heaped = pair.bytes - untold;
    const kept = pair.recorder.nodes.next;
    pair.ahead = 0;
    await pair.settle(false);
    differences.push(...pair.differences());
    return { atFirst, merged, few: frames < 10, restarts: pair.restarts, heaped, kept, differences };
  });
  expect(found).toEqual({ atFirst: 0, merged: 0, few: true, restarts: 1, heaped: 0, kept: 1, differences: [] });
});
