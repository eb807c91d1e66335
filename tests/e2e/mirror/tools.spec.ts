import type { Page } from "@playwright/test";
import { Op } from "../../../www/cobrowse/wire";
import { Desk } from "../console/desk";
import { expect, test } from "../harness";
import { type Draft, Encoder } from "./encode";
import { Stranger } from "./visitor";

function rows(): Draft[] {
  const row = (n: number): Draft => ({
    name: "li",
    attributes: { class: "row" },
    children: [{ name: "span", children: ["Same"] }, { name: "button", attributes: { class: "buy" }, children: [n % 2 ? "Buy" : "Buy now"] }],
  });
  return [1, 2, 3, 4].map(row);
}

/** A page full of what is there twice. The same drafts make the visitor's document. */
const BODY: Draft[] = [
  { name: "h1", attributes: { id: "title" }, children: ["Title"] },
  { name: "p", attributes: { id: "twice" }, children: ["one"] },
  { name: "p", attributes: { id: "twice" }, children: ["two"] },
  { name: "ul", attributes: { id: `o'clock "x"` }, children: rows() },
  { name: "ul", attributes: { "data-testid": "list" }, children: rows() },
  { name: "ul", children: rows() },
  { name: "p", attributes: { id: "a1b2c3d4e5" }, children: ["made-up id"] },
  { name: "svg", space: 1, attributes: { width: "40", height: "20" }, children: [{ name: "rect", space: 1, attributes: { width: "10", height: "10" } }, { name: "rect", space: 1, attributes: { x: "20", width: "10", height: "10" } }] },
  { name: "div", attributes: { class: "host" }, shadow: [{ name: "button", children: ["In the shadow"] }] },
  { name: "input", attributes: { name: "email", "aria-label": "••••" } },
  { name: "input", attributes: { name: "q", "aria-label": "••••" } },
];

async function share(stranger: Stranger): Promise<void> {
  await stranger.watched();
  const html: Draft = { name: "html", children: [{ name: "head", children: [] }, { name: "body", children: BODY }] };
  await stranger.send(new Encoder().wholePage("https://shop.example/", [html]));
}

/** The newest command the visitor was sent. */
async function newest(page: Page, type: string): Promise<any> {
  const found = await page.waitForFunction((name) => {
    const events = (window as any).heard.map((one: string) => JSON.parse(one)).filter((one: any) => one.dataType === "command" && one.data.type === name);
    return events.at(-1)?.data;
  }, type);
  return found.jsonValue();
}

/** Where on the console each element of the mirror that can be hit is, by its place among all of them. */
function spots(console: Page): Promise<{ index: number; x: number; y: number }[]> {
  return console.evaluate(async () => {
    const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    await drawn();
    const frame = document.querySelector<HTMLIFrameElement>(".mirror-frame")!;
    const { left, top, width } = frame.getBoundingClientRect();
    const scale = width / frame.offsetWidth;
    const doc = frame.contentDocument!;
    return [...doc.body.querySelectorAll("*")].flatMap((element, index) => {
      const place = element.getBoundingClientRect();
      const [x, y] = [place.left + place.width / 2, place.top + Math.min(place.height / 2, 3)];
      return doc.elementFromPoint(x, y) === element ? [{ index, x: left + x * scale, y: top + y * scale }] : [];
    });
  });
}

/** What the visitor was told to highlight. */
function selectors(visitor: Page): Promise<string[]> {
  return visitor.evaluate(() => {
    const events = (window as any).heard.filter((one: string) => one.startsWith("{")).map((one: string) => JSON.parse(one));
    return events.filter((one: any) => one.dataType === "command" && one.data.type === "highlightDom").map((one: any) => one.data.selector);
  });
}

/** The elements of the visitor's document that XPaths lead to, by their place among all of them. */
function meant(visitor: Page, paths: readonly string[]): Promise<number[]> {
  return visitor.evaluate((xpaths) => {
    const all = [...document.body.querySelectorAll("*")];
    return xpaths.map((xpath) => all.indexOf(document.evaluate(xpath, document, null, XPathResult.FIRST_ORDERED_NODE_TYPE).singleNodeValue as Element));
  }, paths);
}

test.describe("tools on the mirror", () => {
  let stranger: Stranger;
  let desk: Desk;

  test.beforeEach(async ({ page, gateway, pages, browser }) => {
    stranger = await Stranger.come(page, gateway, pages);
    const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, locale: "en-GB" });
    desk = await Desk.sit(await context.newPage(), gateway);
    await desk.open(stranger.conversation);
    await share(stranger);
    await expect(desk.page.frameLocator(".mirror-frame").getByRole("heading", { name: "Title" })).toBeVisible();
  });

  test.afterEach(async () => {
    await desk.page.context().close();
  });

  test("every element that is pointed at is the same in the visitor's document", async ({ page }) => {
    test.slow();
    // The visitor's document: what the drafts say, made by the page itself.
    await page.evaluate((body) => {
      const make = (draft: any): Node => {
        if (typeof draft === "string") return document.createTextNode(draft);
        const space = draft.space === 1 ? "http://www.w3.org/2000/svg" : "http://www.w3.org/1999/xhtml";
        const element = document.createElementNS(space, draft.name);
        for (const [name, value] of Object.entries(draft.attributes ?? {})) element.setAttribute(name, value === "••••" ? "E-mail" : (value as string));
        element.append(...(draft.children ?? []).map(make));
        return element;
      };
      document.body.replaceChildren(...body.map(make));
    }, BODY as any);
    await desk.button("Point").click();
    await expect(desk.page.locator(".glass")).toBeFocused();
    await expect(async () => expect(await spots(desk.page)).toEqual(await spots(desk.page))).toPass();
    const all = await spots(desk.page);
    for (const [at, { x, y }] of all.entries()) {
      await desk.page.mouse.click(x, y);
      await page.waitForFunction((count) => (window as any).heard.filter((one: string) => one.includes('"highlightDom"')).length > count, at);
    }
    const named = await selectors(page);
    expect(await meant(page, named)).toEqual(all.map(({ index }) => index));
    // What was asked for and what became of it is told beside the page, which stays where it is.
    expect(await spots(desk.page)).toEqual(all);
    expect(new Set(named).size).toBeGreaterThan(20);
    expect(named).toContain('//h1[@id="title"]');
    expect(named).toContain('//input[@name="email"]');
    expect(named.join("\n")).not.toMatch(/a1b2c3|twice|••/);
  });

  test("what no path reaches is told of", async ({ page }) => {
    await desk.button("Point").click();
    const box = await desk.page.frameLocator(".mirror-frame").getByText("In the shadow").boundingBox();
    await desk.page.mouse.click(box!.x + 5, box!.y + 5);
    await expect(desk.page.getByText(/inside a component/)).toBeVisible();
    expect((await newest(page, "highlightDom")).selector).toMatch(/div$/);
  });

  test("by keyboard: go through the page, point with a label; draw a rectangle", async ({ page }) => {
    const { keyboard } = desk.page;
    await desk.button("Point").click();
    await desk.page.getByRole("textbox", { name: "Label" }).fill("This one");
    await desk.page.locator(".glass").focus();
    await keyboard.press("ArrowDown");
    await expect(desk.page.getByText("h1 “Title”")).toBeAttached();
    await keyboard.press("ArrowRight");
    await keyboard.press("ArrowRight");
    await keyboard.press("Enter");
    expect(await newest(page, "highlightDom")).toMatchObject({ selector: "/html/body/p[2]", label: "This one" });
    await keyboard.press("Escape");
    await expect(desk.button("Point")).toHaveAttribute("aria-pressed", "false");

    await desk.button("Rectangle").click();
    await keyboard.press("ArrowLeft");
    await keyboard.press("Enter");
    for (let presses = 0; presses < 3; presses++) await keyboard.press("ArrowRight");
    await keyboard.press("ArrowDown");
    await keyboard.press("Enter");
    await expect.poll(async () => (await newest(page, "highlightDom")).rect).toEqual({ left: 380, top: 300, width: 60, height: 20 });
  });

  test("a tool takes the keys that follow its button at once", async () => {
    const pressed = await desk.button("Rectangle").evaluate(async (button: HTMLElement) => {
      button.click();
      // No frame is drawn in between.
      for (let turns = 0; turns < 5; turns++) await Promise.resolve();
      return document.activeElement?.className;
    });
    expect(pressed).toBe("glass draw");
  });

  test("a rectangle is drawn by dragging, where it is on the visitor's page", async ({ page }) => {
    await desk.button("Rectangle").click();
    const place = await desk.page.locator(".glass").boundingBox();
    const scale = place!.width / 800;
    const { mouse } = desk.page;
    await mouse.move(place!.x + 100 * scale, place!.y + 50 * scale);
    await mouse.down();
    await mouse.move(place!.x + 300 * scale, place!.y + 150 * scale, { steps: 4 });
    await mouse.up();
    const { rect, selector } = await newest(page, "highlightDom");
    expect(selector).toBe("");
    for (const [side, wanted] of Object.entries({ left: 100, top: 50, width: 200, height: 100 })) expect(Math.abs(rect[side] - wanted)).toBeLessThan(3);
  });

  test("the laser pointer reaches the visitor, and goes", async () => {
    await desk.button("Laser").click();
    const place = await desk.page.locator(".glass").boundingBox();
    await desk.page.mouse.move(place!.x + place!.width / 2, place!.y + place!.height / 2);
    // 1, then x and y: 400 and 300 as zigzag varints.
    await expect.poll(() => stranger.signals()).toContainEqual([1, 0xa0, 0x06, 0xd8, 0x04]);
    await desk.page.mouse.move(5, 5);
    await expect.poll(async () => (await stranger.signals()).at(-1)).toEqual([2]);
  });

  test("it shows where the visitor points, clicks and types", async () => {
    // A click is seen for a moment only: it is counted as it comes.
    await desk.page.evaluate(() => {
      const isRipple = (node: Node): boolean => node instanceof Element && node.matches(".ripple");
      const count = (records: MutationRecord[]): void => {
        for (const { addedNodes } of records) (window as any).ripples += [...addedNodes].filter(isRipple).length;
      };
      (window as any).ripples = 0;
      new MutationObserver(count).observe(document.querySelector(".glass")!, { childList: true, subtree: true });
    });
    const encoder = new Encoder();
    // The heading has id 5: document 1, html 2, head 3, body 4.
    encoder.byte(Op.Pointer).svarint(40).svarint(30).id(0).byte(Op.Click).svarint(40).svarint(30).id(0).byte(Op.Focus).id(5);
    await stranger.send(encoder.frame());
    await expect(desk.page.locator(".glass .pointer")).toBeVisible();
    await expect(desk.page.locator(".glass .box.focus")).toBeVisible();
    await expect.poll(() => desk.page.evaluate(() => (window as any).ripples)).toBe(1);
    await expect(desk.page.locator(".glass .ripple")).toHaveCount(0);
  });
});
