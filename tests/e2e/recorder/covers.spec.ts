import { expect, test } from "../harness";
import { script } from "./bundle";

test.beforeEach(async ({ page, pages }) => {
  await page.goto(pages.url("recorder/page.html"));
  await page.addScriptTag({ content: script() });
});

// Selectors of one element each are matched against what has changed alone, others against the whole page.
for (const [kind, mask, block] of [
  ["of one element each", ".masked, [data-state=secret]", ".blocked"],
  ["of several elements", ".masked, [data-state=secret], main > .never", ".blocked"],
] as const) {
  test(`what a site's selectors (${kind}) cover goes by the classes and attributes of the moment`, async ({ page }) => {
    const found = await page.evaluate(
      async ({ mask, block }) => {
        const pair = new (window as any).Pair();
        pair.begin("<!doctype html><body><div id=it><p>text</p></div><div id=other>other</div>", [mask, "", block]);
        const mirror = pair.watch();
        await pair.settle();
        const { source } = pair;
        const it = source.querySelector("#it");
        const shown: string[] = [];
        const look = async (): Promise<void> => {
          await pair.settle();
          shown.push(mirror.doc.querySelector("div").textContent, ...pair.differences());
        };
        await look();
        it.className = "a masked";
        await look();
        it.className = "blocked";
        await look();
        it.className = "masked";
        await look();
        it.className = "";
        it.dataset.state = "secret";
        await look();
        it.dataset.state = "open";
        await look();
        it.querySelector("p").className = "masked";
        it.append(source.createElement("b"));
        await look();
        return shown;
      },
      { mask, block },
    );
    expect(found).toEqual(["text", "••••••", "", "••••••", "••••••", "text", "••••••"]);
  });
}
