import { connected, expect, test } from "../harness";

const PAGE = "chat/page.html";

test("visitor, agent and bot talk", async ({ visit }) => {
  const visitor = await visit(PAGE);
  await visitor.open();
  await visitor.say("Do you have lamps?");
  await expect
    .poll(async () => (await visitor.agent.events("message")).map(({ from, data }) => [from.role, data.text]))
    .toEqual([["visitor", "Do you have lamps?"]]);
  await expect(visitor.input).toHaveValue("");
  await visitor.agent.say("One. It is yellow.");
  await visitor.agent.bot.say("I am a program, and I agree.");
  await expect(visitor.panel.getByText("One. It is yellow.")).toBeVisible();
  await expect(visitor.panel.getByText("I am a program, and I agree.")).toBeVisible();
});

test("a message is text, whatever it looks like", async ({ visit }) => {
  const visitor = await visit(PAGE);
  await visitor.open();
  const text = "<img src=x onerror=\"window.hurt = 1\"> <b>bold</b> & \u202E gnihtemos";
  await visitor.agent.say(text);
  await expect(visitor.panel.getByText("<b>bold</b>", { exact: false })).toBeVisible();
  expect(await visitor.page.evaluate("window.hurt")).toBeUndefined();
});

test("everything can be done by keyboard, and the focus is where one expects it", async ({ visit }) => {
  const visitor = await visit(PAGE);
  const { keyboard } = visitor.page;
  await visitor.launcher.focus();
  await keyboard.press("Enter");
  await expect(visitor.input).toBeFocused();
  await keyboard.type("First line");
  await keyboard.press("Shift+Enter");
  await keyboard.type("second line");
  await keyboard.press("Enter");
  await expect
    .poll(async () => (await visitor.agent.events("message")).map((event) => event.data.text))
    .toEqual(["First line\nsecond line"]);
  await keyboard.press("Escape");
  await expect(visitor.panel).toBeHidden();
  await expect(visitor.launcher).toBeFocused();
});

test("a prompt is reached and answered by keyboard; the focus comes back", async ({ visit }) => {
  const visitor = await visit(PAGE);
  const { keyboard } = visitor.page;
  await visitor.page.locator("#before").focus();
  const asked = visitor.ask("initiateCoBrowse", { coBrowseState: "requestPermission" });
  await expect(visitor.button("Allow")).toBeVisible();
  for (let i = 0; i < 12; i++) {
    if (await visitor.button("Decline").evaluate((button) => button.matches(":focus"))) break;
    await keyboard.press("Tab");
  }
  await expect(visitor.button("Decline")).toBeFocused();
  await keyboard.press("Enter");
  expect(await asked).toMatchObject({ status: "error|notAllowed" });
  await expect(visitor.part("prompt")).toBeHidden();
});

test("Enter does not send what an input method is still composing", async ({ visit }) => {
  const visitor = await visit(PAGE);
  await visitor.open();
  await visitor.input.fill("にほん");
  await visitor.input.dispatchEvent("keydown", { key: "Enter", isComposing: true });
  await expect(visitor.input).toHaveValue("にほん");
});

test("the history is there after a reload, in order and once", async ({ visit }) => {
  const visitor = await visit(PAGE);
  await visitor.open();
  await visitor.say("mine");
  await expect.poll(async () => (await visitor.agent.events("message")).length).toBe(1);
  await visitor.agent.say("yours");
  await expect(visitor.panel.getByText("yours")).toBeVisible();
  await visitor.page.reload();
  await connected(visitor.page);
  await visitor.open();
  await expect(visitor.panel.getByText("mine")).toHaveCount(1);
  await expect(visitor.panel.getByText("yours")).toHaveCount(1);
  const [mine, yours] = [
    await visitor.panel.getByText("mine").boundingBox(),
    await visitor.panel.getByText("yours").boundingBox(),
  ];
  expect(mine?.y).toBeLessThan(yours?.y ?? 0);
});

test("what was not seen is counted on the launcher, until it is seen", async ({ visit }) => {
  const visitor = await visit(PAGE);
  await visitor.agent.say("one");
  await visitor.agent.say("two");
  await expect(visitor.launcher).toHaveAccessibleName(/2/);
  await expect(visitor.launcher).toContainText("2");
  await visitor.page.reload();
  await connected(visitor.page);
  await expect(visitor.launcher).toHaveAccessibleName(/2/);
  await visitor.open();
  await expect(visitor.launcher).not.toHaveAccessibleName(/2/);
  await visitor.page.reload();
  await connected(visitor.page);
  await expect(visitor.launcher).not.toHaveAccessibleName(/2/);
});

test("who types is shown to the other, and that they stopped", async ({ visit }) => {
  const visitor = await visit(PAGE);
  await visitor.open();
  await visitor.agent.post("typing", { isTyping: true });
  const sign = visitor.panel.getByText(/is typing/);
  await expect(sign).toBeVisible();
  await visitor.agent.post("typing", { isTyping: false });
  await expect(sign).toBeHidden();

  await visitor.input.pressSequentially("Well");
  const typing = async (): Promise<unknown[]> =>
    (await visitor.agent.events("typing")).filter(({ from }) => from.role === "visitor").map(({ data }) => data.isTyping);
  await expect.poll(typing).toEqual([true]);
  await visitor.input.press("Enter");
  await expect.poll(typing).toEqual([true, false]);
});

test("long texts and long words stay inside", async ({ visit }) => {
  const visitor = await visit(PAGE);
  await visitor.open();
  await visitor.agent.say("x".repeat(3000));
  await visitor.agent.say(`${"word ".repeat(800)}the end`);
  await visitor.agent.say("after");
  await expect(visitor.panel.getByText("after", { exact: true })).toBeInViewport();
  const overflow = await visitor.panel.evaluate((panel) =>
    [panel, ...panel.querySelectorAll("*")].some(
      (element) => element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).overflowX !== "visible" && element.tagName !== "TEXTAREA",
    ),
  );
  expect(overflow).toBe(false);
});

test("a conversation that ended says so; the next message begins another", async ({ visit }) => {
  const visitor = await visit(PAGE);
  await visitor.open();
  await visitor.agent.request("/end", { method: "POST" });
  await expect.poll(async () => (await visitor.info()).status).toBe("closed");
  await visitor.say("One more thing");
  await expect.poll(async () => (await visitor.info()).status).toBe("connected");
  expect((await visitor.info()).conversationId).not.toBe(visitor.agent.conversation);
});
