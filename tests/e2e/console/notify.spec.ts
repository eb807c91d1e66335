import { expect, test } from "../harness";
import { chromium } from "../harness/browser";
import { Desk } from "./desk";

// Notifications are the whole browser's.
test.use({ launchOptions: chromium });

test("an agent who looks elsewhere is told of who comes into the queue, and of what is written", async ({ visit, gateway, browser }) => {
  const context = await browser.newContext({ locale: "en-GB", permissions: ["notifications"] });
  const page = await context.newPage();
  await page.addInitScript(() => {
    document.hasFocus = () => false;
    const told: string[] = [];
    Object.assign(window, { told });
    window.Notification = class extends Notification {
      constructor(title: string, options?: NotificationOptions) {
        super(title, options);
        told.push(`${options?.tag}: ${options?.body}`);
      }
    };
  });
  const desk = await Desk.sit(page, gateway, "queue");
  // Who waits already when the console begins is no news: it has looked once.
  await expect(desk.page.getByRole("button", { name: /^Queue/ })).toBeVisible();
  await expect(page.getByText("Connected")).toBeVisible();
  const visitor = await visit("highlight/page.html", { site: "queue" });
  const told = (): Promise<string[]> => page.evaluate(() => (window as any).told);
  await expect.poll(told).toContain(`${visitor.agent.conversation}: In the queue`);
  await visitor.open();
  await visitor.say("Is anybody there?");
  await expect.poll(told).toContain(`${visitor.agent.conversation}: Is anybody there?`);
  await context.close();
});
