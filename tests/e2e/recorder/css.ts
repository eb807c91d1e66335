import type { Page } from "@playwright/test";

/** Has these style sheets, and nothing else, fetched. */
export async function serve(page: Page, sheets: Record<string, string>): Promise<void> {
  await page.route("**/css/**", (route) => {
    const body = sheets[new URL(route.request().url()).pathname.slice("/css/".length)];
    return body === undefined ? route.fulfill({ status: 404 }) : route.fulfill({ contentType: "text/css", body });
  });
}
