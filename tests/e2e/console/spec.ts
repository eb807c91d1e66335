import type { Page } from "@playwright/test";
import { expect, expectAccessible, test, type Visitor } from "../harness";
import { Wire } from "../harness/wire";
import { Desk } from "./desk";

const PAGE = "highlight/page.html";

/** What the browser says when a trace is recorded: that looks into every frame with a script, and the mirror's runs none. */
const OF_TRACING = /^Blocked script execution in '[^']*\/console\/frame\//;

/** Everything the page complained of. */
function complaints(page: Page): string[] {
  const heard: string[] = [];
  page.on("pageerror", (error) => heard.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" && !OF_TRACING.test(message.text())) heard.push(message.text());
  });
  return heard;
}

async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 40; presses++) {
    const focused = page.locator(":focus");
    if ((await focused.count()) > 0 && (await focused.evaluate((element) => element.textContent)) === name) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`the keyboard does not reach ${name}`);
}

test.describe("an agent and a visitor", () => {
  let visitor: Visitor;
  let desk: Desk;
  let heard: string[];

  test.beforeEach(async ({ visit, gateway, browser }) => {
    visitor = await visit(PAGE);
    const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, locale: "en-GB" });
    const page = await context.newPage();
    heard = complaints(page);
    desk = await Desk.sit(page, gateway);
    await desk.open(visitor.agent.conversation);
  });

  test.afterEach(async () => {
    expect(heard).toEqual([]);
    await desk.page.context().close();
  });

  test("they write to each other and see each other type", async () => {
    await visitor.open();
    await visitor.input.pressSequentially("Hel");
    await expect(desk.page.getByText("Visitor is typing…")).toBeVisible();
    await visitor.say("Hello");
    await expect(desk.messages.getByText("Hello", { exact: true })).toBeVisible();
    await expect(desk.page.getByText("Visitor is typing…")).toBeHidden();

    await desk.input.pressSequentially("Good morn");
    await expect(visitor.panel.getByText(/is typing/)).toBeVisible();
    await desk.input.fill("Good morning\nand welcome");
    await desk.input.press("Enter");
    await expect(visitor.panel.getByText("and welcome")).toBeVisible();
    await expect(desk.messages.getByText("and welcome")).toHaveCount(1);
    await expect(desk.input).toHaveValue("");
  });

  test("by keyboard alone: point from the palette, read the log", async () => {
    const { keyboard } = desk.page;
    await desk.choose("highl");
    await keyboard.type('//button[@id="buy"]');
    await keyboard.press("Tab");
    await keyboard.type("Press here");
    await keyboard.press("Enter");
    await expect(desk.page.getByRole("dialog").getByText("Done")).toBeVisible();
    await expect(visitor.part("highlight-label")).toHaveText("Press here");
    await expect(visitor.part("highlight-square")).toBeVisible();
    await keyboard.press("Escape");
    await expect(desk.page.getByRole("dialog")).toBeHidden();
    await desk.choose("clear");
    await keyboard.press("Enter");
    await expect(visitor.part("highlight-square")).toBeHidden();
    await keyboard.press("Escape");

    await tabTo(desk.page, "Actions");
    await keyboard.press("ArrowRight");
    await keyboard.press("Tab");
    await expect(desk.logged("highlightDom")).toContainText("Done");
    await expect(desk.logged("clearHighlight")).toBeFocused();
    while (!(await desk.logged("highlightDom").evaluate((entry) => entry === document.activeElement))) await keyboard.press("Tab");
    await keyboard.press("Enter");
    await expect(desk.page.getByRole("region", { name: "Parameters" })).toContainText('"label": "Press here"');
  });

  test("the palette opens again by a key that follows Escape at once", async () => {
    const palette = desk.page.getByRole("combobox", { name: "Find a command" });
    await desk.page.keyboard.press("Control+k");
    await expect(palette).toBeFocused();
    await desk.page.evaluate(async () => {
      document.querySelector("dialog")?.requestClose();
      await Promise.resolve();
      dispatchEvent(new KeyboardEvent("keydown", { key: "k", ctrlKey: true }));
      await new Promise((later) => setTimeout(later, 100));
    });
    await expect(palette).toBeFocused();
    await desk.page.keyboard.press("Escape");
    await expect(palette).toBeHidden();
  });

  test("a dialog gives the focus back to what opened it", async () => {
    const opener = desk.button("End conversation");
    for (const leave of ["Cancel", "Close", "Escape"]) {
      await opener.press("Enter");
      await expect(desk.page.getByRole("dialog").getByRole("button", { name: "Cancel" })).toBeFocused();
      if (leave === "Escape") await desk.page.keyboard.press("Escape");
      else await desk.page.getByRole("dialog").getByRole("button", { name: leave }).press("Enter");
      await expect(desk.page.getByRole("dialog")).toBeHidden();
      await expect(opener).toBeFocused();
    }
  });

  test("a form is made from the schema: what is missing or wrong is said at its field", async () => {
    await desk.choose("highlightDom");
    const dialog = desk.page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Run" }).click();
    await expect(dialog.getByLabel("selector", { exact: true })).toHaveAttribute("aria-invalid", "true");
    await expect(dialog.getByLabel("selector", { exact: true })).toBeFocused();
    await dialog.getByLabel("Send it empty").check();
    await dialog.getByLabel("top", { exact: true }).fill("10");
    await dialog.getByRole("button", { name: "Run" }).click();
    await expect(dialog.getByLabel("width", { exact: true })).toHaveAttribute("aria-invalid", "true");
    for (const side of ["left", "width", "height"]) await dialog.getByLabel(side, { exact: true }).fill("20%");
    await dialog.getByRole("button", { name: "Run" }).click();
    await expect(dialog.getByText("Done")).toBeVisible();
    await expect(visitor.part("highlight-square")).toBeVisible();
    const [command] = await visitor.agent.events("command");
    expect(command?.data.rect).toEqual({ top: 10, left: "20%", width: "20%", height: "20%" });
  });

  test("the quick bar tells of each command by itself", async () => {
    await desk.page.getByLabel("XPath").fill("//nothing");
    await desk.button("Highlight").click();
    await expect(desk.page.getByText("No such element")).toBeVisible();

    await desk.page.getByLabel("Address").fill("#elsewhere");
    await desk.button("Go").click();
    await expect(desk.page.getByText("Waiting for the visitor")).toBeVisible();
    await visitor.button("Stay").click();
    await expect(desk.page.getByText("Visitor declined", { exact: true })).toBeVisible();

    await desk.button("Request co-browse").click();
    await visitor.button("Allow").click();
    await expect(desk.button("End co-browse")).toBeVisible();
    await expect(desk.messages.getByText("The visitor shares the page")).toBeVisible();

    // The page came into view; what was done stays where it was done.
    await desk.page.getByRole("tab", { name: "Actions" }).click();
    await desk.button("Turn chat input off").click();
    await expect(desk.button("Turn chat input on")).toBeVisible();
    await expect(desk.page.getByText("No such element")).toBeVisible();
  });

  test("what the page says is text; only web addresses are links", async () => {
    const words = '<img src=x onerror="alert(1)"> javascript:alert(1) see https://example.com/a?b=1.';
    await visitor.open();
    await visitor.say(words);
    await expect(desk.messages.getByText(words)).toBeVisible();
    const link = desk.messages.getByText(words).getByRole("link");
    await expect(link).toHaveCount(1);
    await expect(link).toHaveAttribute("href", "https://example.com/a?b=1");
    await expect(link).toHaveAttribute("rel", /noopener/);
  });

  test("a command is copied as curl, without the token", async ({ gateway }) => {
    await desk.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await desk.button("Local time").click();
    await desk.showLog();
    await desk.logged("getLocalTime").click();
    await desk.button("Copy as curl").click();
    await expect(desk.page.getByText("Copied")).toBeVisible();
    const copied = await desk.page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toContain(`${gateway.url}/conversation/${visitor.agent.conversation}/Data?wait=20`);
    expect(copied).toContain("Authorization: Bearer $TOKEN");
    expect(copied).not.toContain(gateway.token("agent", "ask"));
  });

  test("a conversation is ended, after asking", async () => {
    await desk.button("End conversation").click();
    await desk.page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
    await expect(desk.input).toBeVisible();
    await desk.button("End conversation").click();
    await desk.page.getByRole("dialog").getByRole("button", { name: "End conversation" }).click();
    await expect(desk.page.getByText("This conversation has ended.")).toBeVisible();
    await expect(desk.input).toBeHidden();
    await expect(desk.button("Highlight")).toBeDisabled();
    await expect(desk.entry(visitor.agent.conversation)).toBeHidden();
  });

  for (const colorScheme of ["light", "dark"] as const) {
    test(`nothing stands in the way of assistive technology: ${colorScheme}`, async () => {
      test.slow();
      await desk.page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await visitor.open();
      await visitor.say("Hello");
      await desk.button("Local time").click();
      await desk.button("Highlight").click();
      await expectAccessible(desk.page);
      await desk.showLog();
      await desk.logged("getLocalTime").click();
      await expectAccessible(desk.page);
      await desk.page.keyboard.press("Control+k");
      await expect(desk.page.getByRole("listbox")).toBeVisible();
      await expectAccessible(desk.page);
      await desk.page.keyboard.type("highl");
      await desk.page.keyboard.press("Enter");
      await desk.page.keyboard.press("Enter");
      await expectAccessible(desk.page);
    });
  }

  test("on a narrow screen it is one thing at a time", async () => {
    await desk.page.setViewportSize({ width: 380, height: 720 });
    await expect(desk.input).toBeVisible();
    await expect(desk.entry(visitor.agent.conversation)).toBeHidden();
    await desk.page.getByRole("tab", { name: "Actions" }).click();
    await expect(desk.input).toBeHidden();
    await expect(desk.button("Highlight")).toBeVisible();
    expect(await desk.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(380);
    await expectAccessible(desk.page);
    await desk.button("All conversations").click();
    await expect(desk.entry(visitor.agent.conversation)).toBeVisible();
    await expectAccessible(desk.page);
  });
});

test("a token is checked, kept for the tab, and never in an address", async ({ page, gateway }) => {
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  await page.goto(`${gateway.url}/console/`);
  const token = page.getByLabel("Token");
  await expect(token).toBeFocused();
  await token.fill("abc");
  await token.press("Enter");
  await expect(page.getByRole("alert")).toContainText("no token");
  await token.fill(`${gateway.token("agent", "ask").slice(0, -4)}AAAA`);
  await token.press("Enter");
  await expect(page.getByRole("alert")).toContainText("refuses");
  await expectAccessible(page);
  await token.fill(gateway.token("agent", "ask"));
  await token.press("Enter");
  await expect(page.getByText("Connected")).toBeVisible();
  await page.reload();
  await expect(page.getByText("Connected")).toBeVisible();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(token).toBeVisible();
  await page.reload();
  await expect(token).toBeVisible();
  expect(asked.filter((url) => url.includes(gateway.token("agent", "ask")))).toEqual([]);
});

test("the list tells who waits, and the title how much is unread", async ({ visit, gateway, browser }) => {
  const visitor = await visit(PAGE, { site: "told" });
  const desk = await Desk.sit(await (await browser.newContext()).newPage(), gateway, "told");
  const entry = desk.entry(visitor.agent.conversation);
  await expect(entry).toContainText("On the site");
  await visitor.open();
  await visitor.say("Is anybody there?");
  await visitor.say("Hello?");
  await expect(entry).toContainText("Hello?");
  await expect(entry).toContainText("2 unread messages");
  await expect(entry).toContainText("Waiting");
  await expect(desk.page).toHaveTitle(/^\(2\) /);
  await entry.click();
  await expect(entry).not.toContainText("unread");
  await expect(desk.page).toHaveTitle(/^Visitor /);
  await desk.page.reload();
  await expect(desk.messages.getByText("Hello?")).toBeVisible();
  await desk.input.fill("Yes");
  await desk.input.press("Enter");
  await expect(entry).toContainText("You: Yes");
  await expect(entry).not.toContainText("Waiting");
  await visitor.page.close();
  await expect(entry).toContainText("Not on the site");
  await desk.page.context().close();
});

test("what is written while the connection is gone arrives once it is back, once", async ({ visit, gateway, browser }) => {
  const wire = await Wire.to(gateway.port);
  const visitor = await visit(PAGE);
  const desk = await Desk.sit(await (await browser.newContext()).newPage(), gateway, "ask", wire.url);
  await desk.open(visitor.agent.conversation);
  wire.cut();
  await expect(desk.page.getByText("Connection lost. Trying again…").first()).toBeVisible();
  await desk.input.fill("One");
  await desk.input.press("Enter");
  await desk.button("Local time").click();
  await expect(desk.messages.getByText("Sending…")).toBeVisible();
  await visitor.open();
  await visitor.say("Meanwhile");
  wire.mend();
  await expect(desk.messages.getByText("Meanwhile")).toBeVisible({ timeout: 20_000 });
  await expect(desk.messages.getByText("Sending…")).toBeHidden();
  await expect(desk.messages.getByText("One", { exact: true })).toHaveCount(1);
  const said = (await visitor.agent.events("message")).map(({ data }) => data.text);
  expect(said.filter((text) => text === "One")).toHaveLength(1);
  expect(await visitor.agent.events("infoRequest")).toHaveLength(1);
  await desk.page.context().close();
  await wire.remove();
});

test("a function of the page is chosen and called with values", async ({ visit, gateway, browser }) => {
  const visitor = await visit("visitor-api/page.html", { site: "narrow" });
  const desk = await Desk.sit(await (await browser.newContext()).newPage(), gateway, "narrow");
  await desk.open(visitor.agent.conversation);
  await desk.choose("callVisitorApi");
  const dialog = desk.page.getByRole("dialog");
  const functions = dialog.getByLabel("functionName");
  await expect(functions.getByRole("option")).toHaveText(["Choose…", "double", "later"]);
  await functions.selectOption("double");
  await dialog.getByRole("button", { name: "Add a value" }).click();
  await dialog.getByLabel("Value 1", { exact: true }).fill("21");
  await dialog.getByRole("button", { name: "Run" }).click();
  await expect(dialog.getByRole("region", { name: "Answer" })).toContainText('"result": 42');
  await desk.page.context().close();
});

test("what the site forbids cannot be pressed", async ({ visit, gateway, browser }) => {
  const visitor = await visit(PAGE, { site: "never" });
  const desk = await Desk.sit(await (await browser.newContext()).newPage(), gateway, "never");
  await desk.open(visitor.agent.conversation);
  await desk.page.keyboard.press("Control+k");
  await expect(desk.page.getByRole("option", { name: /initiateCoBrowse/ })).toHaveAttribute("aria-disabled", "true");
  await desk.page.keyboard.press("Escape");
  await expect(desk.button("Request co-browse")).toBeDisabled();
  await desk.page.context().close();
});

test("a conversation that is not there is told of", async ({ page, gateway }) => {
  const desk = await Desk.sit(page, gateway);
  await page.goto(`${gateway.url}/console/?conversation=${"0".repeat(32)}`);
  await expect(desk.page.getByText(/Refused: there is no such conversation/)).toBeVisible();
});

test("the console speaks Norwegian to who reads it", async ({ browser, gateway }) => {
  const context = await browser.newContext({ locale: "nb-NO" });
  const page = await context.newPage();
  await page.goto(`${gateway.url}/console/`);
  await expect(page.getByRole("heading", { name: "Logg inn" })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("lang", "nb");
  await context.close();
});
