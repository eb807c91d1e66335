import { test as base, type Page } from "@playwright/test";
import { Gateway, type Site } from "./gateway";
import { Pages } from "./pages";
import { Visitor } from "./visitor";

export { expect } from "@playwright/test";
export { expectAccessible } from "./accessible";
export type { Data, LogEvent } from "./agent";
export { connected, Visitor } from "./visitor";

/** Where a visitor is met. */
export interface Meeting {
  site?: Site;
  csp?: string;
  /** The gateway's address as the page is told it. */
  via?: string;
  page?: Page;
}

interface Fixtures {
  /** Opens `FOLDER/FILE.html` and waits until the visitor is connected. */
  visit(path: string, meeting?: Meeting): Promise<Visitor>;
}

interface WorkerFixtures {
  gateway: Gateway;
  pages: Pages;
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  gateway: [
    async ({}, use) => {
      const gateway = await Gateway.start();
      await use(gateway);
      await gateway.remove();
    },
    { scope: "worker" },
  ],
  pages: [
    async ({ gateway }, use) => {
      const pages = await Pages.start(gateway.url);
      await use(pages);
      await pages.remove();
    },
    { scope: "worker" },
  ],
  visit: async ({ page: first, gateway, pages }, use) => {
    await use(async (path, { site = "ask", csp, via, page = first } = {}) => {
      await page.goto(pages.url(path, { site, csp, via }));
      return Visitor.meet(page, gateway, site);
    });
  },
});
