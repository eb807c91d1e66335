import type { Page } from "@playwright/test";
import { expect, test, type Data, type Visitor } from "../harness";
import { ABOVE, colour } from "./above";

const PAGE = "co-browse/page.html";

const ask = (visitor: Visitor): Promise<Data> => visitor.ask("initiateCoBrowse", { coBrowseState: "requestPermission" });

/** Waits until the question is seen and has the focus, and a click on its buttons would come there. */
async function isAsked(visitor: Visitor): Promise<void> {
  const prompt = visitor.part("prompt");
  await expect
    .poll(async () => {
      const box = await prompt.boundingBox();
      return box && colour(visitor.page, box.x + 12, box.y + box.height / 2);
    })
    .toBe("255 255 255");
  await visitor.button("Decline").click({ trial: true });
  await expect(prompt).toBeFocused();
}

const WAYS = {
  mouse: (visitor: Visitor) => visitor.button("Allow").click(),
  keyboard: async ({ page }: Visitor) => {
    for (const key of ["Tab", "Tab", "Enter"]) await page.keyboard.press(key);
  },
  Escape: ({ page }: Visitor) => page.keyboard.press("Escape"),
};

const ANSWERS = { mouse: "success", keyboard: "success", Escape: "error|notAllowed" };

/** The dialog's button, in whatever root. */
const hasFocus = (page: Page) => page.evaluate(() => (window as any).above.matches(":focus-within"));

for (const [what, open] of Object.entries(ABOVE)) {
  const takesFocus = what.includes("dialog");
  for (const way of ["mouse", "keyboard", "Escape"] as const) {
    // Escape is also how a visitor leaves fullscreen.
    if (way === "Escape" && what === "a video in fullscreen") continue;

    test(`the visitor answers by ${way} though the page opens ${what} meanwhile`, async ({ visit }) => {
      const visitor = await visit(PAGE);
      const answer = ask(visitor);
      await isAsked(visitor);
      await open(visitor.page);
      await isAsked(visitor);
      await visitor.page.screenshot({ path: `test-results/screens/question-${what.replaceAll(" ", "-")}.png` });
      await WAYS[way](visitor);
      expect(await answer).toMatchObject({ status: ANSWERS[way] });
      await expect(visitor.part("prompt")).toBeHidden();
      if (way === "mouse" && takesFocus) await expect.poll(() => hasFocus(visitor.page)).toBe(true);
    });
  }

  test(`the visitor is asked above ${what}`, async ({ visit }) => {
    const visitor = await visit(PAGE);
    await open(visitor.page);
    const answer = ask(visitor);
    await isAsked(visitor);
    await WAYS.mouse(visitor);
    expect(await answer).toMatchObject({ status: "success" });
    if (takesFocus) expect(await hasFocus(visitor.page)).toBe(true);
  });
}

test("with a page that insists it does not fight, and waits", async ({ visit }) => {
  const visitor = await visit(PAGE);
  const { page } = visitor;
  const answer = ask(visitor);
  await isAsked(visitor);
  await ABOVE["a modal dialog"](page);
  await page.evaluate(() => {
    const dialog = (window as any).above as HTMLDialogElement;
    const host = document.querySelector("#above");
    let times = 0;
    const insists = setInterval(() => {
      if (document.activeElement === host) return;
      times++;
      dialog.close();
      dialog.showModal();
    }, 10);
    Object.assign(window, { times: () => times, relent: () => clearInterval(insists) });
  });
  await expect.poll(() => page.evaluate(() => (window as any).times())).toBe(9);
  // As long as it comes up again and again it takes no answer.
  await expect(visitor.part("prompt").locator(".no")).toBeEnabled();
  expect(await page.evaluate(() => (window as any).times())).toBe(9);
  await page.evaluate(() => {
    (window as any).relent();
    (window as any).above.close();
  });
  await visitor.button("Decline").click();
  expect(await answer).toMatchObject({ status: "error|notAllowed" });
});
