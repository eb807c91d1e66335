import { expect, test } from "../harness";
import { agents, clear, desk, fillIn, look, present, signIn, visitors } from "./office";

const LOOKS = {
  light: { colorScheme: "light", viewport: { width: 1100, height: 800 } },
  dark: { colorScheme: "dark", viewport: { width: 1100, height: 800 } },
  phone: { colorScheme: "light", viewport: { width: 390, height: 760 }, hasTouch: true },
} as const;
const texts = visitors("en");
const words = agents("en");

test.beforeEach(({ gateway }) => {
  test.slow();
  return clear(gateway);
});

for (const [name, options] of Object.entries(LOOKS)) {
  test.describe(name, () => {
    test.use(options);

    test("what a visitor sees", async ({ visit, gateway, page }) => {
      await present(gateway, true);
      await desk(gateway, "POST", "/faq", { question: "How do I return a product?", answer: "Send it back within 30 days; the label is in the box." });
      const visitor = await visit("session/en.html", { site: "desk" });
      const { widget, agent } = visitor;
      await visitor.open();
      const form = widget.getByRole("form", { name: texts.preChat });
      await expect(form).toBeVisible();
      await look(page, `${name}-pre-chat`);
      await form.getByRole("button", { name: texts.start }).click();
      await expect(form.getByText(texts.missing!)).toBeVisible();
      await look(page, `${name}-pre-chat-wrong`);
      await fillIn(widget, texts, "Kari");
      await look(page, `${name}-faq`);
      await visitor.say("Can I return products?");
      await expect(widget.getByText(texts.helped!)).toBeVisible();
      await look(page, `${name}-faq-answer`);
      await widget.getByRole("button", { name: texts.no }).click();
      await expect(widget.getByText(texts.place!.replace("#", "1"))).toBeVisible();
      await look(page, `${name}-queue`);
      await desk(gateway, "POST", `/conversation/${agent.conversation}/session/pickup`, {});
      await agent.say("Hi Kari! Which order is it?");
      await expect(widget.getByText(texts.talking!.replace("#", "the-agent"))).toBeVisible();
      await look(page, `${name}-agent`);
      await desk(gateway, "POST", `/conversation/${agent.conversation}/end`, {});
      const after = widget.getByRole("form", { name: texts.postChat });
      await expect(after).toBeVisible();
      await look(page, `${name}-post-chat`);
      await after.getByRole("radio", { name: "4" }).check();
      await after.getByRole("button", { name: texts.rate }).click();
      await expect(widget.getByText(texts.over!)).toBeVisible();
      await look(page, `${name}-over`);
    });

    test("what a visitor sees where nobody is there", async ({ visit, page }) => {
      const visitor = await visit("session/en.html", { site: "desk" });
      const { widget } = visitor;
      await visitor.open();
      await fillIn(widget, texts, "Kari");
      await widget.getByRole("button", { name: texts.person }).click();
      const form = widget.getByRole("form", { name: texts.offline });
      await expect(form).toBeVisible();
      await look(page, `${name}-offline`);
      await form.getByLabel(texts.email!).fill("kari@example.com");
      await form.getByLabel(texts.message!).fill("Call me");
      await form.getByRole("button", { name: texts.leave }).click();
      await expect(widget.getByText(texts.posted!)).toBeVisible();
      await look(page, `${name}-posted`);
    });

    test("what an agent sees", async ({ visit, gateway, browser }) => {
      await present(gateway, true, "bo");
      const visitor = await visit("session/en.html", { site: "desk" });
      await visitor.open();
      await fillIn(visitor.widget, texts, "Kari Nordmann");
      await visitor.widget.getByRole("button", { name: texts.person }).click();
      await expect(visitor.widget.getByText(texts.place!.replace("#", "1"))).toBeVisible();
      const page = await signIn(browser, gateway, "ada", "en", options);
      await page.getByRole("switch", { name: words.available }).click();
      await expect(page.getByRole("switch", { name: words.available })).toBeChecked();
      await page.getByRole("button", { name: new RegExp(`^${words.queue}`) }).click();
      const pickUp = page.getByRole("button", { name: `${words.verb_pickup}: Kari Nordmann` });
      await expect(pickUp).toBeVisible();
      await look(page, `${name}-console-queue`);
      await pickUp.click();
      const bar = page.getByRole("region", { name: words.session });
      await expect(bar).toContainText(words.withYou!);
      await bar.getByText(words.given!).click();
      await look(page, `${name}-console-bar`);
      await bar.getByRole("button", { name: words.verb_transfer }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel(words.transferTo!).selectOption("bo");
      await look(page, `${name}-console-transfer`);
      await dialog.getByRole("button", { name: words.cancel }).click();
      await expect(dialog).toHaveCount(0);
      await page.context().close();
    });
  });
}
