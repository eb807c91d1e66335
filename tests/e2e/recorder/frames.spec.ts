import { expect, test } from "../harness";
import { script } from "./bundle";

test.beforeEach(async ({ page, pages }) => {
  await page.goto(pages.url("recorder/page.html"));
  await page.addScriptTag({ content: script() });
});

for (const isClosed of [true, false]) {
  test(`a frame that is written anew is followed on${isClosed ? "" : ", though it is not closed"}`, async ({ page }) => {
    const found = await page.evaluate(async (isClosed) => {
      const pair = new (window as any).Pair();
      pair.begin("<!doctype html><title>T</title><body><iframe></iframe>", ["", "*"]);
      const mirror = pair.watch();
      await pair.settle();
      // It takes all listeners with it; without a doctype the document has another mode, too.
      const inner = pair.source.querySelector("iframe").contentDocument;
      inner.open();
      inner.write("<p>written</p><div style='height: 40px; overflow: scroll'><p style='height: 900px'>");
      if (isClosed) inner.close();
      await pair.settle();
      const found = pair.differences();
      const built = mirror.doc.querySelector("iframe").contentDocument;
      if (built.compatMode !== inner.compatMode) found.push(`the mirror is ${built.compatMode}`);

      const deep = inner.createElement("iframe");
      inner.body.append(deep);
      deep.contentDocument.body.append("one");
      inner.querySelector("div").scrollTop = 77;
      await pair.settle();
      found.push(...pair.differences());
      const { scrollTop } = built.querySelector("div");
      if (scrollTop !== 77) found.push(`the mirror is scrolled to ${scrollTop}`);

      // To be moved is to have another document.
      inner.body.prepend(deep);
      deep.contentDocument.body.append("two");
      await pair.settle();
      return [...found, ...pair.differences()];
    }, isClosed);
    expect(found).toEqual([]);
  });
}
