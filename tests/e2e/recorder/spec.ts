import { buildSync } from "esbuild";
import { resolve } from "node:path";
import { expect, test } from "../harness";

const SCRIPT = buildSync({
  entryPoints: [resolve(import.meta.dirname, "pair.ts")],
  bundle: true,
  write: false,
  format: "iife",
  target: "es2022",
}).outputFiles[0]?.text;

test.beforeEach(async ({ page, pages }) => {
  await page.goto(pages.url("recorder/page.html"));
  await page.addScriptTag({ content: SCRIPT ?? "" });
});

test("a page and its mirror are the same, before and after a change", async ({ page }) => {
  const found = await page.evaluate(async () => {
    const pair = new (window as any).Pair();
    pair.begin(`<!doctype html><title>T</title><p id=a class=c>one <b>two</b></p><ul><li>1<li>2<li>3</ul>
      <input value=v><select><option>a<option selected>b</select><svg viewBox="0 0 1 1"><path d="M0 0"/></svg>`, ["", "*"]);
    pair.watch();
    await pair.settle(100);
    const first = pair.differences();
    const { source } = pair;
    source.querySelector("b").textContent = "three";
    source.querySelector("p").className = "d";
    source.querySelector("ul").append(source.querySelector("li"));
    source.querySelector("ul").prepend(source.createElement("li"));
    source.querySelector("input").value = "typed";
    await pair.settle(400);
    return [...first, ...pair.differences()];
  });
  expect(found).toEqual([]);
});

// With odd seeds the work is cut into the smallest slices, so that the page changes between any two.
const SEEDS = process.env.SEED ? [Number(process.env.SEED)] : [1, 2, 3];

for (const seed of SEEDS) {
  test(`whatever happens, the mirror is what the page is (seed ${seed})`, async ({ page }) => {
    test.setTimeout(120_000);
    const found = await page.evaluate(async (seed) => {
      const { Pair, Editor, Chance } = window as any;
      const chance = new Chance(seed);
      const pair = new Pair();
      pair.begin(`<!doctype html><title>T</title><body><div id=a><p>one</p></div><ul><li>1<li>2</ul>`, ["", "input, textarea", ".gone"], seed % 2 ? 0 : 5);
      const editor = new Editor(pair.source, chance);
      for (let i = 0; i < 60; i++) pair.source.body.append(editor.make());
      pair.watch();
      let edits = 0;
      for (let round = 0; round < 40; round++) {
        for (let i = chance.below(80); i >= 0; i--) {
          editor.edit();
          edits++;
          if (chance.below(8) === 0) await null;
          if (chance.below(20) === 0) await new Promise((done) => setTimeout(done));
        }
        // Others come while the page goes on.
        if (round === 10 || round === 25) pair.watch();
        await pair.settle(round % 10 ? 260 : 600);
        const found = pair.differences().map((one: string) => `round ${round}: ${one}`);
        if (found.length) return found;
      }
      return edits > 900 ? [] : [`only ${edits} edits`];
    }, seed);
    expect(found).toEqual([]);
  });
}
