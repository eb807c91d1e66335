import { expect, test } from "../harness";
import { agents, desk, look, signIn } from "./office";

test("an agent keeps the FAQ, in the visitors' languages", async ({ gateway, browser }) => {
  test.slow();
  const words = agents("en");
  const page = await signIn(browser, gateway, "ada");
  await page.getByRole("button", { name: words.faq, exact: true }).click();
  const dialog = page.getByRole("dialog", { name: words.faq });
  const kept = async (): Promise<object[]> => (await (await desk(gateway, "GET", "/faq")).json()).entries;
  const fill = async (question: string, answer: string): Promise<void> => {
    await dialog.getByLabel(words.question!).fill(question);
    await dialog.getByLabel(words.answer!, { exact: true }).fill(answer);
  };

  await dialog.getByRole("button", { name: words.faqAdd }).click();
  await dialog.getByRole("button", { name: words.save }).click();
  await expect(dialog.getByRole("alert")).toHaveText(words.faults!);
  await fill("Hvor er butikken?", "I Bergen.");
  await dialog.getByLabel(words.faqLanguage!).selectOption({ label: "Norwegian" });
  await look(page, "faq-edit");
  await dialog.getByRole("button", { name: words.save }).click();
  const entry = dialog.getByRole("listitem").filter({ hasText: "Hvor er butikken?" });
  await expect(entry).toContainText("Norwegian");
  expect(await kept()).toContainEqual(expect.objectContaining({ question: "Hvor er butikken?", language: "no" }));

  await entry.getByRole("button", { name: /Edit/ }).click();
  await dialog.getByLabel(words.answer!, { exact: true }).fill("I Bergen og Oslo.");
  await dialog.getByRole("button", { name: words.save }).click();
  await expect(entry).toContainText("I Bergen og Oslo.");
  expect(await kept()).toContainEqual(expect.objectContaining({ answer: "I Bergen og Oslo.", language: "no" }));

  await dialog.getByRole("button", { name: words.faqAdd }).click();
  await fill("Where is the shop?", "In Bergen.");
  await dialog.getByRole("button", { name: words.save }).click();
  await expect(dialog.getByRole("listitem").filter({ hasText: "Where is the shop?" })).toContainText("English");
  await look(page, "faq-list");

  for (const question of ["Hvor er butikken?", "Where is the shop?"]) {
    const one = dialog.getByRole("listitem").filter({ hasText: question });
    await one.getByRole("button", { name: /Remove/ }).click();
    await expect(one).toHaveCount(0);
  }
  await page.context().close();
});
