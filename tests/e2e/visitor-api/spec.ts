import { expect, test, type Data, type Visitor } from "../harness";

const PAGE = "visitor-api/page.html";

async function call(visitor: Visitor, functionName: string, ...args: unknown[]): Promise<Data> {
  return visitor.ask("callVisitorApi", { functionName, args });
}

test("a function of the page is called, and answers", async ({ visit }) => {
  const visitor = await visit(PAGE);
  for (const [name, args, result] of [
    ["add", [1, 2], 3],
    ["add", ["a", "b"], "ab"],
    ["own", [], "own"],
    ["inherited", [], "from the class"],
    ["whoAmI", [], 40],
    ["nothing", [], null],
    ["later", [50, { waited: true }], { waited: true }],
    ["thenable", [], "waited for"],
    [
      "structured",
      [],
      { list: [1, "two", null, { three: true }], date: "1970-01-01T00:00:00.000Z", text: "\u2028 ø 😀" },
    ],
  ] as const) {
    const answer = await call(visitor, name, ...args);
    expect(answer, name).toMatchObject({ type: "callVisitorApi", status: "success" });
    expect(answer.result, name).toEqual(result);
  }
});

test("arguments may be left out", async ({ visit }) => {
  const answer = await (await visit(PAGE)).ask("callVisitorApi", { functionName: "own" });
  expect(answer).toMatchObject({ status: "success", result: "own" });
});

for (const name of [
  "absent",
  "constructor",
  "toString",
  "hasOwnProperty",
  "valueOf",
  "__proto__",
  "__defineGetter__",
  "notAFunction",
  "",
  "add.call",
]) {
  test(`there is no such function: ${JSON.stringify(name)}`, async ({ visit }) => {
    const answer = await call(await visit(PAGE), name, 1);
    expect(answer).toMatchObject({ status: "error|functionNotFound", functionName: name, args: [1] });
  });
}

for (const [name, message] of [
  ["throws", "out of range"],
  ["rejects", "rejected"],
  ["rejectsWithText", "just text"],
  ["cyclic", ""],
  ["big", ""],
  ["giveFunction", ""],
] as const) {
  test(`a failure is told with what was called: ${name}`, async ({ visit }) => {
    const answer = await call(await visit(PAGE), name, "argument");
    expect(answer).toMatchObject({ status: "error|executionError", functionName: name, args: ["argument"] });
    expect(String(answer.result)).toContain(message);
    expect(String(answer.result)).not.toBe("");
  });
}

test("a function that does not settle in the site's time has failed", async ({ visit }) => {
  const visitor = await visit(PAGE, { site: "narrow" });
  const answer = await call(visitor, "later", 5000);
  expect(answer).toMatchObject({ status: "error|executionError", functionName: "later" });
});

test("a site narrows what may be called", async ({ visit }) => {
  const visitor = await visit(PAGE, { site: "narrow" });
  expect(await call(visitor, "double", 21)).toMatchObject({ status: "success", result: 42 });
  expect(await call(visitor, "add", 1, 2)).toMatchObject({ status: "error|notAllowed" });
  const { functions } = await visitor.ask("getCapabilities");
  expect([...functions].sort()).toEqual(["double", "later"]);
});

for (const [field, params] of [
  ["functionName", {}],
  ["functionName", { functionName: 7 }],
  ["args", { functionName: "add", args: { 0: 1 } }],
] as const) {
  test(`wrong parameters are an error that names them: ${JSON.stringify(params)}`, async ({ visit }) => {
    const answer = await (await visit(PAGE)).ask("callVisitorApi", params);
    expect(answer.status).toBe("error");
    expect(answer.message).toContain(field);
  });
}

test("the page's hook sees every command, may change it, and may veto it", async ({ visit }) => {
  const visitor = await visit(PAGE);
  expect(await call(visitor, "renamed")).toMatchObject({ status: "success", result: 42 });
  expect(await call(visitor, "vetoed")).toMatchObject({ status: "error|notAllowed" });
  expect((await call(visitor, "hookThrows")).status).toMatch(/^error/);
  expect(await visitor.page.evaluate("seen")).toEqual(["callVisitorApi", "callVisitorApi", "callVisitorApi"]);
});
