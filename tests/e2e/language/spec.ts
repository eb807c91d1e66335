import { expect, test } from "../harness";

for (const [page, message, send] of [
  ["nb", "Melding", "Send"],
  ["nn", "Melding", "Send"],
  ["forced", "Melding", "Send"],
  ["de", "Message", "Send"],
] as const) {
  test(`the page's language chooses: ${page}`, async ({ visit }) => {
    const visitor = await visit(`language/${page}.html`);
    await visitor.launcher.click();
    await expect(visitor.widget.getByRole("textbox", { name: message })).toBeVisible();
    await expect(visitor.button(send)).toBeVisible();
    const lang = await visitor.panel.evaluate((panel) => panel.closest("[lang]")?.getAttribute("lang"));
    expect(lang).toBe(message === "Melding" ? "nb" : "en");
  });
}

test("both languages have the same texts, and no text is the same by mistake", async () => {
  const { readFileSync } = await import("node:fs");
  const read = (lang: string): Record<string, string> =>
    JSON.parse(readFileSync(new URL(`../../../src/ui/locale/${lang}.json`, import.meta.url), "utf8"));
  const [en, nb] = [read("en"), read("nb")];
  expect(Object.keys(nb)).toEqual(Object.keys(en));
  const same = Object.keys(en).filter((name) => en[name] === nb[name]);
  expect(same.every((name) => ["chat", "send", "agent"].includes(name)), same.join()).toBe(true);
});

test("on a page from right to left the widget stands and reads from right to left", async ({ visit }) => {
  const visitor = await visit("language/rtl.html");
  await visitor.open();
  const launcher = await visitor.launcher.boundingBox();
  expect(launcher?.x).toBeLessThan(200);
  await visitor.say("שלום");
  await visitor.agent.say("An English sentence.");
  await expect(visitor.panel.getByText("An English sentence.")).toBeVisible();
  const mine = await visitor.panel.getByText("שלום").boundingBox();
  const theirs = await visitor.panel.getByText("An English sentence.").boundingBox();
  expect(mine?.x).toBeLessThan(theirs?.x ?? 0);
});
