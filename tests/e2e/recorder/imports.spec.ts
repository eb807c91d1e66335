import type { Page } from "@playwright/test";
import { expect, test } from "../harness";
import { script } from "./bundle";
import { serve } from "./css";

/** What the sheets of a test make of the page's `<p>` and `<i>`. */
const LOOKS = ["p color", "p left", "p top", "p backgroundImage", "i color", "i left", "i top", "i content ::after"];

test.beforeEach(async ({ page, pages }) => {
  await page.goto(pages.url("recorder/page.html"));
  await page.addScriptTag({ content: script() });
});

/**
 * Records a page that is watched, and takes the steps one after another. Each is the body of a function of the page's
 * document and of `of(owner, at…)`: the sheet that the owner's rule `at` imports, and so on. Tells where a mirror shows
 * something else after a step.
 */
async function act(page: Page, html: string, steps: string[], whole = true): Promise<string[]> {
  return page.evaluate(
    async ({ html, steps, looks, whole }) => {
      const pair = new (window as any).Pair();
      pair.begin(html);
      const { source } = pair;
      const of = (owner: string, ...at: number[]): CSSStyleSheet =>
        at.reduce((sheet, at) => sheet.cssRules[at].styleSheet, source.querySelector(owner).sheet);
      const hasCome = (sheet: CSSStyleSheet | null): boolean => {
        if (!sheet || sheet.href?.includes("far.")) return !!sheet;
        return [...sheet.cssRules].every((one) => !("styleSheet" in one) || hasCome(one.styleSheet as CSSStyleSheet | null));
      };
      const owners: Element[] = [...source.querySelectorAll("style, link")];
      while (!owners.every((one) => hasCome((one as HTMLLinkElement).sheet))) await new Promise((done) => setTimeout(done, 20));
      pair.watch();
      const found: string[] = [];
      const look = async (step: string): Promise<void> => {
        const unlike = whole ? await pair.unlike(...looks) : await pair.seenUnlike(...looks);
        found.push(...unlike.map((one: string) => `${step}: ${one}`));
      };
      await look("at first");
      for (const step of steps) {
        new Function("source", "of", step)(source, of);
        await look(step);
      }
      // Who comes late is told the same.
      pair.watch();
      await look("late");
      return found;
    },
    { html, steps, looks: LOOKS, whole },
  );
}

const SHEETS = {
  "one.css": "@import 'inner/two.css'; p { color: rgb(1, 1, 1); background-image: url(one.png) } i { color: rgb(1, 1, 1) }",
  "other.css": "p { left: 2px } i { left: 2px }",
  "inner/two.css": "p { top: 2px; position: relative } i { top: 2px; position: relative }",
  "three.css": "p { top: 3px }",
};

test.beforeEach(async ({ page }) => {
  await serve(page, SHEETS);
});

test("what a script changes in an imported sheet is seen, in its place among the others", async ({ page }) => {
  const html = `<!doctype html><style>@layer over, under; @import '/css/one.css' layer(under) supports(left: 0) screen; @import '/css/other.css';
    p { left: 1px }</style><p>text<i>text</i>`;
  const steps = [
    "of('style', 1).insertRule('i { color: rgb(4, 4, 4) }', 3)",
    // They would win if they stood later, or in no layer; what is off in an import is on all the same.
    "of('style', 1).cssRules[1].style.left = '6px'; of('style', 1).cssRules[2].style.left = '6px'; of('style', 1).disabled = true",
    "of('style', 1).cssRules[1].style.backgroundImage = 'url(\"a \u00e9.png\")'; of('style', 2).cssRules[1].style.left = '7px'",
    "of('style', 1, 0).cssRules[1].style.top = '8px'; of('style', 1).deleteRule(3)",
    "of('style', 1, 0).insertRule('p { background-image: url(two.png) !important }', 2)",
    "of('style', 1).insertRule('@import \"three.css\"', 1); source.querySelector('style').sheet.insertRule('p { left: 9px }', 3)",
    "source.querySelector('style').sheet.cssRules[1].media.mediaText = 'print'",
    "source.querySelector('style').sheet.cssRules[1].media.mediaText = 'all'",
    String.raw`of('style', 2).insertRule('i::after { content: "\\\\ \\22 #50%\t\u00e9" }', 2)`,
    "source.querySelector('style').sheet.deleteRule(1)",
  ];
  expect(await act(page, html, steps)).toEqual([]);
});

test("in a link's sheet too, and beside one that nobody may read", async ({ page, pages }) => {
  const far = new URL(pages.url("css/far.css"));
  far.hostname = "far.example";
  await serve(page, {
    ...SHEETS,
    "far.css": "i { left: 5px } p { left: 5px }",
    "link.css": `@import "${far}"; @import "one.css"; @import "other.css" print; p { left: 1px }`,
  });
  const steps = [
    "of('link', 1, 0).cssRules[0].style.top = '8px'",
    "of('link', 1).insertRule('i { color: rgb(4, 4, 4) }', 3)",
    "of('link').cssRules[3].style.left = '6px'",
    "of('link', 1).deleteRule(0); of('link').insertRule('p { background-image: url(late.png) }', 4)",
  ];
  expect(await act(page, "<!doctype html><link rel=stylesheet href=/css/link.css><p>text<i>text</i>", steps, false)).toEqual([]);
});

test("changes that follow one another, between looks and within one, are all seen", async ({ page }) => {
  const found = await page.evaluate(async (looks) => {
    const pair = new (window as any).Pair();
    // So little time that a look comes to one rule or two.
    const html = "<!doctype html><style>@layer over, under; @import '/css/one.css' layer(under); p { left: 1px }</style><p>text<i>text</i>";
    pair.begin(html, [], 0);
    const { source } = pair;
    const { sheet } = source.querySelector("style");
    while (!sheet.cssRules[1].styleSheet?.cssRules[0].styleSheet) await new Promise((done) => setTimeout(done, 20));
    pair.watch();
    await pair.settle();
    const inner = sheet.cssRules[1].styleSheet;
    const rule = inner.cssRules[1];
    for (let at = 1; at < 40; at++) {
      rule.style.color = `rgb(${at}, 0, 0)`;
      inner.cssRules[0].styleSheet.cssRules[0].style.top = `${at}px`;
      if (at % 4 === 0) inner.insertRule(`i { left: ${at}px }`, 3);
      if (at % 8 === 0) inner.deleteRule(4);
      if (at === 20) pair.watch();
      await new Promise((done) => setTimeout(done, 25));
    }
    return pair.unlike(...looks);
  }, LOOKS);
  expect(found).toEqual([]);
});

test("an imported sheet that comes after its owner was told is seen as it is changed then", async ({ page }) => {
  let release = (): void => {};
  const gate = new Promise<void>((done) => (release = done));
  await page.route("**/css/late.css", async (route) => {
    await gate;
    await route.fulfill({ contentType: "text/css", body: "p { color: rgb(1, 1, 1) }" });
  });
  await page.evaluate(async () => {
    const pair = ((window as any).pair = new (window as any).Pair());
    pair.begin("<!doctype html><style>@import '/css/late.css';</style><p>text<i>text</i>");
    pair.watch();
    await pair.settle();
  });
  release();
  const found = await page.evaluate(async (looks) => {
    const { pair } = window as any;
    const { sheet } = pair.source.querySelector("style");
    while (!sheet.cssRules[0].styleSheet) await new Promise((done) => setTimeout(done, 20));
    await pair.settle();
    sheet.cssRules[0].styleSheet.cssRules[0].style.color = "rgb(2, 2, 2)";
    return pair.unlike(...looks);
  }, LOOKS);
  expect(found).toEqual([]);
});

test("of an imported sheet no more is told than of others", async ({ page }) => {
  const told = await page.evaluate(async () => {
    const told: string[] = [];
    for (const all of ["", "all"]) {
      const pair = new (window as any).Pair();
      pair.begin("<!doctype html><style>@import '/css/one.css';</style><p>text", ["", "", "", all]);
      const { sheet } = pair.source.querySelector("style");
      while (!sheet.cssRules[0].styleSheet) await new Promise((done) => setTimeout(done, 20));
      pair.watch();
      await pair.settle();
      const inner = sheet.cssRules[0].styleSheet;
      inner.insertRule("p { background-image: url('a.png?token=canary-1') }", 3);
      inner.insertRule("p { --is-told: 1; left: 3px }", 3);
      if (all) inner.insertRule("p::after { content: 'canary-2' }", 3);
      await pair.settle();
      told.push(await pair.whatLeft());
    }
    return told;
  });
  for (const one of told) {
    expect(decodeURIComponent(one)).not.toMatch(/canary/);
    expect(one).toMatch(/data:text\/css/);
    expect(one).toMatch(/left: 3px/);
  }
});

test("of a site that masks every text they are told by their rules: without texts, but not without style", async ({ page }) => {
  const { found, left } = await page.evaluate(async () => {
    const pair = new (window as any).Pair();
    const html = "<!doctype html><style>@import '/css/one.css'; @import '/css/other.css'; p { display: block }</style><p>text<i>text</i>";
    pair.begin(html, ["", "", "", "all"]);
    const { sheet } = pair.source.querySelector("style");
    pair.watch();
    const looks = ["p color", "p left", "p top", "i color", "i left", "i top"];
    const found = await pair.seenUnlike(...looks);
    sheet.cssRules[1].styleSheet.insertRule("p { left: 5px }", 1);
    found.push(...(await pair.seenUnlike(...looks)));
    sheet.cssRules[0].styleSheet.insertRule("p::before { content: 'C900X' }", 2);
    pair.watch();
    found.push(...(await pair.seenUnlike(...looks)));
    await pair.settle();
    return { found, left: await pair.whatLeft() };
  });
  expect(found).toEqual([]);
  expect(left).not.toContain("C900X");
  expect(left).not.toContain("one.png");
});
