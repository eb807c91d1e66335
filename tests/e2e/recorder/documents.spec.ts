import { expect, test } from "../harness";
import { script } from "./bundle";

test.beforeEach(async ({ page, pages }) => {
  await page.goto(pages.url("recorder/page.html"));
  await page.addScriptTag({ content: script() });
});

for (const place of ["page", "frame"]) {
  test(`a base that comes, changes and goes resolves what comes with it (${place})`, async ({ page }) => {
    const found = await page.evaluate(async (place) => {
      const { Pair, elementAt } = window as any;
      const pair = new Pair();
      const content = "<style>p { background-image: url(a.png) }</style><p></p><a href=a.html></a><img src=a.png>";
      pair.begin(`<!doctype html><body>${place === "page" ? content : "<iframe></iframe>"}`);
      const doc = place === "page" ? pair.source : pair.source.querySelector("iframe").contentDocument;
      const path = place === "page" ? "" : "iframe >>> ";
      if (place === "frame") doc.body.innerHTML = content;
      const found: string[] = [];
      const look = async (what: string): Promise<void> => {
        const unlike = await pair.unlike(`${path}p backgroundImage`, `${path}p borderImageSource`);
        for (const { doc } of pair.mirrors) {
          for (const [name, property] of [["a", "href"], ["img", "src"], ["img", "currentSrc"]]) {
            const both = (): string[] => [pair.source, doc].map((one) => elementAt(one, path + name)[property as string]);
            // An image has its address in its own time.
            for (let tries = 0; both()[0] !== both()[1] && tries < 100; tries++) await new Promise((done) => setTimeout(done, 50));
            const [here, there] = both();
            if (here !== there) unlike.push(`${property}: ${here} in the page, ${there} in the mirror`);
          }
        }
        found.push(...unlike.map((one: string) => `${what}: ${one}`));
      };
      pair.watch();
      await look("at first");
      const base = doc.createElement("base");
      base.href = "/one/";
      doc.head.prepend(base);
      doc.querySelector("p").style.borderImageSource = "url(b.png)";
      doc.querySelector("img").src = "b.png";
      await look("a base comes");
      base.href = "/two/";
      doc.querySelector("style").textContent = "p { background-image: url(c.png) }";
      doc.querySelector("img").src = "c.png";
      await look("it changes");
      base.remove();
      doc.querySelector("img").src = "d.png";
      await look("it goes");
      return found;
    }, place);
    expect(found).toEqual([]);
  });
}

test("custom elements are as defined as in the page, early and late, in frames too", async ({ page }) => {
  const found = await page.evaluate(async () => {
    const { Pair } = window as any;
    const style = "<style>:not(:defined) { visibility: hidden }</style>";
    const pair = new Pair();
    pair.begin(`<!doctype html><body>${style}<x-early></x-early><x-late>text</x-late><x-never></x-never><iframe></iframe>`);
    const { source } = pair;
    const frame = source.querySelector("iframe").contentDocument;
    frame.body.innerHTML = `${style}<x-inner></x-inner>`;
    const define = (doc: Document, name: string, connected?: (element: Element) => void): void => {
      const view = doc.defaultView as Window & typeof globalThis;
      const own = class extends view.HTMLElement {
        connectedCallback(): void {
          connected?.(this);
        }
      };
      view.customElements.define(name, own);
    };
    define(source, "x-early");
    pair.watch();
    const looks = ["x-early", "x-late", "x-never", "iframe >>> x-inner"].map((path) => `${path} visibility`);
    const found = await pair.unlike(...looks);
    const upgraded = (element: Element): void => {
      element.setAttribute("title", "up");
      element.attachShadow({ mode: "open" }).innerHTML = "<style>:host([title=up]) { color: rgb(1, 2, 3) }</style><slot></slot>";
    };
    define(source, "x-late", upgraded);
    define(frame, "x-inner");
    source.body.append(source.createElement("x-late"));
    found.push(...(await pair.unlike(...looks, "x-late color", "x-late:last-child color")));
    pair.watch();
    // A frame that moves has another document, in which nothing is defined.
    source.body.prepend(source.querySelector("iframe"));
    return [...found, ...(await pair.unlike(...looks.slice(0, 3)))];
  });
  expect(found).toEqual([]);
});

test("the colours that a page says it can be drawn in are the mirror's", async ({ page }) => {
  const found = await page.evaluate(async () => {
    const pair = new (window as any).Pair();
    pair.begin("<!doctype html><meta name=color-scheme content=dark><meta name=description content=dark><p>text</p><input>");
    const { source } = pair;
    const found: string[] = [];
    const look = async (what: string): Promise<void> => {
      const unlike = await pair.unlike("p color", "input backgroundColor", "html colorScheme");
      found.push(...unlike.map((one: string) => `${what}: ${one}`));
    };
    pair.watch();
    await look("dark");
    pair.watch();
    const meta = source.querySelector("meta");
    meta.content = "light";
    await look("light");
    meta.content = "dark";
    await look("dark again");
    meta.content = "dark, or C900X";
    await look("no words for it");
    meta.content = "dark";
    meta.name = "other";
    await look("another name");
    meta.name = "color-scheme";
    await look("its name");
    meta.remove();
    await look("gone");
    if ((await pair.whatLeft()).includes("C900X")) found.push("its content was told");
    return found;
  });
  expect(found).toEqual([]);
});
