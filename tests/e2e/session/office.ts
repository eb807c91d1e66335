import { readFileSync } from "node:fs";
import type { Browser, Locator, Page } from "@playwright/test";
import { expect, expectAccessible } from "../harness";
import type { Gateway } from "../harness/gateway";

export type Texts = Record<string, string>;
export type Lang = "en" | "nb";

const read = (path: string): Texts => JSON.parse(readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8")) as Texts;

/** What visitors and agents read. */
export const visitors = (lang: Lang): Texts => read(`www/session/locale/${lang}.json`);
export const agents = (lang: Lang): Texts => read(`www/console/locale/${lang}.json`);

/** A request of an agent's, by another program. */
export async function desk(gateway: Gateway, method: string, path: string, body?: object, name?: string): Promise<Response> {
  const authorization = `Bearer ${gateway.token("agent", "desk", name)}`;
  const init = { method, headers: { authorization, "content-type": "application/json" } };
  const response = await fetch(gateway.url + path, body ? { ...init, body: JSON.stringify(body) } : init);
  expect(response.status, `${method} ${path}: ${response.ok ? "" : await response.text()}`).toBeLessThan(300);
  return response;
}

export const present = (gateway: Gateway, available: boolean, name?: string): Promise<Response> =>
  desk(gateway, "PUT", "/presence", { available }, name);

/** Nobody waits, nobody is there: what earlier tests left of this gateway's site is over. */
export async function clear(gateway: Gateway): Promise<void> {
  const { queue, active, requests } = (await (await desk(gateway, "GET", "/sessions")).json()) as Record<string, { conversationId: string; name: string }[]>;
  for (const { conversationId, name } of [...queue!, ...active!, ...requests!]) {
    await desk(gateway, "POST", `/conversation/${conversationId}/end`, {});
    // The first end leads to the form after the chat.
    if (!["InQueue", "RequestPosted", "Finished"].includes(name)) await desk(gateway, "POST", `/conversation/${conversationId}/end`, {});
  }
  const { agents } = (await (await desk(gateway, "GET", "/presence")).json()) as { agents: string[] };
  for (const agent of agents) await present(gateway, false, agent);
}

/** An agent signs in to the console, in a browser of their language. */
export async function signIn(browser: Browser, gateway: Gateway, name: string, lang: Lang = "en", look: object = {}): Promise<Page> {
  const page = await (await browser.newContext({ locale: lang, viewport: { width: 1100, height: 800 }, ...look })).newPage();
  const texts = agents(lang);
  await page.goto(`${gateway.url}/console/`);
  await page.getByLabel(texts.token!).fill(gateway.token("agent", "desk", name));
  await page.getByRole("button", { name: texts.signIn }).click();
  await expect(page.getByRole("heading", { name: texts.conversations })).toBeVisible();
  return page;
}

/** Takes a picture, and has the page checked. */
export async function look(page: Page, name: string): Promise<void> {
  await page.evaluate(async () => {
    const roots = [document, document.querySelector("docent-widget")?.shadowRoot];
    const moving = roots.flatMap((root) => root?.getAnimations() ?? []);
    const ending = moving.filter((animation) => animation.effect?.getComputedTiming().iterations === 1);
    await Promise.all(ending.map((animation) => animation.finished.catch(() => undefined)));
  });
  await page.screenshot({ path: `test-results/screens/session-${name}.png` });
  await expectAccessible(page, { name });
}

/** Where the focus is, through shadow roots. */
export function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    let at = document.activeElement;
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    return at ? `${at.localName} ${at.getAttribute("aria-label") ?? at.getAttribute("part") ?? at.id ?? ""} ${at.textContent ?? ""}`.trim() : "";
  });
}

/** The visitor's form, with what is required filled in. */
export async function fillIn(widget: Locator, texts: Texts, name: string): Promise<void> {
  await widget.getByLabel(texts.name!, { exact: true }).fill(name);
  await widget.getByRole("button", { name: texts.start }).click();
  await expect(widget.getByText(texts.faq!)).toBeVisible();
}
