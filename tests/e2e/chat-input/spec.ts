import { connected, expect, test, type Visitor } from "../harness";

const PAGE = "chat-input/page.html";

async function expectOff(visitor: Visitor): Promise<void> {
  await expect(visitor.input).not.toBeEditable();
  await expect(visitor.input).toHaveAccessibleDescription(/\S/);
  await expect(visitor.button("Send")).toBeDisabled();
}

test("the input is off, whatever the visitor tries", async ({ visit }) => {
  const visitor = await visit(PAGE);
  await visitor.open();
  const answer = await visitor.ask("disableChatInput", { value: true });
  expect(answer).toMatchObject({ type: "disableChatInput", status: "success", value: true });
  await expectOff(visitor);
  await visitor.input.focus().catch(() => undefined);
  await visitor.page.keyboard.type("typed");
  await visitor.page.keyboard.insertText("pasted");
  await visitor.page.keyboard.press("Enter");
  await expect(visitor.input).toHaveValue("");
  await visitor.button("Send").click({ force: true });
  expect(await visitor.agent.events("message")).toEqual([]);
});

test("it is on again when told so", async ({ visit }) => {
  const visitor = await visit(PAGE);
  await visitor.ask("disableChatInput", { value: true });
  const answer = await visitor.ask("disableChatInput", { value: false });
  expect(answer).toMatchObject({ status: "success", value: false });
  await visitor.open();
  await visitor.say("I am back");
  await expect.poll(async () => (await visitor.agent.events("message")).length).toBe(1);
});

test("it stays off over a reload and in another tab, until told otherwise", async ({ visit, context }) => {
  const visitor = await visit(PAGE);
  await visitor.ask("disableChatInput", { value: true });
  await visitor.page.reload();
  await connected(visitor.page);
  expect(await visitor.info()).toMatchObject({ chatInputDisabled: true });
  await visitor.open();
  await expectOff(visitor);

  const other = await visit(PAGE, { page: await context.newPage() });
  await other.open();
  await expectOff(other);
  await other.ask("disableChatInput", { value: false });
  await expect(other.input).toBeEditable();
  await expect(visitor.input).toBeEditable();
});

test("what was typed before is not lost", async ({ visit }) => {
  const visitor = await visit(PAGE);
  await visitor.open();
  await visitor.input.fill("half a sentence");
  await visitor.ask("disableChatInput", { value: true });
  await visitor.ask("disableChatInput", { value: false });
  await expect(visitor.input).toHaveValue("half a sentence");
});

for (const [what, params] of [
  ["is missing", {}],
  ["is no boolean", { value: "yes" }],
] as const) {
  test(`a value that ${what} is an error that names it`, async ({ visit }) => {
    const answer = await (await visit(PAGE)).ask("disableChatInput", params);
    expect(answer.status).toBe("error");
    expect(answer.message).toContain("value");
  });
}
