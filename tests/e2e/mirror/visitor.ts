import type { Page } from "@playwright/test";
import type { Gateway } from "../harness/gateway";
import type { Pages } from "../harness/pages";

/** A visitor without the runtime: a page of the site that sends whatever it likes. */
export class Stranger {
  private constructor(
    private readonly page: Page,
    readonly conversation: string,
  ) {}

  static async come(page: Page, gateway: Gateway, pages: Pages, site = "ask"): Promise<Stranger> {
    await page.goto(pages.url("mirror/stranger.html"));
    const id = await page.evaluate(
      async ([url, siteKey]) => {
        const response = await fetch(`${url}/conversation`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ siteKey }),
        });
        const { conversationId, visitorToken } = await response.json();
        const socket = new WebSocket(`${url.replace("http", "ws")}/conversation/${conversationId}/socket`, ["docent.v1", `bearer.${visitorToken}`]);
        const heard: string[] = [];
        Object.assign(window, { socket, heard });
        socket.binaryType = "arraybuffer";
        socket.onmessage = ({ data }) => heard.push(typeof data === "string" ? data : `[${new Uint8Array(data)}]`);
        await new Promise((done) => (socket.onopen = done));
        return conversationId as string;
      },
      [gateway.url, site] as const,
    );
    const stranger = new Stranger(page, id);
    await stranger.say("visitorEvent", { type: "coBrowseChanged", coBrowseState: "active" });
    return stranger;
  }

  async say(dataType: string, data: object): Promise<void> {
    await this.page.evaluate((frame) => (window as any).socket.send(frame), JSON.stringify({ dataType, data }));
  }

  async send(frame: Uint8Array): Promise<void> {
    await this.page.evaluate((bytes) => (window as any).socket.send(Uint8Array.from(bytes)), [...frame]);
  }

  /** Waits for the next frame that somebody watches with, and needs a snapshot by; the watcher. */
  async watched(): Promise<number> {
    const found = await this.page.waitForFunction(() => {
      const { heard } = window as any;
      for (let frame = heard.shift(); frame; frame = heard.shift()) {
        if (frame.includes('"snapshot":[') && !frame.includes('"snapshot":[]')) return JSON.parse(frame).snapshot[0] as number;
      }
      return 0;
    });
    return (await found.jsonValue()) as number;
  }

  /** The agents' payloads that have come, behind their headers. */
  async signals(): Promise<number[][]> {
    return this.page.evaluate(() => (window as any).heard.filter((one: string) => one.startsWith("[")).map((one: string) => JSON.parse(one).slice(5)));
  }
}
