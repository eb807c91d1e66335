import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

/** Nothing stands in the way of assistive technology, in the whole page or in a part of it. */
export async function expectAccessible(page: Page, { of, name }: { of?: string; name?: string } = {}): Promise<void> {
  // To join what several frames found takes a page of its own, and three quarters of the time.
  const axe = new AxeBuilder({ page }).setLegacyMode(page.frames().length === 1);
  const { violations } = await (of ? axe.include(of) : axe).analyze();
  expect(violations.map(({ id, nodes }) => [id, ...nodes.map((node) => node.html)]), name).toEqual([]);
}
