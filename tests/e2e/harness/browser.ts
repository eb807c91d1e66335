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
