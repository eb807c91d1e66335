import { expect, type Locator, type Page } from "@playwright/test";
import { Agent } from "./agent";
import type { Gateway, Site } from "./gateway";

/** Waits until the page's runtime is connected; the conversation's id. */
export async function connected(page: Page): Promise<string> {
  await page.waitForFunction(() => (window as any).pzl?.info?.status === "connected", null, { timeout: 60_000 });
  return page.evaluate(() => (window as any).pzl.info.conversationId);
}

/** A visitor's page and who speaks to it. What is looked for here is what a visitor finds: roles and names. */
export class Visitor {
  private constructor(
    readonly page: Page,
    readonly agent: Agent,
    readonly gateway: Gateway,
    readonly site: Site,
  ) {}

  static async meet(page: Page, gateway: Gateway, site: Site): Promise<Visitor> {
    return new Visitor(page, new Agent(gateway, await connected(page), site), gateway, site);
  }

  ask: Agent["ask"] = (type, params) => this.agent.ask(type, params);

  /** Everything of Docent in the page. */
  get widget(): Locator {
    return this.page.locator("docent-widget");
  }

  part(name: string): Locator {
    return this.widget.locator(`[part~="${name}"]`);
  }

  get launcher(): Locator {
    return this.part("launcher");
  }

  get panel(): Locator {
    return this.part("panel");
  }

  get input(): Locator {
    return this.widget.getByRole("textbox", { name: "Message" });
  }

  button(name: string): Locator {
    return this.widget.getByRole("button", { name, exact: true });
  }

  /** Opens the panel as a visitor does. */
  async open(): Promise<void> {
    if (!(await this.panel.isVisible())) await this.launcher.click();
    await expect(this.panel).toBeVisible();
  }

  async say(text: string): Promise<void> {
    await this.input.fill(text);
    await this.button("Send").click();
  }

  async info(): Promise<Record<string, unknown>> {
    return this.page.evaluate(() => ({ ...(window as any).pzl.info }));
  }
}
