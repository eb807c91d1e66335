import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "../harness";
import { Gateway } from "../harness/gateway";
import { Pages } from "../harness/pages";
import { Visitor } from "../harness/visitor";

const COMMANDS = 200;
/** After so many posted commands the gateway dies. */
const DEATHS = [40, 110, 160];

/** Posts until the gateway has it, as a careful program does: by the same key. */
async function post(visitor: Visitor, n: number): Promise<string> {
  const body = JSON.stringify({ dataType: "command", data: { type: "callVisitorApi", functionName: "once", args: [n] } });
  for (;;) {
    try {
      const headers = { "idempotency-key": `command-${n}` };
      const response = await visitor.agent.request("/Data", { method: "POST", body, headers });
      if (response.status === 202) return ((await response.json()) as { eventId: string }).eventId;
      throw new Error(`${response.status} ${await response.text()}`);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      await sleep(25);
    }
  }
}

test("the gateway is killed three times among 200 commands: each is done once and answered once", async ({ page }) => {
  test.setTimeout(120_000);
  const gateway = await Gateway.start();
  const pages = await Pages.start(gateway.url);
  try {
    await page.goto(pages.url("crash/page.html"));
    const visitor = await Visitor.meet(page, gateway, "ask");
    const ids = new Map<number, string>();
    const deaths = [...DEATHS];
    let next = 0;
    let life = Promise.resolve();
    const writer = async (): Promise<void> => {
      while (next < COMMANDS) {
        const n = next++;
        if (deaths[0] === n) {
          deaths.shift();
          life = life.then(() => gateway.kill()).then(() => gateway.run());
        }
        ids.set(n, await post(visitor, n));
      }
    };
    await Promise.all([writer(), writer(), writer(), writer()]);
    await life;
    expect(new Set(ids.values()).size).toBe(COMMANDS);

    const answers = async (): Promise<string[]> =>
      (await visitor.agent.events("commandResponse")).map((event) => event.data.eventId).sort();
    await expect.poll(async () => new Set(await answers()).size, { timeout: 60_000 }).toBe(COMMANDS);
    await page.waitForTimeout(1500);
    expect(await answers()).toEqual([...ids.values()].sort());

    const log = await visitor.agent.events();
    const commands = log.filter((event) => event.dataType === "command");
    expect(commands.map((event) => event.data.args[0]).sort((a, b) => a - b)).toEqual([...Array(COMMANDS).keys()]);
    for (const { data } of log.filter((event) => event.dataType === "commandResponse")) {
      expect(data.status).toBe("success");
      expect(ids.get(data.result)).toBe(data.eventId);
    }
    const ran = await page.evaluate(() => (window as any).ran as Record<string, number>);
    expect(Object.keys(ran)).toHaveLength(COMMANDS);
    expect(Object.values(ran).every((times) => times === 1)).toBe(true);
  } finally {
    await pages.remove();
    await gateway.remove();
  }
});
