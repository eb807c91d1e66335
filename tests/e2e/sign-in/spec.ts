import { expect, type Locator, type Page, test } from "@playwright/test";
import { expectAccessible } from "../harness/accessible";
import { shell } from "../harness/browser";
import { Visitor } from "../harness/visitor";
import { World } from "./world";

test.use({ launchOptions: shell, locale: "en-GB", viewport: { width: 1400, height: 900 } });

test.describe.configure({ timeout: 180_000 });

let world: World;
test.beforeAll(async () => {
  world = await World.start();
});
test.afterAll(() => world.remove());

const button = (page: Page): Locator => page.getByRole("button", { name: "Sign in with Work" });
const atWork = (page: Page): Locator => page.getByRole("heading", { name: "Conversations" });

async function open(page: Page, conversation?: string): Promise<void> {
  await page.goto(`${world.gateway.url}/console/${conversation ? `?conversation=${conversation}` : ""}`);
  await expect(button(page)).toBeFocused();
}

async function signIn(page: Page, name: string, conversation?: string): Promise<void> {
  await open(page, conversation);
  await page.keyboard.press("Enter");
  await world.pass(page, name);
}

/** A visitor in a browser of their own; what an agent can do in their conversation. */
async function visit(page: Page): Promise<Visitor> {
  const context = await page.context().browser()!.newContext();
  const theirs = await context.newPage();
  await theirs.goto(world.pages.url("highlight/page.html", { site: "ask" }));
  return Visitor.meet(theirs, world.gateway, "ask");
}

async function refusal(page: Page, told: RegExp): Promise<void> {
  await expect(page.getByRole("alert").filter({ hasText: told })).toBeVisible();
  await expect(button(page)).toBeVisible();
  expect(new URL(page.url()).search).toBe("");
}

test("an agent signs in by keyboard, is back where they were, and stays while the provider agrees", async ({ page }) => {
  const heard: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" && message.location().url.startsWith(world.gateway.url)) heard.push(message.text());
  });
  const addresses: string[] = [];
  page.on("request", (request) => addresses.push(request.url()));
  const visitor = await visit(page);
  const { conversation } = visitor.agent;

  await open(page, conversation);
  await expectAccessible(page);
  await page.keyboard.press("Enter");
  await world.pass(page, "ada");
  await expect(page).toHaveURL(`${world.gateway.url}/console/?conversation=${conversation}`);
  await expect(page.getByText("Signed in as ada")).toBeAttached();
  const input = page.getByRole("textbox", { name: "Message" });
  await input.fill("written before");

  // The keys change while the agent works: their tokens, and the socket's, go on.
  await world.tell("rotate");
  const before = await world.tell("refreshed");
  await expect.poll(() => world.tell("refreshed"), { timeout: 120_000 }).toBeGreaterThan(before + 1);
  await expect(input).toHaveValue("written before");
  await input.press("Enter");
  await expect(visitor.panel.getByText("written before")).toBeAttached();
  const [said] = await visitor.agent.events("message");
  expect(said?.from).toEqual({ role: "agent", id: "ada" });

  // Kept for the tab: a reload asks nobody.
  await page.reload();
  await expect(page.getByText("Signed in as ada")).toBeAttached();
  expect(addresses.filter((address) => address.includes("eyJ"))).toEqual([]);
  expect(heard).toEqual([]);
  await visitor.page.context().close();
});

test("who signed in by roles of several sites chooses one", async ({ page }) => {
  await signIn(page, "boss");
  await expect(atWork(page)).toBeVisible();
  await expect(page.getByLabel("Site")).toHaveValue("demo");
  const visitor = await visit(page);
  await page.getByLabel("Site").selectOption("ask");
  await expect(page.locator(`a[href$="${visitor.agent.conversation}"]`)).toBeVisible();
  await visitor.page.context().close();
});

test("without a refresh token the agent signs in anew and loses nothing", async ({ page }) => {
  await world.tell("refreshTokens", false);
  const visitor = await visit(page);
  await signIn(page, "ada", visitor.agent.conversation);
  const input = page.getByRole("textbox", { name: "Message" });
  await input.fill("half a sentence");
  await expect(page.getByRole("alert").filter({ hasText: "You were signed out" })).toBeVisible({ timeout: 120_000 });
  await expect(button(page)).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(input).toHaveValue("half a sentence");
  expect(page.url()).toContain(visitor.agent.conversation);
  await world.tell("refreshTokens", true);
  await visitor.page.context().close();
});

test("tabs that were opened from one another renew together, and signing out ends it in all and at the provider", async ({ page, context }) => {
  await signIn(page, "ada");
  await expect(atWork(page)).toBeVisible();
  const [second] = await Promise.all([context.waitForEvent("page"), page.evaluate(() => void window.open(location.href))]);
  await expect(atWork(second)).toBeVisible();
  // A refresh token is good once: the provider takes a second use for theft, and ends it all.
  const before = await world.tell("refreshed");
  await expect.poll(() => world.tell("refreshed"), { timeout: 120_000 }).toBeGreaterThan(before + 2);
  await expect(atWork(page)).toBeVisible();
  await expect(atWork(second)).toBeVisible();
  const kept = (tab: Page): Promise<string | null> => tab.evaluate(() => sessionStorage.getItem("docent.oidc"));
  await expect.poll(async () => (await kept(page)) === (await kept(second))).toBe(true);
  await page.getByRole("button", { name: "Sign out" }).press("Enter");
  await expect(second.getByRole("alert").filter({ hasText: "You signed out in another tab" })).toBeVisible();
  await page.waitForURL(`${world.issuer}/**`);
  await page.getByRole("button", { name: /^Yes/ }).press("Enter");
  await expect(button(page)).toBeFocused();
  expect(await page.evaluate(() => Object.keys(sessionStorage))).toEqual([]);
  await page.keyboard.press("Enter");
  await expect(page.getByPlaceholder("Enter any login")).toBeVisible();
});

test("who has no role, or gives up at the provider, is told and can try again", async ({ page, browser }) => {
  await signIn(page, "cook");
  await refusal(page, /none of your roles \(`roles`\) may work here/);
  const context = await browser.newContext({ locale: "en-GB" });
  const other = await context.newPage();
  await open(other);
  await other.keyboard.press("Enter");
  await other.getByRole("link", { name: /Cancel/ }).press("Enter");
  await refusal(other, /refused: End-User aborted interaction/);
  await context.close();
});

test("a token for another audience is refused with the cure", async ({ page }) => {
  // As where the console's client was mixed up at the provider.
  await page.route("**/oidc", async (route) => {
    const response = await route.fetch();
    const body = await response.json();
    await route.fulfill({ json: { provider: { ...body.provider, clientId: "another" } } });
  });
  await signIn(page, "ada");
  await refusal(page, /is for `another`, and this gateway's `oidc.client_id` is `docent-console`/);
});

for (const [seconds, told] of [[-600, /ended \d+ s ago/], [600, /begins in \d+ s: the clocks/]] as const) {
  test(`a provider whose clock is ${seconds} s wrong is found out`, async ({ page }) => {
    await world.tell("clock", seconds);
    await signIn(page, "ada");
    await refusal(page, told);
    await world.tell("clock", 0);
  });
}

test("an answer that nobody here asked for is not taken", async ({ page }) => {
  const traded: string[] = [];
  page.on("request", (request) => {
    if (request.method() === "POST") traded.push(request.url());
  });
  await page.goto(`${world.gateway.url}/console/?code=stolen&state=made-up`);
  await refusal(page, /did not begin in this tab/);
  expect(traded).toEqual([]);
});

test("a pasted token works beside it", async ({ page }) => {
  await open(page);
  await page.getByLabel("Token").fill(world.gateway.token("agent", "ask"));
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(atWork(page)).toBeVisible();
});
