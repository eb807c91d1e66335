import { connected, expect, test, Visitor } from "../harness";

test("the surface is what the contract says, and nothing else is added to the page", async ({ visit, pages }) => {
  const visitor = await visit("pzl/page.html");
  const { page } = visitor;
  const bare = await page.context().newPage();
  await bare.goto(pages.url("pzl/bare.html"));
  const usual = new Set(await bare.evaluate(() => Object.getOwnPropertyNames(window)));
  await bare.close();
  const added = await page.evaluate(() => Object.getOwnPropertyNames(window));
  expect(added.filter((name) => !usual.has(name))).toEqual(["pzl"]);

  const surface = await page.evaluate(() => {
    const { pzl } = window as any;
    return { names: Object.keys(pzl).sort(), api: Object.keys(pzl.api).sort(), version: pzl.version, info: pzl.info };
  });
  expect(surface.names).toEqual(["api", "coBrowse", "destroy", "info", "on", "push", "version"]);
  expect(surface.api).toEqual(["close", "open", "setClaims", "showInteraction", "triggerRule"]);
  expect(surface.version).toMatch(/^\d+\.\d+\.\d+/);
  expect(surface.info).toEqual({
    conversationId: visitor.agent.conversation,
    status: "connected",
    coBrowseState: "disabled",
    chatInputDisabled: false,
  });
});

test("ready is told at once, and again to who comes late; a listener can leave", async ({ visit }) => {
  const visitor = await visit("pzl/page.html");
  await visitor.page.evaluate(() => {
    const heard: unknown[] = ((window as any).heard = []);
    const { pzl } = window as any;
    pzl.on("ready", () => heard.push("ready"));
    pzl.on("message", () => {
      throw new Error("a listener's own");
    });
    const leave = pzl.on("message", (message: any) => heard.push(message.text));
    pzl.on("message", (message: any) => message.text === "two" && leave());
    pzl.on("info", (info: any) => heard.push(info.chatInputDisabled));
  });
  await visitor.agent.say("one");
  await visitor.agent.say("two");
  await visitor.agent.say("three");
  await visitor.ask("disableChatInput", { value: true });
  expect(await visitor.page.evaluate("heard")).toEqual(["ready", "one", "two", true]);
});

test("pzl:ready is an event of the window, and of it alone", async ({ page, pages }) => {
  await page.addInitScript(() => {
    (window as any).heard = [];
    addEventListener("pzl:ready", (event) => (window as any).heard.push((event as CustomEvent).detail));
  });
  await page.goto(pages.url("pzl/page.html"));
  await connected(page);
  await expect.poll(() => page.evaluate("heard.length")).toBe(1);
  expect(await page.evaluate("JSON.stringify(heard)")).not.toMatch(/token|eyJ/i);
});

test("what a site queued before the loader is called in order, and a failure of its own is its own", async ({ visit }) => {
  const visitor = await visit("pzl/array.html");
  await expect(visitor.panel).toBeVisible();
  expect(await visitor.page.evaluate("calls")).toEqual([
    expect.stringMatching(/starting|connected/),
    "opened",
    expect.stringContaining("the site's own"),
    "last",
  ]);
  await visitor.page.evaluate("pzl.push(() => calls.push('at once'))");
  expect(await visitor.page.evaluate("calls.at(-1)")).toBe("at once");
});

test("what the page calls while the runtime is on its way is done when it is there", async ({ page, pages, gateway }) => {
  let release = (): void => undefined;
  const held = new Promise<void>((done) => (release = done));
  await page.route(/\.wasm$/, async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(pages.url("pzl/page.html"));
  await page.waitForFunction("window.pzl");
  expect(await page.evaluate("pzl.info.status")).toBe("starting");
  await page.evaluate("pzl.on('open', () => (window.opened = true)); pzl.api.open(); pzl.api.setClaims({ name: 'Ada' })");
  expect(await page.evaluate("window.opened")).toBeUndefined();
  release();
  const id = await connected(page);
  await expect.poll(() => page.evaluate("window.opened")).toBe(true);
  const visitor = await Visitor.meet(page, gateway, "ask");
  expect(visitor.agent.conversation).toBe(id);
  await expect
    .poll(async () => (await visitor.agent.events("visitorEvent")).map((event) => event.data))
    .toContainEqual(expect.objectContaining({ type: "claimsChanged", claims: { name: "Ada" } }));
});

test("a pzl of the site's own stays the site's; three tags are one", async ({ visit }) => {
  const visitor = await visit("pzl/taken.html");
  const { page } = visitor;
  expect(await page.evaluate("window.pzl === mine && pzl.api === myApi && mine.keep.me")).toBe(true);
  expect(await page.evaluate("pzl.api.open()")).toBe("the site's own");
  expect(await visitor.ask("callVisitorApi", { functionName: "basket" })).toMatchObject({ result: ["lamp"] });
  await expect(visitor.widget).toHaveCount(1);
  await expect(visitor.panel).toBeVisible();
  expect(await page.evaluate("calls")).toEqual(["ready"]);
  const asked = (await visitor.agent.events("visitorEvent")).filter((event) => event.data.type === "interactionRequested");
  expect(asked).toHaveLength(1);

  await page.evaluate("pzl.destroy()");
  expect(await page.evaluate("Object.keys(mine).sort()")).toEqual(["api", "keep", "q"]);
  expect(await page.evaluate("Object.keys(myApi)")).toEqual(["open", "basket"]);
  expect(await page.evaluate("window.pzl === mine && mine.q.hasOwnProperty('push')")).toBe(false);
});

test("an element of that name is no queue", async ({ visit }) => {
  const visitor = await visit("pzl/element.html");
  await visitor.page.evaluate("pzl.api.open()");
  await expect(visitor.panel).toBeVisible();
});

test("pzl.api tells agents what the page wants told", async ({ visit }) => {
  const visitor = await visit("pzl/page.html");
  await visitor.page.evaluate("pzl.api.setClaims({ name: 'Ada' }); pzl.api.triggerRule('idle')");
  const facts = async (): Promise<unknown[]> => (await visitor.agent.events("visitorEvent")).map((event) => event.data);
  await expect.poll(facts).toContainEqual(expect.objectContaining({ type: "claimsChanged", claims: { name: "Ada" } }));
  await expect.poll(facts).toContainEqual(expect.objectContaining({ type: "ruleTriggered", name: "idle" }));
  await visitor.page.evaluate("pzl.api.open()");
  await expect(visitor.panel).toBeVisible();
  await visitor.page.evaluate("pzl.api.close()");
  await expect(visitor.panel).toBeHidden();
});

test("the demo's shop keeps its functions beside ours", async ({ page, gateway }) => {
  await page.goto(`${gateway.url}/`);
  const visitor = await Visitor.meet(page, gateway, "demo");
  const answer = await visitor.ask("callVisitorApi", { functionName: "addToBasket", args: ["mug", 2] });
  expect(answer).toMatchObject({ status: "success", result: { total: 48 } });
  await expect(page.locator("#basket-count")).toHaveText("2");
  const wrong = await visitor.ask("callVisitorApi", { functionName: "applyVoucher", args: ["nope"] });
  expect(wrong).toMatchObject({ status: "error|executionError" });
  expect(await visitor.ask("highlightDom", { selector: '//button[@id="buy"]', label: "This one" })).toMatchObject({
    status: "success",
  });
});
