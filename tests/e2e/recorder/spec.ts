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
