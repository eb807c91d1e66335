import { readFileSync } from "node:fs";
import { expect, test } from "../harness";
import { clear, desk, present, visitors as read } from "./office";

test.beforeEach(({ gateway }) => {
  test.slow();
  return clear(gateway);
});

for (const lang of ["en", "nb"] as const) {
  test(`form, FAQ, queue, agent, rating: ${lang}`, async ({ visit, gateway }) => {
    const texts = read(lang);
    const [question, asked] = lang === "en" ? ["How do I return a product?", "returning products"] : ["Hvordan bytter jeg en vare?", "bytte varen"];
    await present(gateway, true);
    await desk(gateway, "POST", "/faq", { question, answer: `30 (${lang})`, language: lang });
    const visitor = await visit(`session/${lang}.html`, { site: "desk" });
    const { widget } = visitor;
    await visitor.open();

    const form = widget.getByRole("form", { name: texts.preChat });
    await expect(form).toBeVisible();
    await expect(widget.locator(".composer")).toBeHidden();
    await form.getByRole("button", { name: texts.start }).click();
    const name = form.getByLabel(texts.name!, { exact: true });
    await expect(name).toBeFocused();
    await expect(name).toHaveAccessibleDescription(texts.missing!);
    await name.fill("Kari");
    await form.getByLabel(texts.email!).fill("kari");
    await form.getByLabel(lang === "en" ? "Subject" : "Emne").selectOption("Return");
    await name.press("Enter");
    await expect(form.getByLabel(texts.email!)).toHaveAccessibleDescription(texts.wrongEmail!);
    await form.getByLabel(texts.email!).fill("kari@example.com");
    await form.getByRole("button", { name: texts.start }).click();

    await expect(widget.getByText(texts.faq!)).toBeVisible();
    await expect(widget.locator(".composer")).toBeVisible();
    await widget.locator("textarea[part=input]").fill(asked!);
    await widget.locator("textarea[part=input]").press("Enter");
    await expect(widget.getByText(`30 (${lang})`)).toBeVisible();
    await expect(widget.getByText(texts.helped!)).toBeVisible();
    await widget.getByRole("button", { name: texts.no }).click();
    await expect(widget.getByText(texts.place!.replace("#", "1"))).toBeVisible();

    await desk(gateway, "POST", `/conversation/${visitor.agent.conversation}/session/pickup`, {});
    await visitor.agent.say("Hi Kari");
    await expect(widget.getByText(texts.talking!.replace("#", "the-agent"))).toBeVisible();
    const download = visitor.page.waitForEvent("download");
    await widget.getByRole("button", { name: texts.transcript }).click();
    const file = await (await download).path();
    expect(readFileSync(file, "utf8")).toContain("the-agent: Hi Kari");

    await visitor.page.reload();
    await expect(widget.getByText(texts.talking!.replace("#", "the-agent"))).toBeVisible();
    await desk(gateway, "POST", `/conversation/${visitor.agent.conversation}/end`, {});
    const after = widget.getByRole("form", { name: texts.postChat });
    await expect(after).toBeVisible();
    await after.getByRole("button", { name: texts.rate }).click();
    await expect(after.getByText(texts.missing!)).toBeVisible();
    await after.getByRole("radio", { name: "4" }).check();
    await after.getByRole("button", { name: texts.rate }).click();
    await expect(widget.getByText(texts.over!)).toBeVisible();
    const shown = await (await desk(gateway, "GET", `/conversation/${visitor.agent.conversation}/session`)).json();
    expect(shown).toMatchObject({ name: "Closed", forms: { preChat: { name: "Kari", subject: "Return" }, postChat: { rating: 4 } } });
  });
}

test("where nobody is there a request is left", async ({ visit, gateway }) => {
  const texts = read("en");
  await present(gateway, false);
  const visitor = await visit("session/en.html", { site: "desk" });
  const { widget } = visitor;
  await visitor.open();
  await widget.getByLabel(texts.name!, { exact: true }).fill("Kari");
  await widget.getByRole("button", { name: texts.start }).click();
  await widget.getByRole("button", { name: texts.person }).click();
  const form = widget.getByRole("form", { name: texts.offline });
  await form.getByLabel(texts.email!).fill("kari@example.com");
  await form.getByLabel(texts.message!).fill("Call me");
  await form.getByRole("button", { name: texts.leave }).click();
  await expect(widget.getByText(texts.posted!)).toBeVisible();
  await expect(widget.getByText("Call me")).toBeVisible();
});

test("a bot's word takes the form away, and a hand-off leads to humans", async ({ visit, gateway }) => {
  const texts = read("en");
  await present(gateway, true);
  const visitor = await visit("session/en.html", { site: "desk" });
  await visitor.open();
  const form = visitor.widget.getByRole("form", { name: texts.preChat });
  await expect(form).toBeVisible();
  await visitor.agent.bot.say("Welcome human.");
  await expect(form).toBeHidden();
  await visitor.say("human");
  await visitor.agent.bot.request("/session/handoff", { method: "POST" });
  await expect(visitor.widget.getByText(texts.place!.replace("#", "1"))).toBeVisible();
});

test("a site without a channel fetches none of this", async ({ visit, page }) => {
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  const fetched = (): string[] => asked.filter((path) => path.startsWith("/assets/session-"));
  const visitor = await visit("session/en.html");
  await visitor.open();
  await visitor.say("Hello");
  await expect.poll(async () => (await visitor.agent.events("message")).length).toBe(1);
  expect(fetched()).toEqual([]);
  const other = await visit("session/en.html", { site: "desk" });
  await other.open();
  await expect(other.widget.getByRole("form")).toBeVisible();
  expect(fetched()).toHaveLength(1);
});

test("both languages have the same texts", () => {
  const [en, nb] = [read("en"), read("nb")];
  expect(Object.keys(nb)).toEqual(Object.keys(en));
  expect(Object.keys(en).filter((name) => en[name] === nb[name])).toEqual([]);
});
