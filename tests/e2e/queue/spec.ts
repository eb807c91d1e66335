import { Desk } from "../console/desk";
import { expect, expectAccessible, test } from "../harness";

const PAGE = "highlight/page.html";

test("a visitor waits, an agent picks up, another takes over", async ({ visit, gateway, browser }) => {
  const visitor = await visit(PAGE, { site: "queue" });
  const id = visitor.agent.conversation;
  const ada = await Desk.sit(await (await browser.newContext()).newPage(), gateway, "queue", gateway.url, "ada");
  const bo = await Desk.sit(await (await browser.newContext()).newPage(), gateway, "queue", gateway.url, "bo");
  await ada.page.getByRole("button", { name: /^Queue/ }).click();
  const waiting = ada.page.getByRole("listitem").filter({ has: ada.page.locator(`a[href$="${id}"]`) });
  await expect(waiting).toContainText(/In the queue · Waiting \d+ s · number \d+/);
  await expectAccessible(ada.page);
  await ada.page.screenshot({ path: test.info().outputPath("queue.png") });
  await waiting.getByRole("button", { name: /^Pick up/ }).click();
  const bar = ada.page.getByRole("region", { name: "Chat session" });
  await expect(bar).toContainText("with you");
  await expect(waiting).toHaveCount(0);

  await bo.page.getByRole("switch", { name: "Available" }).click();
  await expect(bo.page.getByRole("switch", { name: "Available" })).toBeChecked();
  await bar.getByRole("button", { name: "Transfer" }).click();
  const dialog = ada.page.getByRole("dialog");
  await dialog.getByLabel("Who takes over").selectOption("bo", { timeout: 10_000 });
  await expectAccessible(ada.page);
  await dialog.getByRole("button", { name: "Offer" }).click();
  await expect(bar).toContainText("offered to bo");

  await bo.page.getByRole("button", { name: /^Queue/ }).click();
  await bo.page.getByRole("button", { name: /^Accept/ }).click();
  await expect(bo.page.getByRole("region", { name: "Chat session" })).toContainText("with you");
  await expect(bar).toContainText("with bo");
  await expect(bar.getByRole("button", { name: "Transfer" })).toHaveCount(0);
  await bo.page.screenshot({ path: test.info().outputPath("bo.png") });
  for (const desk of [ada, bo]) await desk.page.context().close();
});

test("an agent who offered a chat takes it back", async ({ visit, gateway, browser }) => {
  const visitor = await visit(PAGE, { site: "queue" });
  const desk = await Desk.sit(await (await browser.newContext()).newPage(), gateway, "queue");
  await desk.open(visitor.agent.conversation);
  const bar = desk.page.getByRole("region", { name: "Chat session" });
  await bar.getByRole("button", { name: "Pick up" }).click();
  await expect(bar).toContainText("with you");
  const offered = await visitor.agent.request("/session/transfer", { method: "POST", body: '{"to":"bo"}' });
  expect(offered.status).toBe(200);
  await bar.getByRole("button", { name: "Take the offer back" }).click();
  await expect(bar.getByRole("button", { name: "Transfer" })).toBeVisible();
  await desk.page.context().close();
});

test("agents keep the FAQ", async ({ gateway, browser }) => {
  const desk = await Desk.sit(await (await browser.newContext()).newPage(), gateway, "faq");
  await desk.button("FAQ").click();
  const dialog = desk.page.getByRole("dialog");
  await expect(dialog).toContainText("There are no questions yet");
  await dialog.getByRole("button", { name: "Add a question" }).click();
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog.getByRole("alert")).toBeVisible();
  await dialog.getByLabel("Question").fill("When do you deliver?");
  await dialog.getByLabel("Answer").fill("Within two days.");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog.getByRole("listitem")).toContainText("Within two days.");
  await expectAccessible(desk.page);
  await desk.page.screenshot({ path: test.info().outputPath("faq.png") });
  await dialog.getByRole("button", { name: "Edit “When do you deliver?”" }).click();
  await dialog.getByLabel("Answer").fill("Tomorrow.");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog.getByRole("listitem")).toContainText("Tomorrow.");
  await dialog.getByRole("button", { name: /^Remove/ }).click();
  await expect(dialog).toContainText("There are no questions yet");
  await desk.page.context().close();
});
