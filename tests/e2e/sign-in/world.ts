import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { Gateway, freePort } from "../harness/gateway";
import { Pages } from "../harness/pages";

/** How long the gateway's tokens are good; they are renewed after 80 % of it. */
const TTL_S = 20;

/** An identity provider, and a gateway whose agents sign in there. */
export class World {
  private constructor(
    readonly issuer: string,
    readonly gateway: Gateway,
    readonly pages: Pages,
    private readonly provider: ChildProcess,
  ) {}

  static async start(): Promise<World> {
    const issuer = `http://127.0.0.1:${await freePort()}`;
    const gateway = await Gateway.start(() => configuration(issuer));
    const home = `${gateway.url}/console/`;
    const provider = fork(join(import.meta.dirname, "provider.js"), [issuer, home], { stdio: "ignore", execArgv: [] });
    const ended = once(provider, "exit").then(() => {
      throw new Error("the provider did not start");
    });
    await Promise.race([once(provider, "message"), ended]);
    ended.catch(() => undefined);
    return new World(issuer, gateway, await Pages.start(gateway.url), provider);
  }

  async remove(): Promise<void> {
    const ended = once(this.provider, "exit");
    this.provider.disconnect();
    await Promise.all([ended, this.gateway.remove(), this.pages.remove()]);
  }

  /** Has the provider do something; what it says to that. */
  async tell(deed: "rotate" | "clock" | "refreshTokens" | "refreshed", value?: number | boolean): Promise<number> {
    const answered = once(this.provider, "message");
    this.provider.send({ deed, value });
    const [{ result }] = (await answered) as [{ result: number }];
    return result;
  }

  /** Goes through the provider's pages as somebody at the keyboard: name, password, consent. */
  async pass(page: Page, name: string): Promise<void> {
    await page.waitForURL(`${this.issuer}/**`);
    await page.getByPlaceholder("Enter any login").fill(name);
    await page.keyboard.press("Tab");
    await page.keyboard.type("secret");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Continue" }).press("Enter");
  }
}

function configuration(issuer: string): string {
  const roles = [
    ["support", "ask"],
    ["boss", "demo"],
    ["boss", "ask"],
  ];
  return [
    `[oidc]\nissuer = "${issuer}"\nclient_id = "docent-console"\nname = "Work"\ntoken_ttl = "${TTL_S}s"`,
    ...roles.map(([name, site]) => `[[oidc.role]]\nname = "${name}"\nsite = "${site}"`),
  ].join("\n");
}
