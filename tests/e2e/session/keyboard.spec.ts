import { expect, test } from "../harness";
import { clear, desk, focused, present, visitors } from "./office";

test.beforeEach(({ gateway }) => {
  test.slow();
  return clear(gateway);
});

test("a visitor without a mouse gets from the form to the rating", async ({ visit, gateway, page }) => {
  const texts = visitors("en");
  await present(gateway, true);
  await desk(gateway, "POST", "/faq", { question: "Do you gift wrap?", answer: "We do, for free." });
  const visitor = await visit("session/en.html", { site: "desk" });
  const { widget, agent } = visitor;
  /** Tabs until what is sought has the focus. */
  const reach = async (name: string): Promise<void> => {
    const sought = new RegExp(name);
    for (let step = 0; step < 15 && !sought.test(await focused(page)); step++) await page.keyboard.press("Tab");
    expect(await focused(page)).toMatch(sought);
  };
  await reach("Chat");
  await page.keyboard.press("Enter");
  await expect(widget.getByRole("form", { name: texts.preChat })).toBeVisible();
  await reach("docent-preChat-name");
  await page.keyboard.type("Kari");
  await reach(texts.start!);
  await page.keyboard.press("Space");
  await expect(widget.getByText(texts.faq!)).toBeVisible();
  await expect(visitor.input, "the form is gone, and the visitor is where one writes").toBeFocused();
  await page.keyboard.type("gift wrapping?");
  await page.keyboard.press("Enter");
  await expect(widget.getByText(texts.helped!)).toBeVisible();
  await page.keyboard.press("Shift+Tab");
  expect(await focused(page)).toContain(texts.no);
  await page.keyboard.press("Enter");
  await expect(widget.getByRole("status").filter({ hasText: texts.place!.replace("#", "1") })).toBeVisible();
  await expect(visitor.input).toBeFocused();
  await desk(gateway, "POST", `/conversation/${agent.conversation}/session/pickup`, {});
  await expect(widget.getByRole("status").filter({ hasText: texts.talking!.replace("#", "the-agent") })).toBeVisible();
  await page.keyboard.press("Shift+Tab");
  expect(await focused(page)).toContain(texts.end);
  await page.keyboard.press("Enter");
  const after = widget.getByRole("form", { name: texts.postChat });
  await expect(after.getByRole("radio", { name: "1" })).toBeFocused();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await expect(after.getByRole("radio", { name: "3" })).toBeChecked();
  await reach(texts.rate!);
  await page.keyboard.press("Enter");
  await expect(widget.getByText(texts.over!)).toBeVisible();
});
