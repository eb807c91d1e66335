import { expect, test } from "../harness";
import { script } from "./bundle";

test("what is selected is shown, in shadow roots, frames and fields; of what is masked only where the caret is", async ({ page, pages }) => {
  await page.goto(pages.url("recorder/page.html"));
  await page.addScriptTag({ content: script() });
  const found = await page.evaluate(async () => {
    const pair = new (window as any).Pair();
    pair.begin(
      `<!doctype html><body><!-- told to nobody --><p id=a>one two</p><p id=b>three</p><p id=masked data-docent-mask>four five</p><div id=host></div>
      <iframe id=frame></iframe><input id=open class=open value="0123456789"><textarea id=area class=open>a text</textarea>
      <input id=field value="a long secret"><input id=pass type=password class=open value=12345><div id=note class=open contenteditable>note</div>`,
      ["", ".open"],
    );
    const { source } = pair;
    const at = (id: string): any => source.getElementById(id);
    at("host").attachShadow({ mode: "open" }).innerHTML = "<p>in the shadow</p>";
    at("frame").contentDocument.body.innerHTML = "<p tabindex=0>in the frame</p>";
    pair.watch();
    await pair.settle();
    const { doc } = pair.mirrors[0];
    const mirrored = (root: any = doc): string => String(root.getSelection());
    const select = (from: Node, start: number, to: Node, end: number): void => from.ownerDocument!.getSelection()!.setBaseAndExtent(from, start, to, end);
    const caret = (): unknown => {
      const { caret } = pair.mirrors[0].page;
      return caret && [caret.node.id, caret.from, caret.to];
    };
    const seen: Record<string, unknown> = {};
    const look = async (name: string, what: () => unknown): Promise<void> => {
      await pair.settle();
      seen[name] = what();
    };
    select(at("a").firstChild, 4, at("b").firstChild, 2);
    await look("texts", mirrored);
    select(source.body, 0, source.body, 3);
    await look("elements", mirrored);
    select(at("a").firstChild, 1, at("masked").firstChild, 7);
    await look("masked", mirrored);
    const inner = at("host").shadowRoot.querySelector("p").firstChild;
    select(inner, 3, inner, 6);
    await look("shadow", mirrored);
    source.getSelection().removeAllRanges();
    await look("none", mirrored);
    const framed = at("frame").contentDocument.querySelector("p");
    framed.focus();
    select(framed.firstChild, 0, framed.firstChild, 2);
    await look("frame", () => mirrored(doc.querySelector("iframe").contentDocument));
    at("open").focus();
    at("open").setSelectionRange(2, 5);
    await look("open", caret);
    at("area").focus();
    at("area").setSelectionRange(3, 3);
    await look("area", caret);
    at("field").focus();
    at("field").setSelectionRange(2, 9);
    await look("field", caret);
    at("pass").focus();
    at("pass").setSelectionRange(3, 3);
    await look("password", caret);
    at("note").focus();
    select(at("note").firstChild, 2, at("note").firstChild, 2);
    await look("note", () => pair.mirrors[0].page.caret?.from);
    return { ...seen, differences: pair.differences() };
  });
  expect(found).toEqual({
    texts: expect.stringMatching(/^two\s+th$/),
    elements: expect.stringMatching(/^one two\s+three\s*$/),
    masked: "",
    shadow: "the",
    none: "",
    frame: "in",
    open: ["open", 2, 5],
    area: ["area", 3, 3],
    field: ["field", 6, 6],
    password: ["", 0, 0],
    note: 2,
    differences: [],
  });
});
