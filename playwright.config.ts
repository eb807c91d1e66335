import { defineConfig } from "@playwright/test";
import { shell } from "./tests/e2e/harness/browser";

export default defineConfig({
  testDir: "tests/e2e",
  testMatch: "**/*spec.ts",
  outputDir: "test-results/runs",
  // So that a run ends at last: on two slow, shared cores a test takes ten times what it takes on others.
  timeout: 180_000,
  expect: { timeout: 30_000 },
  workers: 2,
  fullyParallel: false,
  forbidOnly: !!process.env.CI,
  reporter: [["list"]],
  use: {
    viewport: { width: 1100, height: 800 },
    launchOptions: shell,
    // Every test would pay for it, a quarter of its time; `--trace on` where one is wanted.
    trace: "off",
  },
});
