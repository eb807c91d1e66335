import { expect, test } from "../harness";

const PAGE = "requests/page.html";

test.use({ timezoneId: "Europe/Oslo", locale: "nb-NO" });

test("getLocalTime tells the instant, the zone and the offset", async ({ visit }) => {
  const answer = await (await visit(PAGE)).ask("getLocalTime");
  expect(answer).toMatchObject({ type: "getLocalTime", status: "success", timeZone: "Europe/Oslo" });
  expect(answer.value).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(Math.abs(Date.parse(answer.value) - Date.now())).toBeLessThan(30_000);
  expect([60, 120]).toContain(answer.utcOffset);
});

test("getPageInfo tells where the visitor is", async ({ visit }) => {
  const visitor = await visit(PAGE);
  const { width, height } = visitor.page.viewportSize() ?? {};
  expect(await visitor.ask("getPageInfo")).toMatchObject({
    status: "success",
    url: visitor.page.url(),
    title: "A page to ask",
    referrer: "",
    viewport: { width, height },
    language: "nb-NO",
  });
});

test("getElementValue tells text, and no value that is masked", async ({ visit }) => {
  const visitor = await visit(PAGE);
  const title = await visitor.ask("getElementValue", { selector: "//h1" });
  expect(title.status).toBe("success");
  expect(title.value.replace(/\s+/g, " ").trim()).toBe("Some text");
  expect(await visitor.ask("getElementValue", { selector: "//h1/@id" })).toMatchObject({ value: "title" });
  const password = await visitor.ask("getElementValue", { selector: '//*[@id="password"]' });
  expect(password).toMatchObject({ status: "error|notAllowed" });
  expect(JSON.stringify(password)).not.toContain("hunter2");
  for (const selector of ["", "//nothing", "//*[", "count(//p)"]) {
    expect(await visitor.ask("getElementValue", { selector })).toMatchObject({ status: "error|invalidSelector" });
  }
});

test("getCapabilities tells what can be asked, with what, and what the site allows", async ({ visit }) => {
  const answer = await (await visit(PAGE, { site: "never" })).ask("getCapabilities");
  expect(answer.status).toBe("success");
  expect(answer.version).toMatch(/^\d+\.\d+\.\d+/);
  const rows = new Map<string, any>(answer.commands.map((row: any) => [row.type, row]));
  expect([...rows.keys()].sort()).toEqual(
    [
      "callVisitorApi",
      "clearHighlight",
      "disableChatInput",
      "getCapabilities",
      "getCoBrowseDom",
      "getElementValue",
      "getLocalTime",
      "getPageInfo",
      "highlightDom",
      "initiateCoBrowse",
      "navigateTo",
    ].sort(),
  );
  expect(rows.get("highlightDom")).toMatchObject({ dataType: "command", allowed: true, params: { type: "object" } });
  expect(rows.get("initiateCoBrowse").allowed).toBe(false);
  expect(rows.get("getCoBrowseDom")).toMatchObject({ dataType: "infoRequest", allowed: false });
  expect(answer.functions).toEqual(expect.arrayContaining(["open", "close", "setClaims"]));
});

test("a request is answered as a command is, unless the site or the request wants an infoResponse", async ({ visit }) => {
  const visitor = await visit(PAGE);
  const plain = await visitor.ask("getLocalTime");
  const wished = await visitor.ask("getLocalTime", { responseType: "infoResponse" });
  const kinds = async (eventId: string): Promise<string[]> =>
    (await visitor.agent.answers(eventId)).map((event) => event.dataType);
  expect(await kinds(plain.eventId)).toEqual(["commandResponse"]);
  expect(await kinds(wished.eventId)).toEqual(["infoResponse"]);

  const told = await visit(PAGE, { site: "told" });
  const { eventId } = await told.ask("getLocalTime");
  expect((await told.agent.answers(eventId)).map((event) => event.dataType)).toEqual(["infoResponse"]);
  const command = await told.ask("clearHighlight");
  expect((await told.agent.answers(command.eventId)).map((event) => event.dataType)).toEqual(["commandResponse"]);
});

test("what nobody knows is answered too, with the names it came by", async ({ visit }) => {
  const visitor = await visit(PAGE);
  const answer = await visitor.ask("standOnYourHead", { id: "mine" });
  expect(answer).toMatchObject({ type: "standOnYourHead", id: "mine", status: "error" });
  expect(answer.message).toContain("standOnYourHead");
  const id = await visitor.ask("getLocalTime", { id: "ø|1" });
  expect(id).toMatchObject({ id: "ø|1", status: "success" });
  expect(await visitor.ask("getLocalTime")).not.toHaveProperty("id");
});
