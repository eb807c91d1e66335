import { expect, test } from "../harness";
import { Wire } from "../harness/wire";
import { ask, mirrored, share, sit } from "./meeting";

test.slow();
// A trace would copy each node of a large page, again and again; roles would be asked of each.
test.use({ trace: "off" });

test("a page of 100,000 nodes is seen, and what changes in it", async ({ visit, gateway, browser }) => {
  const visitor = await visit("mirror/page.html");
  await visitor.page.evaluate(() => {
    const row = (n: number): string => `<p title="Row ${n}">row <b>${n}</b></p>`;
    document.querySelector("#lines")!.innerHTML = Array.from({ length: 25_000 }, (_, n) => row(n)).join("");
  });
  const desk = await sit(browser, gateway, visitor);
  await ask(visitor, desk);
  const seen = mirrored(desk.page);
  await expect(seen.locator("#lines > p:nth-child(25000)")).toHaveText("row 24999", { timeout: 60_000 });
  await visitor.page.locator("#name").fill("Ada");
  await visitor.page.locator("#add").click();
  await expect(seen.locator("#lines > p:nth-child(25001)")).toHaveText("Line 1");
  await expect(seen.locator("#name")).toHaveValue("••••••");
  await desk.page.context().close();
});

test("a socket that is slower than the page: little waits, and the mirror is right once it can be", async ({ visit, gateway, browser, page }) => {
  await page.addInitScript(() => {
    const all: WebSocket[] = [];
    const Native = WebSocket;
    class Kept extends Native {
      constructor(...from: ConstructorParameters<typeof WebSocket>) {
        super(...from);
        all.push(this);
      }
    }
    Object.assign(window, { WebSocket: Kept, sockets: all });
  });
  const wire = await Wire.to(gateway.port);
  const visitor = await visit("mirror/page.html", { via: wire.url });
  const desk = await sit(browser, gateway, visitor);
  await share(visitor, desk);
  wire.hold();
  // What the network itself holds, and then some; each change is some hundred kilobytes that nothing makes smaller.
  const waiting = await page.evaluate(async () => {
    const { sockets } = window as unknown as { sockets: WebSocket[] };
    const lines = document.querySelector<HTMLElement>("#lines")!;
    const waiting = (): number => Math.max(...sockets.map((socket) => socket.bufferedAmount));
    const random = (): string => Array.from({ length: 40_000 }, () => Math.random().toString(36).slice(2)).join("");
    const words = Array.from({ length: 5 }, random);
    let count = 0;
    const change = async (): Promise<void> => {
      lines.title = `${words[count++ % words.length]}`;
      await new Promise((done) => setTimeout(done, 40));
    };
    while (waiting() < 256 * 1024) await change();
    const before = waiting();
    for (let n = 0; n < 40; n++) await change();
    lines.title = "";
    lines.innerHTML = "<p>The last</p>";
    return { before, after: waiting() };
  });
  // It was full, and then no more came to it than had been under way.
  expect(waiting.before).toBeGreaterThan(256 * 1024);
  expect(waiting.after - waiting.before).toBeLessThan(400 * 1024);
  wire.release();
  await expect(mirrored(desk.page).locator("#lines")).toHaveText("The last", { timeout: 30_000 });
  await page.getByRole("button", { name: "Add a line" }).click();
  await expect(mirrored(desk.page).getByText("Line 1")).toBeVisible();
  await desk.page.context().close();
  await wire.remove();
});
