import type { FrameLocator } from "@playwright/test";
import { Desk } from "../console/desk";
import { connected, expect, test } from "../harness";

/** What an agent sees of the page. */
export const seen = (desk: Desk): FrameLocator => desk.page.frameLocator(".mirror-frame:not(.coming)");

/** Two browsers: a visitor in the shop, an agent at the console who sees their page. */
export const shared = test.extend<{ desk: Desk; mirror: FrameLocator }>({
  desk: async ({ page, browser, gateway }, use) => {
    await page.goto(`${gateway.url}/checkout.html`);
    const conversation = await connected(page);
    const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, locale: "en-GB" });
    const desk = await Desk.sit(await context.newPage(), gateway, "demo");
    await desk.open(conversation);
    await desk.button("Request co-browse").click();
    await page.getByRole("button", { name: "Allow" }).click();
    // The recorder is fetched now, and both sides begin.
    await expect(seen(desk).getByRole("heading").first()).toBeVisible({ timeout: 30_000 });
    await use(desk);
    await context.close();
  },
  mirror: async ({ desk }, use) => use(seen(desk)),
});
