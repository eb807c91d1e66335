import { expect, test } from "../harness";
import { Wire } from "../harness/wire";

test("what is said before the replay begins comes in its place, and nothing is left out", async ({ page, gateway, visit }) => {
  const wire = await Wire.to(gateway.port);
  let held = () => {};
  let release: Promise<void> | undefined;
  await page.routeWebSocket(/\/socket$/, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage(async (frame) => {
      if (release && String(frame).includes('"resume"')) {
        held();
        await release;
      }
      server.send(frame);
    });
  });
  const { agent } = await visit("resume/page.html", { via: wire.url });
  wire.cut();
  const count = () => agent.send("callVisitorApi", { functionName: "count" });
  const ids = [await count(), await count(), await count()];

  const isHeld = new Promise<void>((done) => (held = done));
  let go = () => {};
  release = new Promise((done) => (go = done));
  wire.mend();
  await isHeld;
  ids.push(await count());
  // The socket delivers it now: the replay has not been asked for yet.
  await page.waitForTimeout(300);
  go();

  const results = async () => Promise.all(ids.map(async (id) => (await agent.answers(id)).map(({ data }) => data.result)));
  await expect.poll(results, { timeout: 20_000 }).toEqual([[1], [2], [3], [4]]);
  await wire.remove();
});
