import { expect, test } from "../harness";
import { script } from "./bundle";

test.beforeEach(async ({ page, pages }) => {
  await page.goto(pages.url("recorder/page.html"));
  await page.addScriptTag({ content: script() });
  await page.evaluate(() => {
    const { Pair, elementAt } = window as any;
    /** How dialogs and popovers stand in a document. */
    const stand = (doc: Document, paths: string[]): string =>
      paths
        .map((path) => {
          const element = elementAt(doc, path);
          return `${path} ${[":open, [open]", ":modal", ":popover-open"].map((state) => element.matches(state)).join()}`;
        })
        .join("; ");
    Pair.prototype.standing = async function (...paths: string[]): Promise<string[]> {
      const found = await this.unlike(...paths.map((path) => `${path} backgroundColor ::backdrop`));
      for (const { doc } of this.mirrors) {
        const [here, there] = [stand(this.source, paths), stand(doc, paths)];
        if (here !== there) found.push(`${here} in the page, ${there} in the mirror`);
      }
      return found;
    };
  });
});

test("dialogs and popovers in shadow roots and frames open and close, and what is behind them can be reached again", async ({ page }) => {
  const found = await page.evaluate(async () => {
    const pair = new (window as any).Pair();
    pair.begin("<!doctype html><style>body { margin: 0 } button { width: 80px; height: 40px }</style><button>B</button><x-a></x-a><iframe></iframe>");
    const { source } = pair;
    const content = `<style>dialog::backdrop { background: rgb(1, 2, 3) } [popover]::backdrop { background: rgb(3, 2, 1) }</style>
      <dialog>dialog</dialog><div popover>popover</div>`;
    const root = source.querySelector("x-a").attachShadow({ mode: "open" });
    const inner = source.querySelector("iframe").contentDocument.body;
    root.innerHTML = inner.innerHTML = content;
    const paths = ["x-a >>> dialog", "x-a >>> [popover]", "iframe >>> dialog", "iframe >>> [popover]"];
    const found: string[] = [];
    const look = async (what: string): Promise<void> => {
      found.push(...(await pair.standing(...paths)).map((one: string) => `${what}: ${one}`));
      for (const { doc } of pair.mirrors) {
        const [here, there] = [source, doc].map((one) => one.elementFromPoint(20, 20).localName);
        if (here !== there) found.push(`${what}: ${here} in the page, ${there} in the mirror`);
      }
    };
    const { mirrors } = pair;
    pair.watch();
    await look("at first");
    for (const place of [root, inner]) {
      place.querySelector("dialog").showModal();
      place.querySelector("[popover]").showPopover();
    }
    await look("open");
    pair.watch();
    await look("to one who comes late");
    for (const place of [root, inner]) {
      place.querySelector("[popover]").hidePopover();
      place.querySelector("dialog").close();
    }
    await look("closed");
    for (const place of [root, inner]) place.querySelector("dialog").show();
    await look("not modal");
    for (const place of [root, inner]) {
      place.querySelector("dialog").close();
      place.querySelector("dialog").showModal();
    }
    await look("modal again");
    for (const place of [root, inner]) place.querySelector("dialog").remove();
    paths.splice(0, 4, "x-a >>> [popover]", "iframe >>> [popover]");
    await look("taken away");
    return mirrors.length === 2 ? found : ["there are not two mirrors"];
  });
  expect(found).toEqual([]);
});

test("of details of one name one is open; the visitor's Escape closes a dialog and ends what fills the screen", async ({ page }) => {
  await page.evaluate(() => {
    const pair = ((window as any).pair = new (window as any).Pair());
    pair.source.defaultView.frameElement.allow = "fullscreen";
    pair.begin(`<!doctype html><details name=g id=a open><summary>A</summary></details><details name=g id=b><summary>B</summary></details>
      <dialog>dialog</dialog><div id=full>all</div><button>Fill</button>`);
    pair.source.querySelector("button").onclick = () => pair.source.querySelector("#full").requestFullscreen();
    pair.watch();
  });
  const look = () => page.evaluate(() => (window as any).pair.standing("#a", "#b", "dialog"));
  const full = () => page.evaluate(() => [...(window as any).pair.mirrors[0].doc.querySelectorAll("*")].filter((one) => one.hasAttributeNS("urn:docent:mirror", "fullscreen")).map((one) => one.id));
  const visitor = page.frames()[1]!;
  expect(await look()).toEqual([]);
  for (const id of ["#b", "#a"]) {
    await visitor.locator(`${id} summary`).click();
    expect(await look()).toEqual([]);
  }
  await visitor.evaluate(() => document.querySelector("dialog")!.showModal());
  expect(await look()).toEqual([]);
  await page.keyboard.press("Escape");
  await expect(visitor.locator("dialog")).toBeHidden();
  expect(await look()).toEqual([]);
  await visitor.getByRole("button").click();
  await expect.poll(full).toEqual(["full"]);
  await visitor.evaluate(() => document.exitFullscreen());
  await expect.poll(full).toEqual([]);
});
