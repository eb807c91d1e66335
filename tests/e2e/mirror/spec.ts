import type { FrameLocator, Page } from "@playwright/test";
import { Flag, Op } from "../../../www/cobrowse/wire";
import { Desk } from "../console/desk";
import { expect, test } from "../harness";
import { type Draft, Encoder } from "./encode";
import { Stranger } from "./visitor";

const BASE = "https://shop.example/a/";

function page(...body: Draft[]): Draft[] {
  const head = { name: "head", children: [{ name: "title", children: ["A page"] }] };
  return [{ name: "html", attributes: { lang: "en" }, children: [head, { name: "body", children: body }] }];
}

function mirrored(page: Page): FrameLocator {
  return page.frameLocator(".mirror-frame:not(.coming)");
}

test.describe("a mirror of what is sent", () => {
  let stranger: Stranger;
  let desk: Desk;

  test.beforeEach(async ({ page, gateway, pages, browser }) => {
    stranger = await Stranger.come(page, gateway, pages);
    const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, locale: "en-GB" });
    desk = await Desk.sit(await context.newPage(), gateway);
    await desk.open(stranger.conversation);
  });

  test.afterEach(async () => {
    await desk.page.context().close();
  });

  test("it is built, and changes as it is told", async () => {
    await stranger.watched();
    const encoder = new Encoder();
    await stranger.send(
      encoder.wholePage(BASE, page({ name: "h1", children: ["Hello"] }, { name: "a", attributes: { href: "x.html" }, children: ["Link"] })),
    );
    const { page: console } = desk;
    await expect(mirrored(console).getByRole("heading", { name: "Hello" })).toBeVisible();
    await expect(mirrored(console).getByRole("link")).toHaveJSProperty("href", `${BASE}x.html`);
    // The text in the heading: document 1, html 2, head 3, title 4, its text 5, body 6, h1 7, its text 8.
    encoder.byte(Op.Text).id(8).varint(5).varint(0).raw(", visitor");
    await stranger.send(encoder.frame());
    await expect(mirrored(console).getByRole("heading", { name: "Hello, visitor" })).toBeVisible();
  });

  test("what a sheet imports may stand in the import's address, and is painted where it is replaced", async () => {
    await stranger.watched();
    const encoder = new Encoder();
    const imported = (color: string): string => `@import url("data:text/css;charset=utf-8,h1 { color: ${color}; left: 50%25 } h1::after { content: %22\u00e9%22 }") layer(a);`;
    encoder.snapshot(BASE, page({ name: "style" }, { name: "h1", children: ["Hello"] }));
    encoder.byte(Op.Sheet).varint(0).varint(1).value(BASE).raw(`@layer a; ${imported("red")} h1 { position: relative }`);
    encoder.byte(Op.Own).id(7).varint(1);
    await stranger.send(encoder.frame(Flag.Snapshot));
    const heading = mirrored(desk.page).getByRole("heading", { name: "Hello" });
    await expect(heading).toHaveCSS("color", "rgb(255, 0, 0)");
    encoder.byte(Op.Rules).varint(0).varint(1).varint(1).varint(1).raw(imported("rgb(0, 0, 255)"));
    await stranger.send(encoder.frame());
    await expect(heading).toHaveCSS("color", "rgb(0, 0, 255)");
    await expect(heading).toHaveCSS("position", "relative");
    await expect.poll(() => heading.evaluate((one) => getComputedStyle(one, "::after").content)).toBe('"\u00e9"');
  });

  test("a frame that cannot be decoded is told of, and the page asked for again", async () => {
    await stranger.watched();
    const encoder = new Encoder();
    await stranger.send(encoder.wholePage(BASE, page({ name: "h1", children: ["First"] })));
    await expect(mirrored(desk.page).getByRole("heading", { name: "First" })).toBeVisible();
    await stranger.send(new Encoder().byte(99).frame());
    await stranger.watched();
    await stranger.send(new Encoder(8).wholePage(BASE, page({ name: "h1", children: ["Second"] })));
    await expect(mirrored(desk.page).getByRole("heading", { name: "Second" })).toBeVisible();
    await desk.showLog();
    await expect(desk.page.getByText(/The mirror asked for the whole page again: an op is unknown/)).toBeVisible();
  });

  test("a snapshot in parts is built when it is whole", async () => {
    const watcher = await stranger.watched();
    const encoder = new Encoder();
    // The list is left open: html, body, a paragraph, and a pause.
    encoder.byte(Op.Snapshot).varint(1).varint(0).value(BASE);
    encoder.varint(8).name("html").varint(0).varint(9).name("body").varint(0);
    encoder.varint(10).name("img").varint(4).name("src").value("x.png").varint(0);
    encoder.varint(11).name("p").varint(0).varint(1).text("one").varint(0);
    await stranger.send(encoder.varint(6).frame(Flag.Snapshot | Flag.More, watcher));
    encoder.byte(Op.More).varint(11).varint(1).text("two").varint(0).varint(0).varint(0).varint(0);
    await stranger.send(encoder.byte(Op.View).varint(400).varint(300).varint(100).varint(0).frame(Flag.Snapshot, watcher));
    await expect(mirrored(desk.page).locator("p")).toHaveText(["one", "two"]);
    // Browsers may ask for an image before the rest has come.
    await expect(mirrored(desk.page).locator("img")).toHaveJSProperty("currentSrc", `${BASE}x.png`);
  });
});
