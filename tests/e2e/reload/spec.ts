import { connected, expect, test, type Data, type Visitor } from "../harness";

const PAGE = "reload/page.html";

async function onlyAnswer(visitor: Visitor, eventId: string): Promise<Data> {
  await expect.poll(async () => (await visitor.agent.answers(eventId)).length, { timeout: 15_000 }).toBe(1);
  await visitor.page.waitForTimeout(1000);
  const answers = await visitor.agent.answers(eventId);
  expect(answers).toHaveLength(1);
  return answers[0]?.data ?? {};
}

test("a command the page is left in the middle of is not begun again, and is answered once", async ({ visit }) => {
  const visitor = await visit(PAGE);
  const eventId = await visitor.agent.send("callVisitorApi", { functionName: "slow", args: ["one", 4000] });
  await expect.poll(() => visitor.page.evaluate(() => localStorage["ran-one"])).toBe("1");
  await visitor.page.reload();
  await connected(visitor.page);
  expect((await onlyAnswer(visitor, eventId)).status).toMatch(/^error/);
  expect(await visitor.page.evaluate(() => localStorage["ran-one"])).toBe("1");
});

test("a command that reloads the page is answered once", async ({ visit }) => {
  const visitor = await visit(PAGE);
  const eventId = await visitor.agent.send("callVisitorApi", { functionName: "leave" });
  await onlyAnswer(visitor, eventId);
});

test("a question the page is left with is asked again, and answered once", async ({ visit }) => {
  const visitor = await visit(PAGE);
  const eventId = await visitor.agent.send("initiateCoBrowse", { coBrowseState: "requestPermission" });
  await expect(visitor.button("Allow")).toBeVisible();
  await visitor.page.reload();
  await visitor.button("Allow").click();
  expect(await onlyAnswer(visitor, eventId)).toMatchObject({ status: "success", coBrowseState: "active" });
});

test("what is sent while no page is there is done by the next", async ({ visit }) => {
  const visitor = await visit(PAGE);
  await visitor.page.goto("about:blank");
  const ids: string[] = [];
  for (const name of ["a", "b", "c"]) {
    ids.push(await visitor.agent.send("callVisitorApi", { functionName: "slow", args: [name, 1] }));
  }
  await visitor.page.goBack();
  for (const [i, eventId] of ids.entries()) {
    expect(await onlyAnswer(visitor, eventId)).toMatchObject({ status: "success", result: "abc"[i] });
  }
  expect(await visitor.page.evaluate(() => [localStorage["ran-a"], localStorage["ran-b"]])).toEqual(["1", "1"]);
});
