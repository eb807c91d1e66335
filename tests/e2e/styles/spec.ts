import { expect, test, type Visitor } from "../harness";

interface Look {
  launcher: object | null;
  panel: object | null;
  send: object | null;
  font: string;
}

async function look(visitor: Visitor): Promise<Look> {
  await expect(visitor.launcher).toBeVisible();
  await visitor.open();
  await visitor.page.mouse.move(1, 1);
  await visitor.page.waitForTimeout(1000);
  return {
    launcher: await visitor.launcher.boundingBox(),
    panel: await visitor.panel.boundingBox(),
    send: await visitor.button("Send").boundingBox(),
    font: await visitor.input.evaluate((input) => getComputedStyle(input).fontSize),
  };
}

for (const page of ["styles/unset.html", "styles/hidden.html", "quirks/page.html"]) {
  test(`the widget looks and works the same on ${page}`, async ({ visit, browser }) => {
    const context = await browser.newContext({ viewport: { width: 1100, height: 800 } });
    const wanted = await look(await visit("styles/plain.html", { page: await context.newPage() }));
    const visitor = await visit(page);
    expect(await look(visitor)).toEqual(wanted);
    await context.close();
    await visitor.button("Send").click({ trial: true, force: true });

    await visitor.say("Can you read me?");
    await expect(visitor.panel.getByText("Can you read me?")).toBeVisible();
    const asked = visitor.ask("navigateTo", { url: "#here" });
    await visitor.button("Stay").click();
    expect(await asked).toMatchObject({ status: "error|cancelled" });
    expect(await visitor.ask("highlightDom", { selector: "//h1", label: "Here" })).toMatchObject({ status: "success" });
    await expect(visitor.part("highlight-square")).toBeVisible();
    await expect(visitor.part("highlight-label")).toBeVisible();
  });
}
