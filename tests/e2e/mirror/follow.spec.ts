import type { Desk } from "../console/desk";
import { connected, expect, test, type Visitor } from "../harness";
import { mirrored, share, sit } from "./meeting";

const PAGE = "mirror/page.html";

test.describe("an agent follows a visitor", () => {
  // Three browsers at work.
  test.slow();
  let visitor: Visitor;
  let desk: Desk;

  test.beforeEach(async ({ visit, gateway, browser }) => {
    visitor = await visit(PAGE);
    desk = await sit(browser, gateway, visitor);
    await share(visitor, desk);
  });

  test.afterEach(async () => {
    await desk.page.context().close();
  });

  test("what the visitor sees is what the agent sees; what is typed is masked", async () => {
    const seen = mirrored(desk.page);
    await expect(seen.getByText("A mug for the morning")).toBeVisible();
    // Beside the page there is less room for the list, and nothing stands out of it.
    expect(await desk.page.locator(".inbox-head").evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);
    await visitor.page.getByRole("button", { name: "Add a line" }).click();
    await expect(seen.getByText("Line 1")).toBeVisible();
    await expect(desk.page.locator(".glass .pointer")).toBeVisible();
    await visitor.page.getByLabel("Name").fill("Canary Smith");
    const field = seen.locator("#name");
    await expect(field).not.toHaveValue("");
    await expect(field).not.toHaveValue(/Canary|Smith/);
    await expect(desk.page.locator(".glass .box.focus")).toBeVisible();
    await expect(desk.page.locator(".glass .box.caret")).toBeVisible();
    await visitor.page.getByLabel("Colour").selectOption("Blue");
    await visitor.page.getByLabel("Gift").check();
    await visitor.page.evaluate(() => scrollTo(0, 600));
    await expect.poll(() => seen.locator("html").evaluate((html) => html.ownerDocument.defaultView?.scrollY)).toBe(600);
    expect(await seen.locator("body").evaluate((body) => body.ownerDocument.documentElement.outerHTML)).not.toMatch(/Canary|Smith|Blue"? selected/);
  });

  test("whether the visitor prefers dark colours is what the mirror goes by", async () => {
    const frame = desk.page.locator(".mirror-frame:not(.coming)");
    await expect(frame).toHaveCSS("color-scheme", "light");
    await visitor.page.emulateMedia({ colorScheme: "dark" });
    await expect(frame).toHaveCSS("color-scheme", "dark");
    await visitor.page.emulateMedia({ colorScheme: "light" });
    await expect(frame).toHaveCSS("color-scheme", "light");
  });

  test("what is pointed at in the mirror is highlighted on the visitor's page", async () => {
    await desk.button("Point").click();
    await desk.page.getByRole("textbox", { name: "Label" }).fill("Press here");
    const box = await mirrored(desk.page).getByRole("button", { name: "Buy" }).nth(1).boundingBox();
    await desk.page.mouse.click(box!.x + box!.width / 2, box!.y + box!.height / 2);
    await expect(visitor.part("highlight-label")).toHaveText("Press here");
    const square = await visitor.part("highlight-square").boundingBox();
    const meant = await visitor.page.getByRole("button", { name: "Buy" }).nth(1).boundingBox();
    expect(Math.abs(square!.x + square!.width / 2 - (meant!.x + meant!.width / 2))).toBeLessThan(4);
    expect(Math.abs(square!.y + square!.height / 2 - (meant!.y + meant!.height / 2))).toBeLessThan(4);
  });

  test("the mirror follows a navigation and a reload, and ends when the visitor says so", async () => {
    const seen = mirrored(desk.page);
    await visitor.page.getByRole("link", { name: "Help" }).click();
    await expect(seen.getByRole("heading", { name: "Help" })).toBeVisible();
    await visitor.page.reload();
    await connected(visitor.page);
    await visitor.page.evaluate(() => (document.querySelector("h1")!.textContent = "After the reload"));
    await expect(seen.getByRole("heading", { name: "After the reload" })).toBeVisible();

    await visitor.button("Stop sharing").click();
    await expect(desk.page.getByText("The visitor does not share the page")).toBeVisible();
    await expect(desk.page.locator(".mirror-frame")).toHaveCount(0);
  });

  test("a second agent sees the same, and the first goes on", async ({ browser, gateway }) => {
    const other = await sit(browser, gateway, visitor);
    await expect(mirrored(other.page).getByRole("heading", { name: "Mugs and pots" })).toBeVisible();
    await visitor.page.getByRole("button", { name: "Add a line" }).click();
    for (const { page } of [desk, other]) await expect(mirrored(page).getByText("Line 1")).toBeVisible();
    await other.page.context().close();
    await visitor.page.getByRole("button", { name: "Add a line" }).click();
    await expect(mirrored(desk.page).getByText("Line 2")).toBeVisible();
  });
});
