import type { Page } from "@playwright/test";
import { connected, expect, expectAccessible, test, type Visitor } from "../harness";

const PAGE = "look/page.html";
const LOOKS = {
  light: { colorScheme: "light", viewport: { width: 1100, height: 800 } },
  dark: { colorScheme: "dark", viewport: { width: 1100, height: 800 } },
  phone: { colorScheme: "light", viewport: { width: 390, height: 760 }, hasTouch: true },
} as const;

async function check(page: Page, name: string, of = "docent-widget"): Promise<void> {
  await page.waitForTimeout(400);
  await page.screenshot({ path: `test-results/screens/${name}.png` });
  await expectAccessible(page, { of, name });
}

async function talk(visitor: Visitor): Promise<void> {
  await visitor.open();
  const before = (await visitor.agent.events("message")).length;
  await visitor.say("Hello! Is the Dusk lamp in stock?");
  await expect.poll(async () => (await visitor.agent.events("message")).length).toBe(before + 1);
  await visitor.agent.bot.say("One moment, I am looking for somebody who knows.");
  await visitor.agent.say("It is. There are three left, and the delivery takes two to four days: https://example.com/delivery");
  await visitor.say("Lovely.\nI take one.");
  await visitor.agent.post("typing", { isTyping: true });
  await expect(visitor.panel.getByText(/is typing/)).toBeVisible();
}

for (const [name, look] of Object.entries(LOOKS)) {
  test.describe(name, () => {
    test.use(look);

    test("launcher and panel", async ({ visit, page }) => {
      const visitor = await visit(PAGE);
      await check(page, `${name}-launcher`);
      await visitor.agent.say("Psst");
      await expect(visitor.launcher).toHaveAccessibleName(/1/);
      await check(page, `${name}-badge`);
      await visitor.open();
      await check(page, `${name}-panel`);
      await talk(visitor);
      await check(page, `${name}-conversation`);
      await visitor.ask("disableChatInput", { value: true });
      await check(page, `${name}-input-off`);
    });

    test("prompts and indicator", async ({ visit, page }) => {
      const visitor = await visit(PAGE);
      const asked = visitor.ask("initiateCoBrowse", { coBrowseState: "requestPermission" });
      await expect(visitor.button("Allow")).toBeVisible();
      await check(page, `${name}-prompt-share`);
      await visitor.button("Allow").click();
      await asked;
      await check(page, `${name}-sharing`);
      const going = visitor.ask("navigateTo", { url: "/look/page.html?a=long-address-that-goes-on-for-a-while" });
      await expect(visitor.button("Go")).toBeVisible();
      await check(page, `${name}-prompt-go`);
      await visitor.button("Stay").click();
      expect(await going).toMatchObject({ status: "error|cancelled" });
      await visitor.open();
      await check(page, `${name}-sharing-panel`);
    });

    test("highlight", async ({ visit, page }) => {
      const visitor = await visit(PAGE);
      await visitor.ask("highlightDom", { selector: '//*[@id="buy"]', label: "Press here" });
      await check(page, `${name}-highlight`);
    });

    test("the shop", async ({ page, gateway }) => {
      for (const path of ["", "product.html?id=clock", "checkout.html", "help.html"]) {
        await page.goto(`${gateway.url}/${path}`);
        await connected(page);
        await check(page, `${name}-shop-${path.replace(/\.html.*/, "") || "index"}`, "html");
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(overflow).toBeLessThanOrEqual(0);
      }
    });
  });
}

test("who asked for less motion sees none", async ({ visit, page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  const visitor = await visit(PAGE);
  await talk(visitor);
  await visitor.ask("highlightDom", { selector: '//*[@id="buy"]', label: "Press here" });
  const moving = await page.evaluate(() =>
    (document.querySelector("docent-widget")?.shadowRoot as ShadowRoot)
      .getAnimations()
      .filter((animation) => Number(animation.effect?.getComputedTiming().duration) > 100).length,
  );
  expect(moving).toBe(0);
});

test("the page does not move when the widget comes", async ({ page, pages }) => {
  await page.addInitScript(() => {
    (window as any).shift = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) (window as any).shift += (entry as any).value;
    }).observe({ type: "layout-shift", buffered: true });
  });
  await page.goto(pages.url(PAGE));
  await connected(page);
  await page.waitForTimeout(500);
  expect(await page.evaluate("shift")).toBe(0);
});
