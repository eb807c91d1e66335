import { buildSync } from "esbuild";
import { resolve } from "node:path";
import { expect, test } from "../harness";

const SCRIPT = buildSync({
  stdin: { contents: 'export { Frame } from "./frame"', resolveDir: resolve(import.meta.dirname, "../../../www/mirror"), loader: "ts" },
  bundle: true,
  write: false,
  format: "iife",
  globalName: "mirror",
  target: "es2022",
}).outputFiles[0]?.text;

test("a page is built when the browser has looked through the frame's forms, of which there are none yet", async ({ page, pages }) => {
  await page.goto(pages.url("mirror/stranger.html"));
  await page.addScriptTag({ content: SCRIPT ?? "" });
  const order = await page.evaluate(async () => {
    const order: string[] = [];
    const stage = document.body;
    // It does so at the end of the task in which the frame says it is loaded.
    stage.addEventListener("load", () => void setTimeout(() => order.push("looked")), { capture: true });
    const frame = new (window as any).mirror.Frame(stage, "Page", () => order.push("gone"));
    await frame.open(false);
    order.push("open");
    return order;
  });
  expect(order).toEqual(["looked", "open"]);
});
