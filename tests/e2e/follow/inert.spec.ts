import type { Locator, Page } from "@playwright/test";
import { expect } from "../harness";
import { ABOVE, colour } from "./above";
import { shared } from "./shared";

/** Where the middle of what is drawn is, when the sign stands above all: nothing of it can be used there but by its place. */
async function middle(page: Page, selector: string): Promise<{ x: number; y: number }> {
  const part: Locator = page.locator(`docent-widget:popover-open ${selector}`);
  // It goes to the top once there is no place where it could be used.
  await expect.poll(async () => (await part.boundingBox())?.y ?? Number.POSITIVE_INFINITY).toBeLessThan(200);
  const { x, y, width, height } = (await part.boundingBox()) as NonNullable<Awaited<ReturnType<Locator["boundingBox"]>>>;
  return { x: x + width / 2, y: y + height / 2 };
}

/** Notes what the page hears of the pointer. */
async function listen(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const heard: string[] = [];
    Object.assign(window, { heard });
    for (const type of ["pointerdown", "mousedown", "click"]) document.addEventListener(type, () => heard.push(type), true);
  });
  return () => page.evaluate(() => (window as any).heard);
}

for (const what of ["a modal dialog in a closed shadow root", "a video in fullscreen"] as const) {
  shared(`a click where the button is drawn stops it though ${what} makes it inert`, async ({ page, mirror }) => {
    const heard = await listen(page);
    await ABOVE[what](page);
    const stop = await middle(page, ".stop");
    await page.screenshot({ path: `test-results/screens/inert-${what.replaceAll(" ", "-")}.png` });
    // The sign is seen: its own colour around the button.
    const { x, y, height } = (await page.locator("docent-widget:popover-open .indicator").boundingBox()) as NonNullable<Awaited<ReturnType<Locator["boundingBox"]>>>;
    expect(await colour(page, x + 6, y + height / 2)).toBe("255 255 255");

    // Beside the button the page is its own.
    await page.mouse.click(stop.x, stop.y + 200);
    await expect.poll(heard).toEqual(["pointerdown", "mousedown", "click"]);
    await expect(page.locator("docent-widget:popover-open .stop")).toBeVisible();

    await page.mouse.click(stop.x, stop.y);
    await expect(page.locator("docent-widget #docent-recorder")).toHaveCount(0);
    await expect(page.locator("docent-widget")).toHaveCount(1);
    await expect(mirror.locator("h1")).toHaveCount(0);
    expect(await heard()).toHaveLength(3);
  });
}

shared("what is hidden is shown so too", async ({ page, mirror }) => {
  await expect(mirror.locator("h1")).toBeVisible();
  const heard = await listen(page);
  await ABOVE["a modal dialog in a closed shadow root"](page);
  const { x, y } = await middle(page, ".hidden-parts");
  await page.mouse.click(x, y);
  await expect(page.locator("docent-widget:popover-open .hidden-layer div").first()).toBeVisible();
  expect(await heard()).toEqual([]);
});

shared("a key on what lies below the button is the page's", async ({ page, mirror }) => {
  await expect(mirror.locator("h1")).toBeVisible();
  await ABOVE["a modal dialog in a closed shadow root"](page);
  const { x, y } = await middle(page, ".stop");
  await page.evaluate(
    ([x, y]) => {
      const button = (window as any).above.querySelector("button") as HTMLElement;
      button.style.cssText = `position: fixed; left: ${x! - 5}px; top: ${y! - 5}px; width: 10px; height: 10px; padding: 0`;
      button.onclick = () => button.setAttribute("aria-pressed", "true");
      button.focus();
    },
    [x, y],
  );
  await page.keyboard.press("Enter");
  await expect.poll(() => page.evaluate(() => (window as any).above.querySelector("button").ariaPressed)).toBe("true");
  await expect(page.locator("docent-widget:popover-open .stop")).toBeVisible();
});
