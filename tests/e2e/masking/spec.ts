import { expect, test } from "../harness";

const PAGE = "masking/page.html";
/** The ids of everything on the page that holds a canary: a text that must never leave it. */
const SECRETS = ["text", "typed", "password", "hidden", "email", "card", "code", "area", "select", "masked", "region", "secret", "blocked", "box", "editable"] as const;

test("the page's HTML holds no canary, and what is public is there", async ({ visit }) => {
  const visitor = await visit(PAGE, { site: "masked" });
  await visitor.ask("initiateCoBrowse", { coBrowseState: "active" });
  const answer = await visitor.ask("getCoBrowseDom");
  expect(answer.status).toBe("success");
  expect(answer.value.match(/.{30}canary.{20}/gis)).toBeNull();
  expect(answer.value).toContain("PUBLIC heading");
  expect(answer.value).toContain("PUBLIC value");
});

test("where the site pauses the mirror no HTML is told either, however the address is spelt", async ({ visit }) => {
  const visitor = await visit(PAGE, { site: "masked" });
  await visitor.ask("initiateCoBrowse", { coBrowseState: "active" });
  for (const path of ["/private/x", "/private/", "/pr%69vate/x", "//private//x", "/Private/x?a#b"]) {
    await visitor.page.evaluate((path) => history.pushState(null, "", location.origin + path), path);
    expect(await visitor.ask("getCoBrowseDom"), path).toMatchObject({ status: "error|notAllowed" });
  }
  await visitor.page.evaluate(() => history.pushState(null, "", `${location.origin}/public/private/`));
  expect(await visitor.ask("getCoBrowseDom")).toMatchObject({ status: "success" });
  await visitor.page.evaluate(() => document.body.setAttribute("data-docent-pause", ""));
  expect(await visitor.ask("getCoBrowseDom")).toMatchObject({ status: "error|notAllowed" });
});

for (const id of SECRETS) {
  test(`no answer holds the canary of #${id}`, async ({ visit }) => {
    const visitor = await visit(PAGE, { site: "masked" });
    for (const path of ["", "/@value", "/text()", "/..", "/@title"]) {
      const answer = await visitor.ask("getElementValue", { selector: `//*[@id="${id}"]${path}` });
      expect(JSON.stringify(answer), path).not.toContain("CANARY");
    }
    const answer = await visitor.ask("getElementValue", { selector: `//*[@id="${id}"]` });
    expect(answer.status).toBe("error|notAllowed");
  });
}

test("a field the site shows is told", async ({ visit }) => {
  const visitor = await visit(PAGE, { site: "masked" });
  const answer = await visitor.ask("getElementValue", { selector: '//*[@id="shown"]' });
  expect(answer).toMatchObject({ status: "success", value: "PUBLIC value" });
});

test("nothing the gateway logs holds one", async ({ visit, gateway }) => {
  const visitor = await visit(PAGE, { site: "masked" });
  await visitor.agent.say("CANARY-message");
  expect(gateway.logged).not.toContain("CANARY");
});
