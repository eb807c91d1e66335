import { connected, expect, test as base, type Visitor } from "../harness";
import { Wire } from "../harness/wire";

const PAGE = "offline/page.html";

const test = base.extend<{ wire: Wire; visitor: Visitor }>({
  wire: async ({ gateway }, use) => {
    const wire = await Wire.to(gateway.port);
    await use(wire);
    await wire.remove();
  },
  visitor: async ({ wire, visit }, use) => {
    await use(await visit(PAGE, { via: wire.url }));
  },
});

async function status(visitor: Visitor, status: string): Promise<void> {
  await expect.poll(async () => (await visitor.info()).status, { timeout: 20_000 }).toBe(status);
}

test("what is sent while the visitor is away is done in order when they are back", async ({ visitor, wire }) => {
  wire.cut();
  await status(visitor, "reconnecting");
  const ids: string[] = [];
  for (let i = 0; i < 5; i++) ids.push(await visitor.agent.send("callVisitorApi", { functionName: "count" }));
  wire.mend();
  for (const [i, id] of ids.entries()) {
    await expect.poll(async () => (await visitor.agent.answers(id)).length, { timeout: 20_000 }).toBe(1);
    expect((await visitor.agent.answers(id))[0]?.data.result).toBe(i + 1);
  }
  await status(visitor, "connected");
});

test("an answer that could not be sent is kept, and sent once", async ({ visitor, wire }) => {
  const eventId = await visitor.agent.send("callVisitorApi", { functionName: "slow" });
  await expect.poll(() => visitor.page.evaluate("ran")).toBe(1);
  wire.cut();
  await visitor.page.waitForTimeout(1500);
  expect(await visitor.agent.answers(eventId)).toEqual([]);
  wire.mend();
  await expect.poll(async () => (await visitor.agent.answers(eventId)).length, { timeout: 20_000 }).toBe(1);
  expect(await visitor.page.evaluate("ran")).toBe(1);
});

test("an answer outlives the page it was found on", async ({ visitor, wire }) => {
  const eventId = await visitor.agent.send("callVisitorApi", { functionName: "slow" });
  await expect.poll(() => visitor.page.evaluate("ran")).toBe(1);
  wire.cut();
  await visitor.page.waitForTimeout(1500);
  wire.mend();
  await visitor.page.reload();
  await connected(visitor.page);
  await expect.poll(async () => (await visitor.agent.answers(eventId)).length, { timeout: 20_000 }).toBe(1);
  expect((await visitor.agent.answers(eventId))[0]?.data).toMatchObject({ status: "success", result: "done" });
});

test("ten breaks in a row lose nothing and do nothing twice", async ({ visitor, wire }) => {
  const ids: string[] = [];
  for (let i = 0; i < 10; i++) {
    ids.push(await visitor.agent.send("callVisitorApi", { functionName: "count" }));
    wire.cut();
    await visitor.page.waitForTimeout(40);
    wire.mend();
    await status(visitor, "connected");
  }
  const counts = async (): Promise<number[]> => {
    const events = await visitor.agent.events();
    return ids.map((id) => events.filter((event) => event.data.eventId === id).length);
  };
  await expect.poll(counts, { timeout: 20_000 }).toEqual(ids.map(() => 1));
  expect(await visitor.page.evaluate("ran")).toBe(10);
});

test("a visitor's message waits, says so, and arrives once", async ({ visitor, wire }) => {
  await visitor.open();
  wire.cut();
  await status(visitor, "reconnecting");
  await visitor.say("Is anybody there?");
  await expect(visitor.panel.getByText("Is anybody there?")).toBeVisible();
  wire.mend();
  await expect.poll(async () => (await visitor.agent.events("message")).length, { timeout: 20_000 }).toBe(1);
  await expect(visitor.panel.getByText("Is anybody there?")).toHaveCount(1);
});

test("a message that failed can be sent again, and arrives once", async ({ visitor, wire }) => {
  await visitor.open();
  wire.cut();
  await visitor.say("Lost?");
  const again = visitor.widget.getByRole("button", { name: /again|retry/i });
  await expect(again).toBeVisible({ timeout: 15_000 });
  wire.mend();
  await again.click();
  await expect.poll(async () => (await visitor.agent.events("message")).length, { timeout: 20_000 }).toBe(1);
  await visitor.page.waitForTimeout(1000);
  expect((await visitor.agent.events("message")).map((event) => event.data.text)).toEqual(["Lost?"]);
  await expect(again).toBeHidden();
});

test("a browser that goes offline comes back by itself", async ({ visit, context }) => {
  const visitor = await visit(PAGE);
  await context.setOffline(true);
  await status(visitor, "reconnecting");
  const eventId = await visitor.agent.send("callVisitorApi", { functionName: "count" });
  await context.setOffline(false);
  await expect.poll(async () => (await visitor.agent.answers(eventId)).length, { timeout: 20_000 }).toBe(1);
});
