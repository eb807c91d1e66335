import { expect, test } from "../harness";
import { script } from "./bundle";
import { serve } from "./css";

test.beforeEach(async ({ page, pages }) => {
  await page.goto(pages.url("recorder/page.html"));
  await page.addScriptTag({ content: script() });
});

test("what a style imports is fetched, and that it has come brings nothing back", async ({ page }) => {
  await serve(page, {
    "one.css": "@import 'two.css'; p { left: 1px }",
    "two.css": "p { color: rgb(2, 2, 2); background-image: url(two.png) }",
    "three.css": "p { color: rgb(3, 3, 3) }",
  });
  const found = await page.evaluate(async () => {
    const pair = new (window as any).Pair();
    pair.begin("<!doctype html><style>@import '/css/one.css';</style><style id=b>i { left: 0 } @import url(no.css);</style><p>text");
    const { source } = pair;
    const looks = ["p color", "p backgroundImage", "p left"];
    const colour = (): string => source.defaultView.getComputedStyle(source.querySelector("p")).color;
    const until = async (is: string): Promise<void> => {
      while (colour() !== is) await new Promise((done) => setTimeout(done, 20));
    };
    pair.watch();
    await until("rgb(2, 2, 2)");
    const found = await pair.unlike(...looks);
    const { sheet } = source.querySelector("style");
    sheet.deleteRule(0);
    sheet.insertRule("@import '/css/three.css'", 0);
    await until("rgb(3, 3, 3)");
    found.push(...(await pair.unlike(...looks)));
    sheet.cssRules[0].media.mediaText = "print";
    found.push(...(await pair.unlike(...looks)));
    source.querySelector("style").textContent = "@import url('/css/one.css') screen;";
    await until("rgb(2, 2, 2)");
    return [...found, ...(await pair.unlike(...looks))];
  });
  expect(found).toEqual([]);
});

test("a theme is switched by a link's address, media, rel and state", async ({ page }) => {
  await serve(page, { "light.css": "p { color: rgb(1, 1, 1) }", "dark.css": "p { color: rgb(2, 2, 2) }" });
  const found = await page.evaluate(async () => {
    const pair = new (window as any).Pair();
    pair.begin("<!doctype html><link rel=preload as=style href=/css/light.css><p>text");
    const { source } = pair;
    const link = source.querySelector("link");
    const found: string[] = [];
    const colour = (): string => source.defaultView.getComputedStyle(source.querySelector("p")).color;
    const look = async (what: string, shade: number): Promise<void> => {
      while (colour() !== `rgb(${shade}, ${shade}, ${shade})`) await new Promise((done) => setTimeout(done, 20));
      const unlike = await pair.unlike("p color");
      found.push(...unlike.map((one: string) => `${what}: ${one}`));
    };
    pair.watch();
    await look("fetched for later", 0);
    const steps: [string, () => void, number][] = [
      ["a style sheet", () => (link.rel = "stylesheet"), 1],
      ["another address", () => (link.href = "/css/dark.css"), 2],
      ["for paper", () => (link.media = "print"), 0],
      ["for all", () => (link.media = "all"), 2],
      ["off", () => (link.disabled = true), 0],
      ["on", () => (link.disabled = false), 2],
      ["its sheet off", () => (link.sheet.disabled = true), 0],
      ["its sheet on", () => (link.sheet.disabled = false), 2],
      ["no style sheet", () => (link.rel = "preload"), 0],
      ["one again", () => (link.rel = "stylesheet"), 2],
      ["no address", () => link.removeAttribute("href"), 0],
      ["an address again", () => (link.href = "/css/light.css"), 1],
    ];
    for (const [what, act, shade] of steps) {
      act();
      await look(what, shade);
    }
    pair.watch();
    await look("to one who comes late", 1);
    return found;
  });
  expect(found).toEqual([]);
});

test("of style sheets to choose from the one is used that the page uses", async ({ page }) => {
  await serve(page, { "a.css": "p { color: rgb(1, 1, 1) }", "b.css": "p { color: rgb(2, 2, 2) }", "c.css": "p { color: rgb(3, 3, 3) }" });
  const found = await page.evaluate(async () => {
    const pair = new (window as any).Pair();
    pair.begin(`<!doctype html><link rel=stylesheet title=A href=/css/a.css><link rel="alternate stylesheet" title=B href=/css/b.css>
      <link rel="alternate stylesheet" title=C href=/css/c.css><p>text`);
    const { source } = pair;
    const links = [...source.querySelectorAll("link")];
    const found: string[] = [];
    const colour = (): string => source.defaultView.getComputedStyle(source.querySelector("p")).color;
    const look = async (shade: number): Promise<void> => {
      while (colour() !== `rgb(${shade}, ${shade}, ${shade})`) await new Promise((done) => setTimeout(done, 20));
      pair.ahead = 0;
      const unlike = await pair.unlike("p color");
      found.push(...unlike.map((one: string) => `sheet ${shade}: ${one}`));
    };
    while (links.some(({ sheet }) => !sheet)) await new Promise((done) => setTimeout(done, 20));
    pair.watch();
    await look(1);
    for (const chosen of [-2, 3, 1, 2]) {
      // While nothing is taken a link may be turned off and on, and have loaded, before any of it is told.
      pair.ahead = chosen < 0 ? 1e9 : 0;
      for (const link of links) link.disabled = true;
      links[Math.abs(chosen) - 1].disabled = false;
      await look(Math.abs(chosen));
    }
    pair.watch();
    await look(2);
    return found;
  });
  expect(found).toEqual([]);
});

// Between the telling of a sheet and the first close look there may be quick looks, one every 200 ms.
for (const glances of [0, 1]) {
  test(`rules that change before they are first looked at closely are seen (${glances} quick looks before)`, async ({ page }) => {
    const found = await page.evaluate(async (glances) => {
      const pair = new (window as any).Pair();
      // So many sheets before it that a look which has no time does not come to it.
      const others = Array.from({ length: 30 }, (_, at) => `<style>.a${at} { left: 0px }</style>`).join("");
      pair.begin(`<!doctype html><title>T</title>${others}<style id=it>.b { left: 1px } .c { left: 1px } .d { left: 1px }</style><p>`, [], 0);
      pair.watch();
      while (!pair.recorder.isDone) await new Promise((done) => setTimeout(done));
      const { sheet } = pair.source.querySelector("#it");
      sheet.cssRules[0].style.left = "2px";
      sheet.deleteRule(2);
      sheet.insertRule(".e { left: 2px }", 2);
      if (glances) await new Promise((done) => setTimeout(done, 300));
      sheet.insertRule(".f { left: 2px }", 1);
      sheet.cssRules[2].style.left = "2px";
      if (glances) await new Promise((done) => setTimeout(done, 300));
      sheet.deleteRule(1);
      await pair.settle();
      return pair.differences();
    }, glances);
    expect(found).toEqual([]);
  });
}

test("a sheet that is told anew, or has text that is no rule, is told as it was changed", async ({ page }) => {
  const found = await page.evaluate(async () => {
    const pair = new (window as any).Pair();
    pair.begin("<!doctype html><title>T</title><style>no rule { .a { left: 1px } } .b { left: 1px } .c { left: 1px }</style><style>no rule {} .d { left: 1px }</style>");
    const [first, second] = pair.source.querySelectorAll("style");
    // As many as stand in its text.
    second.sheet.insertRule(".e { left: 1px }", 1);
    pair.watch();
    await pair.settle();
    const found = pair.differences();
    first.sheet.insertRule(".f { left: 1px }", 2);
    await pair.settle();
    first.media = "print";
    await pair.settle();
    return [...found, ...pair.differences()];
  });
  expect(found).toEqual([]);
});
