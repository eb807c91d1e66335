import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { expect, test, type Visitor } from "../harness";
import { agents, clear, desk, fillIn, type Lang, signIn, visitors } from "./office";

test.beforeEach(({ gateway }) => {
  test.slow();
  return clear(gateway);
});

/** Takes whoever has this name out of the queue. */
async function pickUp(page: Page, words: Record<string, string>, name: string): Promise<void> {
  await page.getByRole("button", { name: new RegExp(`^${words.queue}`) }).click();
  await page.getByRole("button", { name: `${words.verb_pickup}: ${name}` }).click();
  await expect(page.getByRole("region", { name: words.session })).toContainText(words.withYou!);
}

async function beAvailable(page: Page, words: Record<string, string>): Promise<void> {
  const here = page.getByRole("switch", { name: words.available });
  await here.click();
  await expect(here).toBeChecked();
}

async function ask(visitor: Visitor, texts: Record<string, string>, name: string): Promise<void> {
  await visitor.open();
  await fillIn(visitor.widget, texts, name);
  await visitor.widget.getByRole("button", { name: texts.person }).click();
}

for (const lang of ["en", "nb"] as Lang[]) {
  test(`a queue that moves, an agent, an end, one more word, a rating: ${lang}`, async ({ visit, gateway, browser }) => {
    const [texts, words] = [visitors(lang), agents(lang)];
    const ada = await signIn(browser, gateway, "ada", lang);
    await beAvailable(ada, words);
    const first = await visit(`session/${lang}.html`, { site: "desk" });
    await ask(first, texts, "Ola");
    await expect(first.widget.getByText(texts.place!.replace("#", "1"))).toBeVisible();
    const second = await visit(`session/${lang}.html`, { site: "desk", page: await (await browser.newContext()).newPage() });
    await ask(second, texts, "Kari");
    await expect(second.widget.getByText(texts.place!.replace("#", "2"))).toBeVisible();

    await pickUp(ada, words, "Ola");
    await expect(first.widget.getByText(texts.talking!.replace("#", "ada"))).toBeVisible();
    const place = second.widget.getByRole("status").filter({ hasText: texts.place!.replace("#", "1") });
    await expect(place, "read out, too").toBeVisible();
    await second.widget.getByRole("button", { name: texts.quit }).click();
    await expect(second.widget.getByText(texts.left!)).toBeVisible();

    await ada.getByRole("textbox", { name: words.message }).fill(`Hei Ola (${lang})`);
    await ada.keyboard.press("Enter");
    await expect(first.widget.getByText(`Hei Ola (${lang})`)).toBeVisible();
    await ada.getByRole("button", { name: words.endConversation }).click();
    await ada.getByRole("dialog").getByRole("button", { name: words.endConversation }).click();
    const rate = first.widget.getByRole("form", { name: texts.postChat });
    await expect(rate).toBeVisible();

    await first.widget.locator("textarea[part=input]").fill("En ting til");
    await first.widget.locator("textarea[part=input]").press("Enter");
    await expect(rate).toBeHidden();
    await expect(first.widget.getByText(texts.talking!.replace("#", "ada"))).toBeVisible();
    await expect(ada.getByRole("log", { name: words.messages })).toContainText("En ting til");
    await expect(ada.getByRole("region", { name: words.session })).toContainText(words.session_CustomerLast!);

    await first.widget.getByRole("button", { name: texts.end }).click();
    await rate.getByRole("radio", { name: "5" }).check();
    await rate.getByRole("button", { name: texts.rate }).click();
    await expect(first.widget.getByText(texts.over!)).toBeVisible();
    const download = first.page.waitForEvent("download");
    await first.widget.getByRole("button", { name: texts.transcript }).click();
    const transcript = readFileSync(await (await download).path(), "utf8");
    expect(transcript).toContain(`ada: Hei Ola (${lang})`);
    expect(transcript).toContain("visitor: En ting til");
    await second.page.context().close();
    await ada.context().close();
  });
}

test("an answer that helps ends the chat well", async ({ visit, gateway }) => {
  const texts = visitors("en");
  await desk(gateway, "POST", "/faq", { question: "Where is my parcel?", answer: "On its way." });
  const visitor = await visit("session/en.html", { site: "desk" });
  await visitor.open();
  await fillIn(visitor.widget, texts, "Kari");
  await visitor.say("where are my parcels");
  await expect(visitor.widget.getByText("On its way.")).toBeVisible();
  await visitor.button(texts.yes!).click();
  await expect(visitor.widget.getByRole("form", { name: texts.postChat })).toBeVisible();
});

test("an agent rejects what is offered, and accepts it the next time", async ({ visit, gateway, browser }) => {
  const [texts, words] = [visitors("en"), agents("en")];
  const ada = await signIn(browser, gateway, "ada");
  const bo = await signIn(browser, gateway, "bo");
  for (const page of [ada, bo]) await beAvailable(page, words);
  const visitor = await visit("session/en.html", { site: "desk" });
  await ask(visitor, texts, "Kari");
  await pickUp(ada, words, "Kari");
  const offer = async (): Promise<void> => {
    await ada.getByRole("region", { name: words.session }).getByRole("button", { name: words.verb_transfer }).click();
    const dialog = ada.getByRole("dialog");
    await dialog.getByLabel(words.transferTo!).selectOption("bo");
    await dialog.getByRole("button", { name: words.offer }).click();
    await expect(dialog).toHaveCount(0);
  };
  await offer();
  await bo.locator(`a[href$="${visitor.agent.conversation}"]`).first().click();
  const bar = bo.getByRole("region", { name: words.session });
  await bar.getByRole("button", { name: words.verb_reject }).click();
  await expect(bar).toContainText("with ada");
  await expect(bar.getByRole("button", { name: words.verb_reject })).toHaveCount(0);
  await expect(ada.getByRole("region", { name: words.session }).getByRole("button", { name: words.verb_transfer })).toBeVisible();
  await offer();
  await bar.getByRole("button", { name: words.verb_accept }).click();
  await expect(bar).toContainText(words.withYou!);
  await expect(visitor.widget.getByText(texts.talking!.replace("#", "bo"))).toBeVisible();
  for (const page of [ada, bo]) await page.context().close();
});

test("what is left where nobody is there waits for an agent", async ({ visit, gateway, browser }) => {
  const [texts, words] = [visitors("en"), agents("en")];
  const visitor = await visit("session/en.html", { site: "desk" });
  await ask(visitor, texts, "Kari");
  const form = visitor.widget.getByRole("form", { name: texts.offline });
  await form.getByLabel(texts.email!).fill("kari@example.com");
  await form.getByLabel(texts.message!).fill("Call me");
  await form.getByRole("button", { name: texts.leave }).click();
  await expect(visitor.widget.getByText(texts.posted!)).toBeVisible();
  const ada = await signIn(browser, gateway, "ada");
  await pickUp(ada, words, "Kari");
  await expect(ada.getByRole("log", { name: words.messages })).toContainText("Call me");
  await expect(visitor.widget.getByText(texts.talking!.replace("#", "ada"))).toBeVisible();
  await ada.context().close();
});
