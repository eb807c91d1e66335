import { expect, test } from "@playwright/test";
import { delay } from "../../../www/console/core/backoff";
import { curl } from "../../../www/console/core/curl";
import { type Draft, fill, withLength, withoutItem } from "../../../www/console/core/form";
import { pieces, webAddress } from "../../../www/console/core/link";
import { Outbox, type Sending } from "../../../www/console/core/outbox";
import { type Command, type Field, find, readCapabilities } from "../../../www/console/core/schema";
import { merge, readThread, readTurn } from "../../../www/console/core/thread";
import { readToken } from "../../../www/console/core/token";
import { type JsonObject, type LogEvent, readFrame } from "../../../www/console/core/wire";

const ROWS: JsonObject = {
  functions: ["open"],
  commands: [
    {
      type: "highlightDom",
      dataType: "command",
      allowed: true,
      params: {
        type: "object",
        required: ["selector"],
        properties: {
          selector: { type: "string" },
          rect: {
            type: "object",
            required: ["top", "left"],
            properties: { top: { type: ["string", "number"] }, left: { type: ["string", "number"] } },
          },
        },
      },
    },
    {
      type: "callVisitorApi",
      dataType: "command",
      allowed: false,
      params: { type: "object", required: ["functionName"], properties: { functionName: { type: "string" }, args: { type: "array" } } },
    },
    { type: 7 },
  ],
};

function fields(type: string): readonly Field[] {
  return readCapabilities(ROWS, {}).commands.find((command) => command.type === type)?.fields ?? [];
}

function event(number: number, dataType: string, data: JsonObject, role: "visitor" | "agent" = "visitor"): LogEvent {
  const whenPosted = new Date(number * 1000).toISOString();
  return { eventId: String(number).padStart(16, "0"), whenPosted, from: { role }, dataType, data };
}

test.describe("forms", () => {
  test("are made from the page's schemas; what is no row is left out", () => {
    const { commands } = readCapabilities(ROWS, {
      components: { schemas: { HighlightDom: { description: "Draws", properties: { selector: { description: "XPath" } } } } },
    });
    expect(commands.map(({ type, allowed }) => [type, allowed])).toEqual([["highlightDom", true], ["callVisitorApi", false]]);
    expect(commands[0]).toMatchObject({ doc: "Draws", fields: [{ kind: "text", required: true, doc: "XPath" }, { kind: "object" }] });
    expect(commands[1]?.fields[0]).toMatchObject({ kind: "choice", options: ["open"] });
  });

  test("are found by name first, then by what they do", () => {
    const command = (type: string, doc: string): Command => ({ type, doc, dataType: "command", allowed: true, fields: [] });
    const commands = [command("draw", "until cleared"), command("clear", "Removes"), command("other", "Else")];
    expect(find(commands, " Clear ").map(({ type }) => type)).toEqual(["clear", "draw"]);
    expect(find(commands, "")).toHaveLength(3);
  });

  test("a required text may be empty only on purpose", () => {
    expect(fill(fields("highlightDom"), {})).toEqual({ values: {}, faults: { selector: "required" } });
    expect(fill(fields("highlightDom"), { "selector?empty": "true" })).toEqual({ values: { selector: "" }, faults: {} });
  });

  test("an object that is begun must be whole; its numbers are numbers", () => {
    expect(fill(fields("highlightDom"), { selector: "//a", "rect.top": "1" }).faults).toEqual({ "rect.left": "required" });
    expect(fill(fields("highlightDom"), { selector: "//a", "rect.top": "1.5", "rect.left": "2%" }).values).toEqual({
      selector: "//a",
      rect: { top: 1.5, left: "2%" },
    });
  });

  test("values are JSON, or text where they are no JSON; one can be taken out", () => {
    let draft: Draft = withLength({ functionName: "open", "args.0": "1", "args.1": '{"a": [true]}', "args.2": "Ada" }, "args", 3);
    expect(fill(fields("callVisitorApi"), draft).values.args).toEqual([1, { a: [true] }, "Ada"]);
    draft = withoutItem(draft, "args", 1);
    expect(fill(fields("callVisitorApi"), draft).values.args).toEqual([1, "Ada"]);
    expect(fill(fields("callVisitorApi"), { functionName: "close" }).faults).toEqual({ functionName: "choice" });
  });

  test("a member named like a part of the language is a member", () => {
    const values = JSON.parse('{"commands":[{"type":"x","dataType":"command","params":{"type":"object","properties":{"constructor":{"type":"string"}}}}]}') as JsonObject;
    const [command] = readCapabilities(values, {}).commands;
    expect(command?.fields).toMatchObject([{ name: "constructor", kind: "text", required: false }]);
    expect(fill(command?.fields ?? [], {})).toEqual({ values: {}, faults: {} });
    expect(fill(command?.fields ?? [], { constructor: "a" }).values).toEqual({ constructor: "a" });
  });
});

test.describe("the log", () => {
  test("an answer belongs to its question, and only the first counts", () => {
    const thread = readThread([
      event(1, "command", { type: "disableChatInput", id: "k", value: true }, "agent"),
      event(2, "commandResponse", { type: "disableChatInput", eventId: "0000000000000001", status: "success", value: true }),
      event(3, "commandResponse", { type: "disableChatInput", eventId: "0000000000000001", status: "error" }),
      event(4, "visitorEvent", { type: "pageChanged", url: "https://shop.example/", title: "Shop" }),
    ]);
    expect(thread.calls).toMatchObject([{ id: "k", params: { value: true }, answer: { status: "success", values: { value: true } } }]);
    expect(thread).toMatchObject({ inputDisabled: true, page: { title: "Shop" } });
  });

  test("comes together in order, each event once", () => {
    const [one, two, three] = [1, 2, 3].map((number) => event(number, "message", { text: `${number}` }));
    expect(merge([two!, three!], [one!, two!])).toEqual([one, two, three]);
    expect(merge([one!], [two!, three!])).toEqual([one, two, three]);
  });

  test("who wrote last waits or does not", () => {
    const messages = (...roles: ("visitor" | "agent")[]) =>
      roles.map((role, at) => ({ eventId: `${at}`, when: `${at}`, from: { role }, text: "" }));
    expect(readTurn(messages("visitor", "agent", "visitor", "visitor"), "")).toMatchObject({ unread: 2, waitingSince: "2" });
    expect(readTurn(messages("visitor", "agent", "visitor", "visitor"), "2")).toMatchObject({ unread: 1, waitingSince: "2" });
    expect(readTurn(messages("visitor", "agent"), "")).toEqual({ unread: 0, last: expect.anything() });
    expect(readTurn([], "")).toEqual({ unread: 0 });
  });
});

test.describe("what is sent", () => {
  test("is dropped when the log has told of it, whichever comes first", () => {
    let list: readonly Sending[] = [];
    const outbox = new Outbox((now) => (list = now));
    const [first, second] = [outbox.add("message", { text: "a" }), outbox.add("message", { text: "a" })];
    outbox.heard(event(5, "message", { text: "a" }, "agent"));
    expect(list.map(({ heard }) => heard)).toEqual([true, undefined]);
    outbox.acknowledged(first!.key, "0000000000000005", "0000000000000005");
    expect(list.map(({ key }) => key)).toEqual([second!.key]);
    outbox.acknowledged(second!.key, "0000000000000006", "0000000000000005");
    outbox.heard(event(6, "message", { text: "a" }, "agent"));
    expect(list).toEqual([]);
  });

  test("is bounded, and what was refused is sent again only on demand", () => {
    const outbox = new Outbox(() => undefined);
    const first = outbox.add("command", { type: "x" });
    outbox.refused(first!.key, { status: 400, detail: "no" });
    expect(outbox.frames()).toEqual([]);
    outbox.retry(first!.key);
    expect(outbox.frames()).toEqual([{ dataType: "command", data: { type: "x", id: first!.key }, ref: first!.key, key: first!.key }]);
    for (let count = 1; count < 100; count++) expect(outbox.add("message", { text: "a" })).toBeDefined();
    expect(outbox.add("message", { text: "a" })).toBeUndefined();
  });

  test("waits longer each time, up to a bound, never less than half", () => {
    expect([0, 1, 2].map((count) => delay(count, () => 1))).toEqual([400, 800, 1600]);
    expect(delay(1000, () => 1)).toBe(20_000);
    expect(delay(0, () => 0)).toBe(200);
  });
});

test("only web addresses are links", () => {
  expect(pieces("See (https://a.example/b). Or javascript:alert(1)")).toEqual([
    { text: "See (" },
    { text: "https://a.example/b", href: "https://a.example/b" },
    { text: "). Or javascript:alert(1)" },
  ]);
  expect(pieces("http://")).toEqual([{ text: "http://" }]);
  for (const address of ["javascript:alert(1)", "data:text/html,x", "//a.example", "/path", ""]) expect(webAddress(address)).toBeUndefined();
});

test("a command in the shell is quoted", () => {
  const text = curl("https://g.example/", "a/b", "message", { text: "it's $HOME" });
  expect(text).toContain("'https://g.example/conversation/a%2Fb/Data?wait=20'");
  expect(text).toContain(`'{"dataType":"message","data":{"text":"it'\\''s $HOME"}}'`);
});

test("a token is told from what is none", () => {
  const make = (claims: object) => `x.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.y`;
  expect(readToken(` Bearer ${make({ role: "agent", sub: "Åse", site: "s" })}\n`)).toMatchObject({ name: "Åse", role: "agent", site: "s" });
  expect(readToken(make({ role: "visitor" }))).toBe("visitorToken");
  expect(readToken(make({ role: "agent", exp: 1 }))).toBe("overToken");
  for (const text of ["", "abc", "a.b.c", make({}), 'x.y.z"']) expect(readToken(text)).toBe("notToken");
});

test("a frame that is none is passed over", () => {
  for (const text of ["", "[]", "{}", '{"hello":{}}', '{"ack":1}', '{"eventId":"1","from":{"role":"x"},"data":{}}']) {
    expect(readFrame(text)).toBeUndefined();
  }
  expect(readFrame('{"error":{"status":409,"detail":"over"},"ref":"r"}')).toEqual({ kind: "error", problem: { status: 409, detail: "over" }, ref: "r" });
});
