const FIRST = 400;
const LONGEST = 20_000;

/** How long to wait before attempt `count` (from 0): doubling, jittered so that many consoles do not come at once. */
export function delay(count: number, random: () => number = Math.random): number {
  const ceiling = Math.min(LONGEST, FIRST * 2 ** Math.min(count, 16));
  return ceiling / 2 + (ceiling / 2) * random();
}
