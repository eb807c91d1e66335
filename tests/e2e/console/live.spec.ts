import { expect, test } from "../harness";
import { Wire } from "../harness/wire";
import { Desk } from "./desk";

const PAGE = "highlight/page.html";

test.describe.configure({ timeout: 120_000 });

test("what changes is in the list at once, and nobody asks for it", async ({ visit, gateway, browser }) => {
  const page = await (await browser.newContext({ locale: "en-GB" })).newPage();
  const desk = await Desk.sit(page, gateway, "queue");
  await expect(page.getByText("Connected")).toBeVisible();
  // Everything that is read at the start has been read by then.
  const asked: string[] = [];
  page.on("request", (request) => asked.push(`${request.method()} ${new URL(request.url()).pathname}`));

  // Others may be left there by what was tested before.
  const queue = page.getByRole("button", { name: /^Queue/ });
  const queued = async (): Promise<number> => Number((await queue.textContent())?.match(/\d+/)?.[0] ?? 0);
  const before = await queued();

  const visitor = await visit(PAGE, { site: "queue" });
  const entry = desk.entry(visitor.agent.conversation);
  await expect(entry).toContainText("On the site");
  await expect.poll(queued).toBeGreaterThan(before);
  await visitor.open();
  await visitor.say("One");
  await visitor.say("Two");
  await expect(entry).toContainText("Two");
  await expect(entry).toContainText("2 unread messages");
  await visitor.agent.say("Welcome");
  await expect(entry).toContainText("Welcome");
  await expect(entry).not.toContainText("unread");
  await visitor.agent.request("/end", { method: "POST", body: "{}" });
  await expect(entry).toHaveCount(0);
  await page.getByRole("button", { name: /^Ended/ }).click();
  await expect(entry).toBeVisible();
  // Longer than anything that looked regularly would wait.
  await page.waitForTimeout(5000);
  expect(asked).toEqual([]);
  await page.context().close();
});

test("a message is in the list a moment after it was stored", async ({ visit, gateway, browser }) => {
  const page = await (await browser.newContext({ locale: "en-GB" })).newPage();
  const visitor = await visit(PAGE);
  const desk = await Desk.sit(page, gateway);
  await expect(desk.entry(visitor.agent.conversation)).toBeVisible();
  await page.evaluate(() => {
    const seen: Record<string, number> = {};
    Object.assign(window, { seen });
    new MutationObserver(() => {
      for (const { textContent } of document.querySelectorAll(".entry-last")) {
        const marked = textContent?.match(/Number \d+$/)?.[0];
        if (marked) seen[marked] ??= Date.now();
      }
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  const waits: number[] = [];
  for (let number = 1; number <= 15; number++) {
    await visitor.agent.say(`Number ${number}`);
    const seen = (): Promise<number> => page.evaluate((text) => (window as any).seen[text] ?? 0, `Number ${number}`);
    await expect.poll(seen).toBeGreaterThan(0);
    const event = (await visitor.agent.events("message")).at(-1) as unknown as { whenPosted: string };
    waits.push((await seen()) - Date.parse(event.whenPosted));
  }
  waits.sort((one, other) => one - other);
  test.info().annotations.push({ type: "milliseconds", description: waits.join(" ") });
  expect(waits[7]).toBeLessThan(1000);
  await page.context().close();
});

test("what happened while the connection was gone is in the list when it is back", async ({ visit, gateway, browser }) => {
  const wire = await Wire.to(gateway.port);
  const visitor = await visit(PAGE);
  const page = await (await browser.newContext({ locale: "en-GB" })).newPage();
  const desk = await Desk.sit(page, gateway, "ask", wire.url);
  const entry = desk.entry(visitor.agent.conversation);
  await expect(entry).toContainText("On the site");
  wire.cut();
  await expect(page.getByText("Connection lost. Trying again…")).toBeVisible();
  await visitor.open();
  await visitor.say("Meanwhile");
  wire.mend();
  await expect(entry).toContainText("Meanwhile", { timeout: 30_000 });
  await expect(page.getByText("Connected")).toBeVisible();
  await visitor.say("And now");
  await expect(entry).toContainText("And now");
  await page.context().close();
  await wire.remove();
});
