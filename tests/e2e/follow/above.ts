import { expect, type Page } from "@playwright/test";

/** What a page may open above everything, ours too. */
export const ABOVE = {
  "a modal dialog": (page: Page) => openDialog(page, "open"),
  "a modal dialog in a closed shadow root": (page: Page) => openDialog(page, "closed"),
  "a popover": async (page: Page) => {
    await page.evaluate(() => {
      const popover = Object.assign(document.createElement("div"), { id: "above", popover: "manual", textContent: "Our offers" });
      popover.style.cssText = "box-sizing: border-box; width: 100vw; height: 100vh; background: wheat";
      document.body.append(popover);
      popover.showPopover();
    });
  },
  "a video in fullscreen": async (page: Page) => {
    await page.evaluate(() => {
      const video = Object.assign(document.createElement("video"), { id: "above", controls: true });
      video.style.cssText = "background: navy";
      document.body.prepend(video);
      // Whatever is in front: a key is the visitor's leave to fill the screen.
      window.addEventListener("keydown", () => video.requestFullscreen(), { capture: true, once: true });
    });
    await page.keyboard.press("f");
    await expect(page.locator("#above:fullscreen")).toHaveCount(1);
  },
};

async function openDialog(page: Page, mode: ShadowRootMode): Promise<void> {
  await page.evaluate((mode) => {
    const host = Object.assign(document.createElement("section"), { id: "above" });
    const dialog = document.createElement("dialog");
    dialog.style.cssText = "box-sizing: border-box; width: 100vw; height: 100vh; max-width: none; max-height: none; background: wheat";
    dialog.append(Object.assign(document.createElement("button"), { textContent: "Only this" }));
    document.body.append(host);
    host.attachShadow({ mode }).append(dialog);
    dialog.showModal();
    Object.assign(window, { above: dialog });
  }, mode);
}

/** The colour that is seen at a place of the page. */
export async function colour(page: Page, x: number, y: number): Promise<string> {
  const shot = await page.screenshot({ clip: { x, y, width: 1, height: 1 } });
  const drawer = await page.context().newPage();
  const read = await drawer.evaluate(async (url) => {
    const image = await createImageBitmap(await (await fetch(url)).blob());
    const context = new OffscreenCanvas(1, 1).getContext("2d");
    context?.drawImage(image, 0, 0);
    return context?.getImageData(0, 0, 1, 1).data.slice(0, 3).join(" ");
  }, `data:image/png;base64,${shot.toString("base64")}`);
  await drawer.close();
  return read ?? "";
}
