import { expect, type Locator, type Page } from "@playwright/test";
import type { Gateway, Site } from "../harness/gateway";

/** An agent at the console. What is looked for here is what an agent finds: roles and names. */
export class Desk {
  private constructor(readonly page: Page) {}

  /** Signs in as an agent does; `via` is where the gateway is reached. */
  static async sit(page: Page, gateway: Gateway, site: Site = "ask", via = gateway.url, name?: string): Promise<Desk> {
    await page.goto(`${via}/console/`);
    await page.getByLabel("Token").fill(gateway.token("agent", site, name));
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByRole("heading", { name: "Conversations" })).toBeVisible();
    return new Desk(page);
  }

  entry(conversation: string): Locator {
    return this.page.getByRole("navigation").locator(`a[href$="${conversation}"]`);
  }

  async open(conversation: string): Promise<void> {
    await this.entry(conversation).click();
    await expect(this.page.getByRole("status").filter({ hasText: /^On the site/ })).toBeVisible();
  }

  get messages(): Locator {
    return this.page.getByRole("log", { name: "Messages" });
  }

  get input(): Locator {
    return this.page.getByRole("textbox", { name: "Message" });
  }

  button(name: string): Locator {
    return this.page.getByRole("button", { name, exact: true });
  }

  /** The newest entry of a type in the log. */
  logged(type: string): Locator {
    return this.page.getByRole("list", { name: "Log" }).getByRole("button").filter({ hasText: type }).first();
  }

  async showLog(): Promise<void> {
    await this.page.getByRole("tab", { name: "Log" }).click();
  }

  /** Finds a command in the palette, by keyboard. */
  async choose(sought: string): Promise<void> {
    await this.page.keyboard.press("Control+k");
    await expect(this.page.getByRole("combobox", { name: "Find a command" })).toBeFocused();
    await this.page.keyboard.type(sought);
    await this.page.keyboard.press("Enter");
  }
}
