import { connected, expect, test, type Data, type Visitor } from "../harness";

const PAGE = "navigate/page.html";

/** Asks for a navigation and lets the visitor do something when asked. */
async function navigate(visitor: Visitor, url: string, decide: "Go" | "Stay"): Promise<Data> {
  const answer = visitor.ask("navigateTo", { url });
  await visitor.button(decide).click();
  return answer;
}

test("Go: the page is left, the answer arrives once, the conversation goes on", async ({ visit }) => {
  const visitor = await visit(PAGE);
  const answer = await navigate(visitor, "other.html", "Go");
  expect(answer).toMatchObject({ type: "navigateTo", status: "success", url: "other.html" });
  await expect(visitor.page).toHaveURL(/other\.html/);
  expect(await connected(visitor.page)).toBe(visitor.agent.conversation);
  expect(await visitor.ask("getPageInfo")).toMatchObject({ title: "The other page" });
  expect(await visitor.agent.answers(answer.eventId)).toHaveLength(1);
});

test("Stay: nothing moves", async ({ visit }) => {
  const visitor = await visit(PAGE);
  const answer = await navigate(visitor, "other.html", "Stay");
  expect(answer).toMatchObject({ status: "error|cancelled" });
  await expect(visitor.page).toHaveURL(/page\.html/);
  await expect(visitor.button("Go")).toBeHidden();
});

test("a site may let agents navigate unasked", async ({ visit }) => {
  const visitor = await visit(PAGE, { site: "auto" });
  expect(await visitor.ask("navigateTo", { url: "/navigate/other.html?site=auto" })).toMatchObject({ status: "success" });
  await expect(visitor.page).toHaveURL(/other\.html/);
});

for (const [choice, status, url] of [
  ["stays", "error|cancelled", /page\.html/],
  ["leaves", "success", /other\.html/],
] as const) {
  test(`where the page itself asks too, a visitor who ${choice} makes it ${status}`, async ({ visit }) => {
    const visitor = await visit(PAGE);
    await visitor.page.locator("#touch").click();
    await visitor.page.evaluate("holdBack()");
    visitor.page.once("dialog", (dialog) => (choice === "stays" ? dialog.dismiss() : dialog.accept()));
    const answer = await navigate(visitor, "other.html", "Go");
    expect(answer).toMatchObject({ status });
    await expect(visitor.page).toHaveURL(url);
    expect(await visitor.agent.answers(answer.eventId)).toHaveLength(1);
  });
}

test("a move inside the document is done without leaving it", async ({ visit }) => {
  const visitor = await visit(PAGE);
  const answer = await navigate(visitor, "#part", "Go");
  expect(answer).toMatchObject({ status: "success", url: "#part" });
  await expect(visitor.page).toHaveURL(/#part$/);
  expect(await visitor.page.evaluate("stillHere")).toBe(true);
  await expect(visitor.page.locator("#part")).toBeInViewport();
});

test("a relative address is resolved as the page's links are", async ({ visit }) => {
  const visitor = await visit("navigate/based.html");
  await navigate(visitor, "target.html", "Go");
  await expect(visitor.page).toHaveURL(/\/navigate\/deep\/target\.html/);
});

test("every address of another origin, or of none, is a mismatch, and nobody is asked", async ({ visit, pages }) => {
  const visitor = await visit(PAGE, { site: "auto" });
  for (const url of [
    "https://example.com/",
    "//example.com/",
    pages.origin.replace("http:", "https:"),
    pages.origin.replace("127.0.0.1", "localhost"),
    "http://127.0.0.1:1/",
    "javascript:void(window.stillHere = false)",
    " java\nscript:void(window.stillHere = false)",
    "data:text/html,hello",
    `blob:${pages.origin}/0`,
    "file:///etc/hostname",
    "about:blank",
    "mailto:a@example.com",
    "http://[",
  ]) {
    expect(await visitor.ask("navigateTo", { url }), url).toMatchObject({ status: "error|originMismatch" });
  }
  expect(await visitor.page.evaluate("stillHere")).toBe(true);
  await expect(visitor.page).toHaveURL(/page\.html/);
});

test("without a url it is an error that says so", async ({ visit }) => {
  const answer = await (await visit(PAGE)).ask("navigateTo");
  expect(answer.status).toBe("error");
  expect(answer.message).toContain("url");
});
