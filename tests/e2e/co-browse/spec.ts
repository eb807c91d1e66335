import { connected, expect, test, type Data, type Visitor } from "../harness";

const PAGE = "co-browse/page.html";

async function decide(visitor: Visitor, coBrowseState: string, choice: "Allow" | "Decline"): Promise<Data> {
  const answer = visitor.ask("initiateCoBrowse", { coBrowseState });
  await visitor.button(choice).click();
  return answer;
}

for (const wish of ["requestPermission", "active"]) {
  test(`${wish}: Allow shares the page, and the visitor sees so`, async ({ visit }) => {
    const visitor = await visit(PAGE);
    expect(await decide(visitor, wish, "Allow")).toMatchObject({ status: "success", coBrowseState: "active" });
    await expect(visitor.part("sharing-indicator")).toBeVisible();
    await expect(visitor.button("Stop sharing")).toBeVisible();
    expect(await visitor.info()).toMatchObject({ coBrowseState: "active" });
    expect(await visitor.ask("getCoBrowseDom")).toMatchObject({ status: "success" });
  });

  test(`${wish}: Decline shares nothing`, async ({ visit }) => {
    const visitor = await visit(PAGE);
    const answer = await decide(visitor, wish, "Decline");
    expect(answer).toMatchObject({ status: "error|notAllowed", coBrowseState: "disabled" });
    await expect(visitor.part("sharing-indicator")).toBeHidden();
    expect(await visitor.ask("getCoBrowseDom")).toMatchObject({ status: "error|notAllowed" });
  });
}

test("the visitor stops it with one click, and the agent hears so", async ({ visit }) => {
  const visitor = await visit(PAGE);
  await decide(visitor, "requestPermission", "Allow");
  await visitor.button("Stop sharing").click();
  await expect(visitor.part("sharing-indicator")).toBeHidden();
  await expect
    .poll(async () => (await visitor.agent.events("visitorEvent")).map((event) => event.data))
    .toContainEqual(expect.objectContaining({ type: "coBrowseChanged", coBrowseState: "disabled" }));
  expect(await visitor.ask("getCoBrowseDom")).toMatchObject({ status: "error|notAllowed" });
});

test("one click stops it while another question is asked", async ({ visit }) => {
  const visitor = await visit(PAGE);
  await decide(visitor, "requestPermission", "Allow");
  const answer = visitor.ask("navigateTo", { url: "page.html?elsewhere" });
  await expect(visitor.button("Stay")).toBeVisible();
  await visitor.button("Stop sharing").click();
  await expect(visitor.part("sharing-indicator")).toBeHidden();
  await visitor.button("Stay").click();
  expect(await answer).toMatchObject({ status: "error|cancelled" });
  expect(await visitor.info()).toMatchObject({ coBrowseState: "disabled" });
});

test("an agent ends it", async ({ visit }) => {
  const visitor = await visit(PAGE);
  await decide(visitor, "requestPermission", "Allow");
  const answer = await visitor.ask("initiateCoBrowse", { coBrowseState: "disabled" });
  expect(answer).toMatchObject({ status: "success", coBrowseState: "disabled" });
  await expect(visitor.part("sharing-indicator")).toBeHidden();
});

test("consent survives a navigation, and what was allowed once is not asked again", async ({ visit }) => {
  const visitor = await visit(PAGE);
  await decide(visitor, "requestPermission", "Allow");
  await visitor.page.reload();
  await connected(visitor.page);
  await expect(visitor.button("Stop sharing")).toBeVisible();
  const answer = await visitor.ask("initiateCoBrowse", { coBrowseState: "requestPermission" });
  expect(answer).toMatchObject({ status: "success", coBrowseState: "active" });
});

test("another visitor's conversation has none of it", async ({ visit, browser }) => {
  await decide(await visit(PAGE), "requestPermission", "Allow");
  const context = await browser.newContext();
  const other = await visit(PAGE, { page: await context.newPage() });
  expect(await other.ask("getCoBrowseDom")).toMatchObject({ status: "error|notAllowed" });
  await context.close();
});

test("a conversation begun anew has none of it", async ({ visit }) => {
  const visitor = await visit(PAGE);
  await decide(visitor, "requestPermission", "Allow");
  await visitor.agent.request("/end", { method: "POST" });
  await visitor.page.reload();
  await expect(visitor.part("sharing-indicator")).toBeHidden();
});

test("a site may allow it unasked", async ({ visit }) => {
  const visitor = await visit(PAGE, { site: "auto" });
  const answer = await visitor.ask("initiateCoBrowse", { coBrowseState: "active" });
  expect(answer).toMatchObject({ status: "success", coBrowseState: "active" });
  await expect(visitor.button("Stop sharing")).toBeVisible();
});

test("a site may forbid it: nobody is asked", async ({ visit }) => {
  const visitor = await visit(PAGE, { site: "never" });
  for (const coBrowseState of ["requestPermission", "active"]) {
    const answer = await visitor.ask("initiateCoBrowse", { coBrowseState });
    expect(answer).toMatchObject({ status: "error|notAllowed", coBrowseState: "disabled" });
  }
  await expect(visitor.part("prompt")).toBeHidden();
});

test("any other wish is an error that names the field", async ({ visit }) => {
  const answer = await (await visit(PAGE)).ask("initiateCoBrowse", { coBrowseState: "on" });
  expect(answer.status).toBe("error");
  expect(answer.message).toContain("coBrowseState");
});

test("the page can see and end it, and cannot start what the visitor has not allowed", async ({ visit }) => {
  const visitor = await visit(PAGE);
  expect(await visitor.page.evaluate(() => (window as any).pzl.coBrowse.state)).toBe("disabled");
  await decide(visitor, "requestPermission", "Allow");
  expect(await visitor.page.evaluate(() => (window as any).pzl.coBrowse.state)).toBe("active");
  await visitor.page.evaluate(() => (window as any).pzl.coBrowse.stop());
  await expect(visitor.part("sharing-indicator")).toBeHidden();
  await visitor.page.evaluate(() => void (window as any).pzl.coBrowse.start());
  await expect(visitor.button("Allow")).toBeVisible();
  expect(await visitor.page.evaluate(() => (window as any).pzl.coBrowse.state)).toBe("disabled");
});
