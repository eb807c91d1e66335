import { expect, test } from "../harness";

test("on a page that replaced half the language all works, and the page keeps what it replaced", async ({ visit }) => {
  const visitor = await visit("patched/page.html");
  await visitor.open();
  await visitor.say("Text, with \"quotes\"");
  await expect
    .poll(async () => (await visitor.agent.events("message")).map((event) => event.data.text))
    .toEqual(['Text, with "quotes"']);
  await visitor.agent.say("An answer");
  await expect(visitor.panel.getByText("An answer")).toBeVisible();
  expect(await visitor.ask("getLocalTime")).toMatchObject({ status: "success" });
  expect(await visitor.ask("highlightDom", { selector: "//button", label: "Here" })).toMatchObject({ status: "success" });
  const called = await visitor.ask("callVisitorApi", { functionName: "give", args: [{ deep: ["x"] }] });
  // `toJSON` is the page's word on how its own values are told.
  expect(called).toMatchObject({ status: "success", result: { given: "x", list: "an array" } });
  const { commands } = await visitor.ask("getCapabilities");
  expect(Array.isArray(commands)).toBe(true);
  const asked = visitor.ask("initiateCoBrowse", { coBrowseState: "requestPermission" });
  await visitor.button("Allow").click();
  expect(await asked).toMatchObject({ coBrowseState: "active" });
  expect(await visitor.page.evaluate("stillPatched()")).toBe(true);
  expect(await visitor.page.evaluate("failures")).toEqual([]);
});
