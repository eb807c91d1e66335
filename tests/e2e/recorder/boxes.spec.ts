import { buildSync } from "esbuild";
import { resolve } from "node:path";
import { expect, test } from "../harness";

const contents = 'export { Boxes } from "./boxes"';
const resolveDir = resolve(import.meta.dirname, "../../../www/recorder");
const options = { bundle: true, write: false, format: "iife", globalName: "overlay", target: "es2022" } as const;
const script = (): string => buildSync({ stdin: { contents, resolveDir, loader: "ts" }, ...options }).outputFiles[0]?.text ?? "";

test("of 5,000 hidden fields each in sight is covered, wherever the visitor scrolls, and no longer when it goes", async ({ page, pages }) => {
  await page.goto(pages.url("recorder/page.html"));
  await page.addScriptTag({ content: script() });
  await page.evaluate(() => {
    const fields = Array.from({ length: 5000 }, () => document.createElement("input"));
    for (const field of fields) field.style.display = "block";
    const layer = Object.assign(document.createElement("div"), { id: "layer" });
    layer.style.cssText = "position: fixed; inset: 0; overflow: hidden";
    document.body.append(...fields, layer);
    // What is drawn in one piece comes in one call.
    const drawn = (records: MutationRecord[]): void => {
      const count = records.flatMap(({ addedNodes }) => [...addedNodes]).filter((node) => node.nodeName === "DIV").length;
      Object.assign(window, { most: Math.max((window as any).most ?? 0, count) });
    };
    new MutationObserver(drawn).observe(layer, { childList: true, subtree: true });
    const hidden = (): Element[] => [...document.querySelectorAll("input")];
    const { Boxes } = (window as any).overlay;
    Object.assign(window, { boxes: new Boxes(document, layer, hidden, (count: number) => Object.assign(window, { count })) });
  });
  const look = () =>
    page.evaluate(() => {
      const place = (element: Element): string => {
        const { left, top, width, height } = element.getBoundingClientRect();
        return [left, top, width, height].map(Math.round).join();
      };
      const boxes = [...document.querySelectorAll("#layer div")];
      const [covered, fields] = [boxes.map(place), [...document.querySelectorAll("input")].map(place)];
      const inSight = ([, top = 0, , height = 0]: number[]): boolean => top + height > 0 && top < innerHeight;
      const sought = fields.filter((field) => inSight(field.split(",").map(Number)));
      return {
        bare: sought.filter((field) => !covered.includes(field)).length,
        stray: covered.filter((box) => !fields.includes(box)).length,
        hasFields: sought.length > 10,
        hasFew: boxes.length < 500,
        count: (window as any).count,
      };
    });
  for (const part of [0, 1, 0.5]) {
    await page.evaluate((part) => scrollTo(0, document.documentElement.scrollHeight * part), part);
    await expect.poll(look).toEqual({ bare: 0, stray: 0, hasFields: true, hasFew: true, count: 5000 });
  }
  // Every other one goes, and what is behind comes up.
  await page.evaluate(() => document.querySelectorAll("input:nth-of-type(even)").forEach((field) => field.remove()));
  await expect.poll(look).toEqual({ bare: 0, stray: 0, hasFields: true, hasFew: true, count: 2500 });
  const most = await page.evaluate(() => (window as any).most);
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThan(100);
  await page.evaluate(() => (window as any).boxes.stop());
  await expect(page.locator("#layer div")).toHaveCount(0);
});
