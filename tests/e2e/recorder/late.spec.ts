import { expect, test } from "../harness";
import { script } from "./bundle";

test.beforeEach(async ({ page, pages }) => {
  await page.goto(pages.url("recorder/page.html"));
  await page.addScriptTag({ content: script() });
});

const SEEDS = process.env.SEED ? [Number(process.env.SEED)] : [1, 2];

for (const seed of SEEDS) {
  test(`one who comes while the page goes on sees what the others see (seed ${seed})`, async ({ page }) => {
    test.setTimeout(300_000);
    const found = await page.evaluate(async (seed) => {
      const { Pair, Editor, Chance } = window as any;
      const chance = new Chance(seed);
      const pair = new Pair();
      // Slices as small as they can be.
      pair.begin(`<!doctype html><title>T</title><body><div id=a><p>one</p></div>`, [".masked", "input, textarea", ".gone"], 0);
      const editor = new Editor(pair.source, chance);
      for (let i = 0; i < 150; i++) pair.source.body.append(editor.make());
      pair.watch();
      await pair.settle();
      let among = 0;
      for (let round = 0; round < 6; round++) {
        const mirror = pair.watch();
        // Edits between the slices of the snapshot, and some after it.
        for (let i = 0; i < 40 && !(mirror.hasAll && i > 20); i++) {
          for (let n = chance.below(4); n >= 0; n--) editor.edit();
          if (i % 2) editor.flip();
          // Or one who asks again, before all has come or after.
          if (chance.below(30) === 0) pair.recorder.need([chance.one(pair.mirrors).number]);
          if (!mirror.hasAll) among++;
          await new Promise((done) => setTimeout(done));
        }
        await pair.settle();
        const found = pair.differences().map((one: string) => `round ${round}: ${one}`);
        if (found.length) return found;
        // The first goes on; of the others one stays.
        if (pair.mirrors.length > 2) pair.leave(pair.mirrors[1]);
      }
      return among > 6 ? [] : [`only ${among} edits while a snapshot was under way`];
    }, seed);
    expect(found).toEqual([]);
  });
}
