import { readFileSync } from "node:fs";
import { Desk } from "../console/desk";
import { expect, expectAccessible, test } from "../harness";

const FAQ = JSON.parse(readFileSync(new URL("../../../demo/faq.json", import.meta.url), "utf8")) as object[];
const PAGE = "bot/page.html";

test.beforeEach(async ({ gateway }) => {
  const headers = { authorization: `Bearer ${gateway.token("agent", "shop")}`, "content-type": "application/json" };
  const kept = (await (await fetch(`${gateway.url}/faq`, { headers })).json()) as { entries: object[] };
  if (kept.entries.length > 0) return;
  for (const entry of FAQ) {
    const added = await fetch(`${gateway.url}/faq`, { method: "POST", headers, body: JSON.stringify(entry) });
    expect(added.status).toBe(201);
  }
});

test("the shop's bot greets, answers, points, and remembers a name in the next conversation", async ({ visit }) => {
  const visitor = await visit(PAGE, { site: "shop" });
  await visitor.open();
  await expect(visitor.panel.getByText("Hello, I am Lun’s bot.")).toBeVisible();
  await visitor.say("My name is Kari");
  await expect(visitor.panel.getByText("Nice to meet you, Kari.")).toBeVisible();
  await visitor.say("what does delivery cost?");
  await expect(visitor.panel.getByText("From €80 it is on us.")).toBeVisible();
  await visitor.say("Who painted the ceiling?");
  await expect(visitor.panel.getByText("I do not know that.")).toBeVisible();
  await visitor.say("where can I buy it");
  await expect(visitor.panel.getByText("I have marked the button")).toBeVisible();
  await expect(visitor.part("highlight-label")).toHaveText("Buy it here");
  await visitor.page.screenshot({ path: test.info().outputPath("bot.png") });

  const { conversation } = visitor.agent;
  await visitor.agent.request("/end", { method: "POST", body: "{}" });
  await expect.poll(async () => (await visitor.info()).status).toBe("closed");
  await visitor.say("One more thing");
  await expect(visitor.panel.getByText("Welcome back, Kari!")).toBeVisible();
  expect((await visitor.info()).conversationId).not.toBe(conversation);
});

test("where there is no button the bot asks to go where there is one", async ({ visit }) => {
  const visitor = await visit("bot/help.html", { site: "shop" });
  await visitor.open();
  await visitor.say("I want to buy a lamp");
  await expect(visitor.panel.getByText("Shall we go there?")).toBeVisible();
  await visitor.button("Stay").click();
  await expect(visitor.panel.getByText("Then we stay here.")).toBeVisible();
});

test("on “human” the bot hands off, and the console's queue has the visitor", async ({ visit, gateway, browser }) => {
  const desk = await Desk.sit(await (await browser.newContext()).newPage(), gateway, "shop");
  const visitor = await visit(PAGE, { site: "shop" });
  const id = visitor.agent.conversation;
  await visitor.open();
  await expect(visitor.panel.getByText("Hello, I am Lun’s bot.")).toBeVisible();
  await desk.page.getByRole("button", { name: /^Queue/ }).click();
  const waiting = desk.page.getByRole("listitem").filter({ has: desk.page.locator(`a[href$="${id}"]`) });
  await expect(waiting).toHaveCount(0);
  await visitor.say("A human, please");
  await expect(visitor.panel.getByText("I am asking a human.")).toBeVisible();
  await waiting.getByRole("button", { name: /^Pick up/ }).click();
  await expect(desk.page.getByRole("region", { name: "Chat session" })).toContainText("with you");
  await desk.input.fill("I am one");
  await desk.input.press("Enter");
  await expect(visitor.panel.getByText("I am one", { exact: true })).toBeVisible();
  await visitor.say("Thank you");
  await expect(desk.messages.getByText("Thank you")).toBeVisible();
  await expect(visitor.panel.getByText("I do not know that.")).toHaveCount(0);
  await desk.page.screenshot({ path: test.info().outputPath("console.png") });
  await desk.page.context().close();
});

test("the console shows what a bot logged, and where it failed; then humans have the visitor", async ({ visit, gateway, browser }) => {
  const desk = await Desk.sit(await (await browser.newContext()).newPage(), gateway, "failing");
  const visitor = await visit(PAGE, { site: "failing" });
  await desk.open(visitor.agent.conversation);
  await desk.page.getByRole("tab", { name: "Bot" }).click();
  await expect(desk.page.getByText("failing has logged nothing")).toBeVisible();
  await visitor.open();
  await visitor.say("hello");
  const lines = desk.page.getByRole("list", { name: "What failing did" }).getByRole("listitem");
  await expect(lines).toHaveText([/^heard 5 characters/]);
  await visitor.say("fail");
  await expect(visitor.panel.getByText("I failed at failing.js:4.")).toBeVisible();
  await expect(lines.first()).toContainText("ReferenceError");
  await expect(lines.first()).toContainText("failing.js:4");
  await expect(desk.page.getByRole("tab", { name: "Bot: 1 error" })).toBeVisible();
  await expect(desk.page.getByRole("region", { name: "Chat session" })).toContainText("In the queue");
  await expectAccessible(desk.page);
  await desk.page.screenshot({ path: test.info().outputPath("bot-view.png") });
  await desk.page.context().close();
});

test("without a bot there is no bot's view", async ({ visit, gateway, browser }) => {
  const desk = await Desk.sit(await (await browser.newContext()).newPage(), gateway, "queue");
  const visitor = await visit(PAGE, { site: "queue" });
  const asked = desk.page.waitForResponse((response) => response.url().endsWith("/bot"));
  await desk.open(visitor.agent.conversation);
  expect(await (await asked).json()).toEqual({ bot: null, lines: [] });
  await expect(desk.page.getByRole("tab", { name: "Log" })).toBeVisible();
  await expect(desk.page.getByRole("tab", { name: /^Bot/ })).toHaveCount(0);
  await desk.page.context().close();
});
