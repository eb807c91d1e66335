import type { LaunchOptions } from "@playwright/test";

/** The system's Chromium, quiet: it asks nobody for updates or accounts. */
export const chromium: LaunchOptions = {
  executablePath: process.env.DOCENT_CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
};

/** The same engine without the browser's own windows, where it is there: it draws the same pages several times faster. */
export const shell: LaunchOptions = {
  ...chromium,
  executablePath: process.env.DOCENT_HEADLESS_SHELL ?? chromium.executablePath,
};
