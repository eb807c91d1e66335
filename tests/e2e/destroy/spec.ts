import type { Page } from "@playwright/test";
import { connected, expect, test, Visitor } from "../harness";

const PAGE = "destroy/page.html";

interface Look {
  account: Record<string, number>;
  globals: string[];
  nodes: string;
  sheets: number;
  animations: number;
  open: number;
}

/** What the page has of Docent, less what it had before the loader, and less what the tests' own tool registers. */
async function left(page: Page): Promise<Omit<Look, "nodes" | "globals"> & { globals: string[]; widgets: number }> {
  return page.evaluate((tool) => {
    const { account, globals, nodes, ...rest } = (window as any).look() as Look;
    for (const [name, times] of Object.entries(tool)) {
      if (account[name] === times) delete account[name];
      else account[name] = (account[name] ?? 0) - times;
    }
    const before = new Set([...(window as any).before.globals, "before", "look"]);
    const widgets = nodes.match(/docent-widget/g)?.length ?? 0;
    return { ...rest, account, globals: globals.filter((name) => !before.has(name)), widgets };
  }, ofTheTool);
}

let ofTheTool: Record<string, number> = {};

test.beforeEach(async ({ context, pages }) => {
  const page = await context.newPage();
  await page.goto(pages.url("destroy/bare.html"));
  await page.waitForFunction("window.before");
  ofTheTool = await page.evaluate(() => (window as any).look().account);
  await page.close();
});

const NOTHING = { account: {}, globals: [], sheets: 0, animations: 0, open: 0, widgets: 0 };

test("destroy leaves no listener, observer, timer, socket, node or global", async ({ visit }) => {
  const visitor = await visit(PAGE);
  await visitor.open();
  await visitor.say("Hello");
  await visitor.agent.post("typing", { isTyping: true });
  await visitor.ask("highlightDom", { selector: "//button", label: "Here" });
  const asked = visitor.agent.send("initiateCoBrowse", { coBrowseState: "requestPermission" });
  await visitor.button("Allow").click();
  await asked;
  await visitor.agent.send("navigateTo", { url: "#there" });
  await expect(visitor.button("Stay")).toBeVisible();
  const used = await left(visitor.page);
  expect(Object.keys(used.account).length).toBeGreaterThan(5);
  expect(used).toMatchObject({ globals: ["pzl"], open: 1, widgets: 2 });

  await visitor.page.evaluate("pzl.destroy()");
  await expect.poll(() => left(visitor.page)).toEqual(NOTHING);
});

test("what is destroyed while it starts leaves nothing either", async ({ page, pages }) => {
  await page.goto(pages.url(PAGE));
  await page.waitForFunction("window.pzl");
  await page.evaluate("pzl.destroy()");
  await expect.poll(() => left(page), { timeout: 5000 }).toEqual(NOTHING);
  await page.waitForTimeout(500);
  expect(await left(page)).toEqual(NOTHING);
});

test("after it the tag can be put in again, and the conversation goes on", async ({ visit, gateway }) => {
  const visitor = await visit(PAGE);
  await visitor.page.evaluate("pzl.destroy()");
  await visitor.page.evaluate(() => {
    const old = document.querySelector("script[data-site-key]") as HTMLScriptElement;
    const tag = document.createElement("script");
    tag.src = old.src;
    tag.dataset.siteKey = old.dataset.siteKey;
    document.head.append(tag);
  });
  expect(await connected(visitor.page)).toBe(visitor.agent.conversation);
  const again = await Visitor.meet(visitor.page, gateway, "ask");
  expect(await again.ask("getLocalTime")).toMatchObject({ status: "success" });
});
