import { expect, test } from "../harness";
import { script } from "./bundle";

// Rules are read for less than a millisecond a look: the slower the machine, the more looks.
test.describe.configure({ timeout: 300_000 });

test.beforeEach(async ({ page, pages }) => {
  await page.goto(pages.url("recorder/page.html"));
  await page.addScriptTag({ content: script() });
});

const RULES = 300;

for (const holder of ["style", "adopted"]) {
  test(`the rules that no text says are read a few at a time, and may change meanwhile (${holder})`, async ({ page }) => {
    const { found, most } = await page.evaluate(
      async ([holder, count]) => {
        const pair = new (window as any).Pair();
        pair.begin("<!doctype html><style></style><body><p>text</p>", undefined, 1);
        const { source } = pair;
        const view = source.defaultView;
        const sheet: CSSStyleSheet = holder === "style" ? source.querySelector("style").sheet : new view.CSSStyleSheet();
        if (holder !== "style") source.adoptedStyleSheets = [sheet];
        for (let at = 0; at < count; at++) sheet.insertRule(`p { --n: ${at}; left: ${at}px }`, at);
        // How many are read between two looks at the clock.
        let [most, reads, all] = [0, 0, 0];
        let meanwhile: (() => void) | undefined;
        const { now } = performance;
        performance.now = () => {
          reads = 0;
          return now.call(performance);
        };
        const { get } = Object.getOwnPropertyDescriptor(view.CSSRule.prototype, "cssText") as { get(): string };
        const cssText = {
          get(this: CSSRule): string {
            most = Math.max(most, ++reads);
            if (++all === 200) meanwhile?.();
            return get.call(this);
          },
        };
        Object.defineProperty(view.CSSRule.prototype, "cssText", cssText);
        const found: string[] = [];
        const look = async (when: string, change?: () => void): Promise<void> => {
          [all, most, meanwhile] = [0, 0, change];
          const { mirrors } = pair;
          pair.watch();
          while (!mirrors.at(-1).hasAll) await new Promise((done) => setTimeout(done, 10));
          if (all < count) found.push(`${when}: only ${all} rules were read`);
          const once = most;
          found.push(...(await pair.unlike("p left", "p color")).map((one: string) => `${when}: ${one}`));
          if (!change && once > 64) found.push(`${when}: ${once} at once`);
        };
        await look("at first");
        await look("late");
        await look("late, while rules come and go", () => {
          sheet.insertRule("p { color: rgb(1, 2, 3) }", 0);
          sheet.deleteRule(count);
        });
        const last = sheet.cssRules[1] as CSSStyleRule;
        await look("late, while a rule changes and changes back", () => {
          last.style.left = "9px";
          void Promise.resolve().then(() => (last.style.left = "0px"));
        });
        return { found, most };
      },
      [holder, RULES] as const,
    );
    expect(found).toEqual([]);
    expect(most).toBeGreaterThan(0);
  });
}

test("a sheet of many rules is noted a part at a time, and what changes in it is seen", async ({ page }) => {
  const found = await page.evaluate(async (count) => {
    const pair = new (window as any).Pair();
    const text = Array.from({ length: count }, (_, at) => `p { left: ${at}px }`).join("\n");
    pair.begin(`<!doctype html><style>${text}</style><body><p>text</p>`);
    const { sheet } = pair.source.querySelector("style");
    const mirror = pair.watch();
    while (!mirror.hasAll) await new Promise((done) => setTimeout(done, 20));
    await mirror.work;
    const found: string[] = [];
    // Before, between and after it has been noted.
    for (let change = 0; change < 4; change++) {
      found.push(...(await pair.soonUnlike("p left", "p color")));
      sheet.insertRule(`p { left: ${change}px; color: rgb(1, 2, ${change}) }`, sheet.cssRules.length);
      if (change > 1) sheet.deleteRule(change);
    }
    found.push(...(await pair.seenUnlike("p left", "p color")), ...pair.differences());
    return found;
  }, 2500);
  expect(found).toEqual([]);
});

test("rules that change are looked at again before all others", async ({ page }) => {
  const { found, reads } = await page.evaluate(async (count) => {
    const pair = new (window as any).Pair();
    const text = Array.from({ length: count }, (_, at) => `p { left: ${at}px }`).join("\n");
    pair.begin(`<!doctype html><style>p { color: red }\np { top: 0 }\n${text}</style><body><p>text</p>`);
    const { sheet } = pair.source.querySelector("style");
    const { prototype } = pair.source.defaultView.CSSRule;
    const { get } = Object.getOwnPropertyDescriptor(prototype, "cssText") as { get(): string };
    let reads = 0;
    Object.defineProperty(prototype, "cssText", {
      get(this: CSSRule): string {
        reads++;
        return get.call(this);
      },
    });
    const mirror = pair.watch();
    while (!mirror.hasAll) await new Promise((done) => setTimeout(done, 20));
    await mirror.work;
    const found: string[] = [];
    for (let change = 0; change < 6; change++) {
      // The first time it is found by looking at all.
      if (change === 1) reads = 0;
      sheet.cssRules[0].style.color = `rgb(1, 2, ${change})`;
      sheet.cssRules[1].style.top = `${change + 1}px`;
      found.push(...(await pair.soonUnlike("p color", "p top", "p left")));
    }
    return { found, reads };
  }, 3000);
  expect(found).toEqual([]);
  // Five times all would be 15,000.
  expect(reads).toBeLessThan(7500);
});

test("a rule that holds many is looked at no oftener than all", async ({ page }) => {
  const { found, rounds, reads } = await page.evaluate(async (count) => {
    const pair = new (window as any).Pair();
    const text = (length: number) => Array.from({ length }, (_, at) => `p { left: ${at}px }`).join("\n");
    pair.begin(`<!doctype html><style>@media all { ${text(400)} }\n${text(count)}</style><body><p>text</p>`);
    const { sheet } = pair.source.querySelector("style");
    const group = sheet.cssRules[0];
    const last = sheet.cssRules[count];
    const { prototype } = pair.source.defaultView.CSSRule;
    const { get } = Object.getOwnPropertyDescriptor(prototype, "cssText") as { get(): string };
    let [rounds, reads] = [0, 0];
    Object.defineProperty(prototype, "cssText", {
      get(this: CSSRule): string {
        if (this === group) reads++;
        if (this === last) rounds++;
        return get.call(this);
      },
    });
    const mirror = pair.watch();
    while (!mirror.hasAll) await new Promise((done) => setTimeout(done, 20));
    await mirror.work;
    group.cssRules[0].style.color = "rgb(1, 2, 3)";
    const found = await pair.soonUnlike("p color", "p left");
    [rounds, reads] = [0, 0];
    while (rounds < 3) await new Promise((done) => setTimeout(done, 20));
    return { found, rounds, reads };
  }, 64);
  expect(found).toEqual([]);
  expect(reads).toBeLessThanOrEqual(rounds + 1);
});
