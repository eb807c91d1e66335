import { expect, test, type Data, type Visitor } from "../harness";

const PAGE = "tabs/page.html";

async function named(visitor: Visitor, name: string): Promise<Visitor> {
  await visitor.page.evaluate((name) => void Object.assign(window, { tabName: name }), name);
  return visitor;
}

/** Shows or hides the tab. Tests see every tab of a headless browser as visible, so it is said outright. */
async function setVisible(visitor: Visitor, visible: boolean): Promise<void> {
  await visitor.page.evaluate((visible) => {
    const state = visible ? "visible" : "hidden";
    Object.defineProperty(document, "visibilityState", { configurable: true, get: () => state });
    Object.defineProperty(document, "hidden", { configurable: true, get: () => !visible });
    document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
  }, visible);
}

async function who(visitor: Visitor): Promise<Data> {
  const answer = await visitor.ask("callVisitorApi", { functionName: "who" });
  expect(answer.status).toBe("success");
  expect(await visitor.agent.answers(answer.eventId)).toHaveLength(1);
  return answer.result;
}

test("the tab last visible acts, each command once; when it goes, the other takes over", async ({ visit, context }) => {
  const first = await named(await visit(PAGE), "first");
  const second = await named(await visit(PAGE, { page: await context.newPage() }), "second");
  expect(second.agent.conversation).toBe(first.agent.conversation);
  await setVisible(first, false);
  expect(await who(second)).toBe("second");
  await setVisible(second, false);
  await setVisible(first, true);
  expect(await who(first)).toBe("first");
  await setVisible(first, false);
  await setVisible(second, true);
  expect(await who(first)).toBe("second");
  await second.page.close();
  expect(await who(first)).toBe("first");
  expect(await first.page.evaluate(() => localStorage.ran)).toBe("4");
});

test("twenty commands among three tabs are each done and answered once", async ({ visit, context }) => {
  const tabs = [await visit(PAGE)];
  for (let i = 0; i < 2; i++) tabs.push(await visit(PAGE, { page: await context.newPage() }));
  const [first] = tabs;
  if (!first) throw new Error("no tab");
  const ids: string[] = [];
  for (let i = 0; i < 20; i++) {
    const shown = tabs[i % 3];
    ids.push(await first.agent.send("callVisitorApi", { functionName: "who", args: [i] }));
    for (const tab of tabs) await setVisible(tab, tab === shown);
  }
  const counts = async (): Promise<number[]> => {
    const events = await first.agent.events();
    return ids.map((id) => events.filter((event) => event.data.eventId === id).length);
  };
  await expect.poll(counts, { timeout: 15_000 }).toEqual(ids.map(() => 1));
  await first.page.waitForTimeout(500);
  expect(await counts()).toEqual(ids.map(() => 1));
  expect(await first.page.evaluate(() => Number(localStorage.ran))).toBe(20);
});

test("a tab closed in the middle of a command: the other answers for it, and does not do it again", async ({
  visit,
  context,
}) => {
  const first = await visit(PAGE);
  const second = await visit(PAGE, { page: await context.newPage() });
  const eventId = await first.agent.send("callVisitorApi", { functionName: "who", args: [60_000] });
  await expect.poll(() => first.page.evaluate(() => localStorage.ran)).toBe("1");
  await second.page.close();
  await expect.poll(async () => (await first.agent.answers(eventId)).length, { timeout: 15_000 }).toBe(1);
  expect(await first.page.evaluate(() => localStorage.ran)).toBe("1");
});

test("a message written in one tab is seen in the other, once", async ({ visit, context }) => {
  const first = await visit(PAGE);
  const second = await visit(PAGE, { page: await context.newPage() });
  await first.open();
  await second.open();
  await first.say("Do both show this?");
  await expect(second.panel.getByText("Do both show this?")).toHaveCount(1);
  await expect(first.panel.getByText("Do both show this?")).toHaveCount(1);
});
