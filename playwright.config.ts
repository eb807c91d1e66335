import { defineConfig } from "@playwright/test";
import { chromium } from "./tests/e2e/harness/browser";

export default defineConfig({
  testDir: "tests/e2e",
  testMatch: "**/*spec.ts",
  outputDir: "test-results/runs",
  timeout: 60_000,
  expect: { timeout: 10_000 },
  workers: 2,
  fullyParallel: false,
  forbidOnly: !!process.env.CI,
  reporter: [["list"]],
  use: {
    viewport: { width: 1100, height: 800 },
    launchOptions: chromium,
    trace: "retain-on-failure",
  },
});
