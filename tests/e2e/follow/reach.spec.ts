import type { Page } from "@playwright/test";
import { expect, expectAccessible } from "../harness";
import { Agent } from "../harness/agent";
import { shared } from "./shared";

/** What a page may put above everything. */
const ABOVE = {
  "a modal dialog": () => {
    const dialog = Object.assign(document.createElement("dialog"), { id: "above" });
    dialog.setAttribute("aria-label", "Above");
    dialog.append(Object.assign(document.createElement("button"), { textContent: "Only this" }));
    document.body.append(dialog);
    dialog.showModal();
  },
  "a modal dialog in a shadow root, one above another": () => {
    for (const id of ["below", "above"]) {
      const host = document.body.appendChild(Object.assign(document.createElement("section"), { id }));
      const root = host.attachShadow({ mode: "open" });
      root.append(Object.assign(document.createElement("dialog"), { textContent: id }));
      root.querySelector("dialog")?.showModal();
    }
  },
  "a popover over all": () => {
    const popover = Object.assign(document.createElement("div"), { id: "above", popover: "manual", textContent: "Only this" });
    popover.style.cssText = "inset: 0; width: auto; height: auto; background: wheat";
    document.body.append(popover);
    popover.showPopover();
  },
};

const stop = (page: Page) => page.getByRole("button", { name: "Stop sharing" });

/** Waits until a click on the button would come there. Tried as often as it takes, without a click. */
async function inReach(page: Page): Promise<void> {
  await stop(page).click({ trial: true });
}

const WAYS = {
  "a modal dialog": ["mouse", "keyboard", "shortcut"],
  "a modal dialog in a shadow root, one above another": ["keyboard"],
  "a popover over all": ["mouse"],
};

for (const [what, ways] of Object.entries(WAYS) as [keyof typeof ABOVE, string[]][]) {
  for (const way of ways) {
    shared(`the visitor stops it by ${way} though the page has opened ${what}`, async ({ page, mirror }) => {
      await page.evaluate(ABOVE[what]);
      await inReach(page);
      if (way === "mouse") await stop(page).click();
      else if (way === "shortcut") await page.keyboard.press("Alt+Shift+S");
      else {
        const isThere = () => stop(page).evaluate((button) => (button.getRootNode() as ShadowRoot).activeElement === button);
        for (let tabs = 0; tabs < 40 && !(await isThere()); tabs++) await page.keyboard.press("Tab");
        await page.keyboard.press("Enter");
      }
      await expect(page.locator("docent-widget #docent-recorder")).toHaveCount(0);
      await expect(page.locator("docent-widget")).toHaveCount(1);
      await expect(mirror.locator("h1")).toHaveCount(0);
    });
  }
}

shared("in fullscreen too", async ({ page, mirror }) => {
  await page.evaluate(() => {
    const part = Object.assign(document.createElement("section"), { id: "above", textContent: "Whole" });
    part.addEventListener("click", () => part.requestFullscreen());
    document.body.prepend(part);
  });
  await page.locator("#above").click();
  await expect(page.locator("#above:fullscreen")).toHaveCount(1);
  await inReach(page);
  await stop(page).click();
  await expect(mirror.locator("h1")).toHaveCount(0);
});

shared("what stands in a dialog is as accessible as it is in the widget", async ({ page, mirror }) => {
  // The check alone takes a while.
  shared.slow();
  await expect(mirror.locator("h1")).toBeVisible();
  await page.evaluate(ABOVE["a modal dialog"]);
  await inReach(page);
  await page.screenshot({ path: "test-results/screens/reach-dialog.png" });
  await expectAccessible(page, { of: "#above" });
});

shared("a dialog has the sign as long as it is open, and neither hears of it nor loses the focus to it", async ({ page, mirror }) => {
  await page.evaluate(ABOVE["a modal dialog"]);
  await page.evaluate(() => {
    const dialog = document.querySelector("#above") as HTMLDialogElement;
    Object.assign(window, { heard: [] });
    for (const type of ["click", "mousedown", "pointerdown", "keydown"]) dialog.addEventListener(type, (event) => (window as any).heard.push(event.type));
  });
  await inReach(page);
  // What is hidden is shown above the dialog too.
  const button = page.getByRole("button", { name: "Show what is hidden" });
  await button.click();
  await expect(page.locator("#above docent-widget .hidden-layer div").first()).toBeVisible();
  await button.press("Enter");
  expect(await page.evaluate(() => (window as any).heard)).toEqual([]);
  // The mirror has no more of it than of the widget.
  await expect(mirror.locator("#above button")).toHaveText("Only this");
  expect(await mirror.locator("#above > *").count()).toBe(1);

  // The page writes the dialog anew.
  await page.evaluate(() => document.querySelector("#above")?.replaceChildren(Object.assign(document.createElement("button"), { textContent: "Anew" })));
  await inReach(page);
  await expect(page.locator("#above docent-widget")).toHaveCount(1);

  await page.evaluate(() => (document.querySelector("#above") as HTMLDialogElement).close());
  await inReach(page);
  await expect(page.locator("docent-widget")).toHaveCount(1);

  await page.evaluate(() => (document.querySelector("#above") as HTMLDialogElement).showModal());
  await inReach(page);
  await stop(page).click();
  await expect(mirror.locator("h1")).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Anew" })).toBeFocused();
  expect(await page.evaluate(() => (window as any).heard)).toEqual([]);
});

shared("a question of ours above a dialog of the page's has the sign with it", async ({ page, gateway, mirror }) => {
  await page.evaluate(ABOVE["a modal dialog"]);
  await expect(page.locator("#above docent-widget")).toHaveCount(1);
  const conversation = await page.evaluate(() => (window as any).pzl.info.conversationId);
  await new Agent(gateway, conversation, "demo").send("navigateTo", { url: "/help.html" });
  await expect(page.getByRole("button", { name: "Stay" })).toBeEnabled();
  await inReach(page);
  await expect(page.locator("docent-widget")).toHaveCount(1);
  await page.getByRole("button", { name: "Stay" }).click();
  await expect(page.locator("#above docent-widget")).toHaveCount(1);
  await stop(page).click();
  await expect(mirror.locator("h1")).toHaveCount(0);
});
