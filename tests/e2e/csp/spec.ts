import { expect, test } from "../harness";

const PAGE = "csp/page.html";

for (const name of ["the page's own files and the gateway", "everything else forbidden"]) {
  test(`a strict policy is kept: ${name}`, async ({ visit, gateway, page }) => {
    const complaints: string[] = [];
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    const own = `script-src 'self' ${gateway.url} 'wasm-unsafe-eval'; style-src 'self'`;
    const rest = `default-src 'none'; connect-src ${gateway.url} ${gateway.url.replace("http", "ws")}; base-uri 'none'`;
    const csp = name.startsWith("everything") ? `${own}; ${rest}` : own;
    const visitor = await visit(PAGE, { csp });
    await visitor.open();
    await visitor.say("Hello");
    await visitor.agent.say("Good day");
    await expect(visitor.panel.getByText("Good day")).toBeVisible();
    const highlight = { selector: "//button", label: "Here", colors: { square: "rgb(0, 0, 255)" } };
    expect(await visitor.ask("highlightDom", highlight)).toMatchObject({ status: "success" });
    await expect(visitor.part("highlight-square")).toBeVisible();
    const asked = visitor.ask("initiateCoBrowse", { coBrowseState: "requestPermission" });
    await visitor.button("Allow").click();
    expect(await asked).toMatchObject({ status: "success" });
    await expect(visitor.launcher).toHaveCSS("cursor", "pointer");
    expect((await visitor.launcher.boundingBox())?.width).toBeGreaterThan(30);
    expect(await page.evaluate("violations")).toEqual([]);
    expect(await page.evaluate("failures")).toEqual([]);
    expect(complaints).toEqual([]);
  });
}

for (const [what, policy, cure] of [
  ["wasm", (url: string) => `script-src 'self' ${url}; connect-src ${url}`, "'wasm-unsafe-eval' to script-src"],
  ["the files", (url: string) => `script-src 'self' ${url} 'wasm-unsafe-eval'; connect-src 'self'`, "connect-src"],
  ["the runtime's script", (url: string) => `script-src 'self' ${url}/docent.js 'wasm-unsafe-eval'`, "to script-src"],
] as const) {
  test(`a policy that forbids ${what}: one message with the cure, and the page goes on`, async ({ page, pages, gateway }) => {
    const ours: string[] = [];
    page.on("console", (message) => message.text().includes("Docent") && ours.push(`${message.type()} ${message.text()}`));
    await page.goto(pages.url(PAGE, { csp: policy(gateway.url) }));
    await expect.poll(() => page.evaluate("window.failed && failed.message")).toContain(cure);
    await page.waitForTimeout(500);
    expect(ours).toHaveLength(1);
    expect(ours[0]).toMatch(/^error /);
    expect(ours[0]).toContain(cure);
    expect(await page.evaluate("failures")).toEqual([]);
    expect(await page.evaluate("pzl.info.status")).toBe("failed");
    expect(await page.evaluate("new Promise((done) => pzl.on('failed', (detail) => done(detail.message)))")).toContain(cure);
    await expect(page.locator("docent-widget")).toHaveCount(0);
    await page.evaluate("pzl.api.open(), pzl.destroy()");
    expect(await page.evaluate("'pzl' in window")).toBe(false);
  });
}

test("a browser without WebAssembly: one message, and the page goes on", async ({ page, pages }) => {
  const ours: string[] = [];
  page.on("console", (message) => message.text().includes("Docent") && ours.push(message.text()));
  await page.addInitScript("delete window.WebAssembly");
  await page.goto(pages.url(PAGE));
  await expect.poll(() => page.evaluate("window.failed && failed.message")).toContain("WebAssembly");
  expect(ours).toHaveLength(1);
  expect(await page.evaluate("failures")).toEqual([]);
});

test("an unknown site key: one message, and the page goes on", async ({ page, pages }) => {
  await page.goto(pages.url(PAGE, { site: "nobody" }));
  await expect.poll(() => page.evaluate("pzl.info.status")).toBe("failed");
  expect(await page.evaluate("failures")).toEqual([]);
});
