import { expect, test } from "../harness";

test("a tag that was written by document.write works", async ({ visit }) => {
  const visitor = await visit("document-write/page.html");
  expect(await visitor.ask("getPageInfo")).toMatchObject({ title: "Written" });
  await visitor.open();
});

test("a page that writes itself anew keeps its conversation and its widget", async ({ visit }) => {
  const visitor = await visit("document-write/page.html");
  await visitor.page.evaluate("rewrite()");
  expect(await visitor.ask("getPageInfo")).toMatchObject({ status: "success", title: "Anew" });
  await visitor.open();
  await visitor.agent.say("Still here");
  await expect(visitor.panel.getByText("Still here")).toBeVisible();
});

test("a page that empties its body, or takes the widget out, gets it back", async ({ visit }) => {
  const visitor = await visit("document-write/page.html");
  await visitor.page.evaluate(() => document.body.replaceChildren());
  await expect(visitor.launcher).toBeVisible();
  await visitor.page.evaluate(() => document.querySelector("docent-widget")?.remove());
  await expect(visitor.launcher).toBeVisible();
});
