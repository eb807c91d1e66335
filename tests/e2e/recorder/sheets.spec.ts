import { expect, test } from "../harness";
import { SCRIPT } from "./bundle";

test.beforeEach(async ({ page, pages }) => {
  await page.goto(pages.url("recorder/page.html"));
  await page.addScriptTag({ content: SCRIPT });
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
