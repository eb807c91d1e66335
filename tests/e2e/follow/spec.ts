import type { FrameLocator } from "@playwright/test";
import { Desk } from "../console/desk";
import { connected, expect, test } from "../harness";

/** Two browsers: a visitor in the shop, an agent at the console. */
const visited = test.extend<{ desk: Desk; mirror: FrameLocator }>({
  desk: async ({ page, browser, gateway }, use) => {
    await page.goto(`${gateway.url}/`);
    const conversation = await connected(page);
    const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, locale: "en-GB" });
    const desk = await Desk.sit(await context.newPage(), gateway, "demo");
    await desk.open(conversation);
    await use(desk);
    await context.close();
  },
  mirror: async ({ desk }, use) => use(desk.page.frameLocator(".mirror-frame:not(.coming)")),
});

visited("after consent the agent sees the page, what is typed masked, and follows it", async ({ page, desk, mirror }) => {
  await desk.page.getByRole("button", { name: "Request co-browse" }).click();
  await page.getByRole("button", { name: "Allow" }).click();
  await expect(mirror.getByRole("heading").first()).toBeVisible({ timeout: 10_000 });
  await page.evaluate(() => {
    const heading = document.querySelector("h1, h2");
    if (heading) heading.textContent = "Changed by the page";
  });
  await expect(mirror.getByRole("heading", { name: "Changed by the page" })).toBeVisible();
});
