import { type Browser, type FrameLocator, type Page, expect } from "@playwright/test";
import { Desk } from "../console/desk";
import type { Visitor } from "../harness";
import type { Gateway } from "../harness/gateway";

/** The mirror that is seen. */
export function mirrored(page: Page): FrameLocator {
  return page.frameLocator(".mirror-frame:not(.coming)");
}

/** An agent at the console, in the visitor's conversation. */
export async function sit(browser: Browser, gateway: Gateway, visitor: Visitor): Promise<Desk> {
  const context = await browser.newContext({ viewport: { width: 1500, height: 900 }, locale: "en-GB" });
  const desk = await Desk.sit(await context.newPage(), gateway, visitor.site);
  await desk.open(visitor.agent.conversation);
  return desk;
}

/** The agent asks, and the visitor agrees. */
export async function ask(visitor: Visitor, desk: Desk): Promise<void> {
  await desk.page.getByRole("tab", { name: "Page" }).click();
  await desk.button("Request co-browse").click();
  await visitor.button("Allow").click();
}

/** The same, and the page is seen. */
export async function share(visitor: Visitor, desk: Desk): Promise<void> {
  await ask(visitor, desk);
  await expect(mirrored(desk.page).getByRole("heading", { name: "Mugs and pots" })).toBeVisible();
}
