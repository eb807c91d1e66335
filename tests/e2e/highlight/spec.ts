import type { Locator } from "@playwright/test";
import { expect, test, type Visitor } from "../harness";

const PAGE = "highlight/page.html";
const BUY = '//button[@id="buy"]';
/** How far the square may stand from what it is drawn round, in pixels. */
const NEAR = 12;

async function highlight(visitor: Visitor, params: object): Promise<void> {
  expect(await visitor.ask("highlightDom", params)).toMatchObject({ type: "highlightDom", status: "success" });
}

async function expectRound(visitor: Visitor, target: Locator): Promise<void> {
  await expect(async () => {
    const square = await visitor.part("highlight-square").boundingBox();
    const wanted = await target.boundingBox();
    if (!square || !wanted) throw new Error("not drawn");
    expect(Math.abs(square.x - wanted.x)).toBeLessThan(NEAR);
    expect(Math.abs(square.y - wanted.y)).toBeLessThan(NEAR);
    expect(Math.abs(square.width - wanted.width)).toBeLessThan(2 * NEAR);
    expect(Math.abs(square.height - wanted.height)).toBeLessThan(2 * NEAR);
  }).toPass({ timeout: 3000 });
}

async function colour(part: Locator, property: string): Promise<string> {
  return part.evaluate((element, name) => getComputedStyle(element).getPropertyValue(name), property);
}

test("a square is drawn round the element, with the label beside it as plain text", async ({ visit }) => {
  const visitor = await visit(PAGE);
  await highlight(visitor, { selector: BUY, label: "<b>Press</b> here" });
  await expectRound(visitor, visitor.page.locator("#buy"));
  await expect(visitor.part("highlight-label")).toHaveText("<b>Press</b> here");
});

test("the colours default to yellow, red and black", async ({ visit }) => {
  const visitor = await visit(PAGE);
  await highlight(visitor, { selector: BUY, label: "Here" });
  const label = visitor.part("highlight-label");
  expect(await colour(label, "background-color")).toBe("rgb(255, 255, 0)");
  expect(await colour(label, "color")).toBe("rgb(0, 0, 0)");
  const square = visitor.part("highlight-square");
  expect([await colour(square, "border-top-color"), await colour(square, "outline-color")]).toContain("rgb(255, 0, 0)");
});

test("the colours can be given", async ({ visit }) => {
  const visitor = await visit(PAGE);
  const colors = { background: "rgb(1, 2, 3)", square: "#040506", label: "white" };
  await highlight(visitor, { selector: BUY, label: "Here", colors });
  const label = visitor.part("highlight-label");
  expect(await colour(label, "background-color")).toBe("rgb(1, 2, 3)");
  expect(await colour(label, "color")).toBe("rgb(255, 255, 255)");
  const square = visitor.part("highlight-square");
  expect([await colour(square, "border-top-color"), await colour(square, "outline-color")]).toContain("rgb(4, 5, 6)");
});

for (const [name, params] of [
  ["square", { selector: BUY, colors: { square: "reddish" } }],
  ["background", { selector: BUY, colors: { background: "red; position: fixed" } }],
  ["label", { selector: BUY, colors: { label: "url(https://example.com/)" } }],
  ["width", { selector: "", rect: { top: 1, left: 1, width: "wide", height: 1 } }],
  ["height", { selector: "", rect: { top: 1, left: 1, width: 1 } }],
  ["selector", {}],
] as const) {
  test(`what CSS does not take, or what is missing, is an error that names it: ${name}`, async ({ visit }) => {
    const visitor = await visit(PAGE);
    const answer = await visitor.ask("highlightDom", params);
    expect(answer.status).toBe("error");
    expect(answer.message).toContain(name);
    await expect(visitor.part("highlight-square")).toBeHidden();
  });
}

for (const selector of ["", "//nothing", "//*[", "count(//p)", "'text'", "//button/@nothing", "a:b"]) {
  test(`no selector: ${JSON.stringify(selector)}`, async ({ visit }) => {
    const answer = await (await visit(PAGE)).ask("highlightDom", { selector });
    expect(answer).toMatchObject({ status: "error|invalidSelector" });
  });
}

test("the first match in document order is taken", async ({ visit }) => {
  const visitor = await visit(PAGE);
  await highlight(visitor, { selector: '//*[@id="far"] | //*[@id="buy"]' });
  await expectRound(visitor, visitor.page.locator("#buy"));
});

test("a text node highlights its text, an attribute its element", async ({ visit }) => {
  const visitor = await visit(PAGE);
  await highlight(visitor, { selector: "//h1/em/text()" });
  await expectRound(visitor, visitor.page.locator("em"));
  await highlight(visitor, { selector: "//a/@title" });
  await expectRound(visitor, visitor.page.locator("#anchor"));
});

test("what is out of sight is scrolled into view; the square follows scrolling", async ({ visit }) => {
  const visitor = await visit(PAGE);
  await highlight(visitor, { selector: '//*[@id="far"]', label: "Here" });
  await expect(visitor.page.locator("#far")).toBeInViewport();
  await expectRound(visitor, visitor.page.locator("#far"));
  await visitor.page.mouse.wheel(0, -40);
  await expectRound(visitor, visitor.page.locator("#far"));
});

test("the square follows inner scrolling, layout, animation and resize", async ({ visit }) => {
  const visitor = await visit(PAGE);
  const moving = visitor.page.locator("#moving");
  await highlight(visitor, { selector: '//*[@id="moving"]' });
  await visitor.page.locator("#frame").evaluate((frame) => (frame.scrollTop = 15));
  await expectRound(visitor, moving);
  await moving.evaluate((element) => (element.style.marginInlineStart = "120px"));
  await expectRound(visitor, moving);
  await moving.evaluate((element) => element.animate({ translate: ["0", "90px"] }, { duration: 400, fill: "forwards" }));
  await visitor.page.waitForTimeout(500);
  await expectRound(visitor, moving);
  await visitor.page.setViewportSize({ width: 600, height: 500 });
  await expectRound(visitor, moving);
});

test("the label stays inside the viewport", async ({ visit }) => {
  const visitor = await visit(PAGE);
  for (const rect of [
    { top: 0, left: 0, width: 40, height: 20 },
    { top: "calc(100vh - 20px)", left: "calc(100vw - 40px)", width: 40, height: 20 },
    { top: 0, left: 0, width: "100%", height: "100%" },
  ]) {
    await highlight(visitor, { selector: "", rect, label: "A label of some length, in a corner" });
    const { width, height } = visitor.page.viewportSize() ?? { width: 0, height: 0 };
    await expect(async () => {
      const box = await visitor.part("highlight-label").boundingBox();
      expect(box?.x).toBeGreaterThanOrEqual(0);
      expect(box?.y).toBeGreaterThanOrEqual(0);
      expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(width);
      expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(height);
    }).toPass({ timeout: 3000 });
  }
});

test("a rect is used where the selector is empty; numbers are pixels", async ({ visit }) => {
  const visitor = await visit(PAGE);
  await highlight(visitor, { selector: "", rect: { top: 100, left: "50px", width: "20vw", height: "10%" } });
  const box = await visitor.part("highlight-square").boundingBox();
  for (const [is, wanted] of [[box?.y, 100], [box?.x, 50], [box?.width, 220], [box?.height, 80]] as const) {
    expect(Math.abs((is ?? 0) - wanted)).toBeLessThan(NEAR);
  }
});

test("a new one replaces the old", async ({ visit }) => {
  const visitor = await visit(PAGE);
  await highlight(visitor, { selector: BUY, label: "One" });
  await highlight(visitor, { selector: '//*[@id="anchor"]', label: "Two" });
  await expect(visitor.part("highlight-square").filter({ visible: true })).toHaveCount(1);
  await expect(visitor.part("highlight-label").filter({ visible: true })).toHaveText(["Two"]);
});

for (const [how, end] of [
  ["its element goes", (visitor) => visitor.page.locator("#buy").evaluate((element) => element.remove())],
  ["the visitor uses the element", (visitor) => visitor.page.locator("#buy").click()],
  ["the visitor uses it by keyboard", (visitor) => visitor.page.locator("#buy").press("Enter")],
  ["the visitor presses Escape", (visitor) => visitor.page.keyboard.press("Escape")],
  ["it is cleared", (visitor) => visitor.ask("clearHighlight")],
] as [string, (visitor: Visitor) => Promise<unknown>][]) {
  test(`it goes when ${how}`, async ({ visit }) => {
    const visitor = await visit(PAGE);
    await highlight(visitor, { selector: BUY, label: "Here" });
    await expect(visitor.part("highlight-square")).toBeVisible();
    await end(visitor);
    await expect(visitor.part("highlight-square")).toBeHidden();
    await expect(visitor.part("highlight-label")).toBeHidden();
  });
}

test("clearing nothing is fine", async ({ visit }) => {
  expect(await (await visit(PAGE)).ask("clearHighlight")).toMatchObject({ status: "success" });
});

test("the page is as it was: its clicks, its styles, its size", async ({ visit }) => {
  const visitor = await visit(PAGE);
  const { page } = visitor;
  const look = (): Promise<unknown> =>
    page.evaluate(() => {
      const { scrollWidth, scrollHeight } = document.documentElement;
      return [document.body.outerHTML.replace(/<docent-widget.*<\/docent-widget>/s, ""), scrollWidth, scrollHeight];
    });
  const before = await look();
  await highlight(visitor, { selector: BUY, label: "Here" });
  expect(await look()).toEqual(before);
  const box = await page.locator("#buy").boundingBox();
  await page.mouse.click((box?.x ?? 0) + (box?.width ?? 0) / 2, (box?.y ?? 0) + (box?.height ?? 0) / 2);
  expect(await page.evaluate("clicks")).toBe(1);
});
