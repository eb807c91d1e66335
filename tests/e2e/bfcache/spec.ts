import { chromium } from "@playwright/test";
import { chromium as options } from "../harness/browser";
import { connected, expect, test, Visitor } from "../harness";

for (const other of ["other.html", "bare.html"]) {
  test(`the browser keeps the page behind ${other}, and it lives on`, async ({ pages, gateway }) => {
    // Playwright switches the back/forward cache off.
    const browser = await chromium.launch({ ...options, ignoreDefaultArgs: ["--disable-back-forward-cache"] });
    const page = await browser.newPage();
    await page.goto(pages.url("bfcache/page.html"));
    const visitor = await Visitor.meet(page, gateway, "ask");
    expect(await visitor.ask("callVisitorApi", { functionName: "count" })).toMatchObject({ result: 1 });
    const born = await page.evaluate("born");
    await page.goto(pages.url(`bfcache/${other}`));
    if (other === "other.html") await connected(page);
    const whileAway = await visitor.agent.send("callVisitorApi", { functionName: "count" });
    await page.waitForTimeout(300);
    await page.goBack({ waitUntil: "commit" });
    await expect.poll(() => page.evaluate("[window.kept, window.born]")).toEqual([true, born]);
    expect(await connected(page)).toBe(visitor.agent.conversation);
    await expect.poll(async () => (await visitor.agent.answers(whileAway)).length).toBe(1);
    expect(await visitor.ask("callVisitorApi", { functionName: "count" })).toMatchObject({ status: "success" });
    await browser.close();
  });
}
