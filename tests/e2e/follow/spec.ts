import { Desk } from "../console/desk";
import { connected, expect } from "../harness";
import { seen, shared } from "./shared";

shared("the agent sees the page, what changes and what is typed, masked", async ({ page, mirror }) => {
  await page.evaluate(() => {
    const heading = document.querySelector("h1");
    if (heading) heading.textContent = "Changed by the page";
  });
  await expect(mirror.getByRole("heading", { name: "Changed by the page" })).toBeVisible();
  const field = page.locator("form input[type=text], form input:not([type])").first();
  await field.fill("Ada Lovelace");
  await expect(mirror.locator("form input[type=text], form input:not([type])").first()).toHaveValue("••••••");
});

shared("what a canvas shows is seen, as large as it is", async ({ page, mirror }) => {
  await page.evaluate(() => {
    const canvas = Object.assign(document.createElement("canvas"), { id: "drawn", width: 240, height: 60 });
    const context = canvas.getContext("2d");
    context?.fillRect(20, 10, 200, 40);
    document.body.prepend(canvas);
  });
  const canvas = mirror.locator("#drawn");
  await expect(canvas).toHaveCSS("content", /^url\("blob:/, { timeout: 15_000 });
  const { width, height } = await canvas.evaluate((element) => element.getBoundingClientRect().toJSON());
  const own = await page.locator("#drawn").evaluate((element) => element.getBoundingClientRect().toJSON());
  expect([width, height]).toEqual([own.width, own.height]);
});

shared("the mirror follows a reload and a navigation", async ({ page, gateway, mirror }) => {
  await page.reload();
  await connected(page);
  await expect(page.getByText("Seen by the-agent")).toBeVisible();
  await page.goto(`${gateway.url}/help.html`);
  const heading = (await page.locator("h1").textContent()) ?? "";
  await expect(mirror.getByRole("heading", { name: heading })).toBeVisible();
});

shared("the visitor sees who watches and what is hidden, and ends it: nothing is recorded then", async ({ page, mirror }) => {
  await expect(page.getByText("Seen by the-agent")).toBeVisible();
  const button = page.getByRole("button", { name: "Show what is hidden" });
  await button.click();
  await expect(button).toHaveAttribute("aria-pressed", "true");
  await expect(page.locator("docent-widget .hidden-layer div").nth(2)).toBeVisible();
  await expect(page.getByText(/^Hidden from the agent: \d+$/)).toBeVisible();
  await button.press("Enter");
  await expect(button).toHaveAttribute("aria-pressed", "false");
  await expect(page.locator("docent-widget .hidden-layer")).toBeHidden();
  await button.press("Enter");
  await expect(page.locator("docent-widget .hidden-layer div").nth(2)).toBeVisible();
  await page.getByRole("button", { name: "Stop sharing" }).click();
  await expect(page.locator("docent-widget #docent-recorder")).toHaveCount(0);
  await expect(page.locator("docent-widget .hidden-layer")).toHaveCount(0);
  await expect(mirror.getByRole("heading")).toHaveCount(0);
});

shared("a region that the site names pauses the mirror, and both sides are told", async ({ page, desk, mirror }) => {
  await page.evaluate(() => {
    const region = Object.assign(document.createElement("section"), { id: "secret", textContent: "Nobody's business" });
    region.setAttribute("data-docent-pause", "");
    document.body.append(region);
  });
  await expect(desk.page.getByText("The site does not let this page be seen.")).toBeVisible();
  await expect(page.getByText("Paused: this page is hidden from the agent")).toBeVisible();
  await expect(mirror.getByRole("heading")).toHaveCount(0);
  await expect(mirror.getByText("Nobody's business")).toHaveCount(0);
  await page.evaluate(() => document.querySelector("#secret")?.remove());
  await expect(page.getByText("Seen by the-agent")).toBeVisible();
  await expect(mirror.getByRole("heading").first()).toBeVisible();
});

shared("the visitor sees where the agent points", async ({ page, desk }) => {
  await desk.button("Laser").click();
  const box = await desk.page.locator(".mirror-frame:not(.coming)").boundingBox();
  if (!box) throw new Error("there is no mirror");
  await desk.page.mouse.move(box.x + 60, box.y + 60);
  await desk.page.mouse.move(box.x + 80, box.y + 80);
  await expect(page.locator("docent-widget .laser")).toBeVisible();
});

shared("a second agent sees it too, and the visitor hears of both", async ({ page, browser, gateway, mirror }) => {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, locale: "en-GB" });
  const second = await Desk.sit(await context.newPage(), gateway, "demo");
  await second.open(await page.evaluate(() => (window as any).pzl.info.conversationId));
  const theirs = seen(second);
  await expect(theirs.getByRole("heading").first()).toBeVisible();
  await expect(page.getByText("Seen by the-agent, the-agent (2)")).toBeVisible();
  await page.evaluate(() => document.body.prepend(Object.assign(document.createElement("h2"), { textContent: "For both" })));
  for (const one of [mirror, theirs]) await expect(one.getByRole("heading", { name: "For both" })).toBeVisible();
  await context.close();
});
