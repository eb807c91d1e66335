// What is printed.

/** A quantile of numbers, nearest rank. */
export function quantile(numbers, at) {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(at * sorted.length) - 1))];
}

export const median = (numbers) => quantile(numbers, 0.5);

const told = (value) => (typeof value === "string" ? value : value.toFixed(value < 10 ? 3 : 1));

/** Prints a table: a title, the columns' names, and rows of a name, figures and a remark. */
export function table(title, columns, rows) {
  console.log(`\n${title}`);
  const line = (name, cells, remark) =>
    console.log(`  ${name.padEnd(44)} ${cells.map((cell) => cell.padStart(10)).join(" ")}  ${remark ?? ""}`.trimEnd());
  line("", columns);
  for (const { name, figures, remark } of rows) line(name, figures.map(told), remark);
}

/** How a figure stands to the most it should be. */
export function atMost(value, goal) {
  if (value <= goal) return `at most ${goal}: met`;
  return `at most ${goal}: MISSED by ${goal ? `${((value / goal - 1) * 100).toFixed(0)} %` : value}`;
}
