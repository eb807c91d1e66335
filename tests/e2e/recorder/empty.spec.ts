import { expect, test } from "../harness";
import { script } from "./bundle";

test.beforeEach(async ({ page, pages }) => {
  await page.goto(pages.url("recorder/page.html"));
  await page.addScriptTag({ content: script() });
});

const IMAGE = `data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" width="70" height="30"></svg>`;
// The mirrors here are in quirks mode.
const PAGE = `
  <style>
    body { margin: 0 } #float { float: right; width: 60px; height: 50px } #margin { margin: 10px auto 20px; width: 90px }
    #absolute { position: absolute; right: 15px; top: 7px; width: 30px; height: 20px } #inline { padding: 0 10px }
    #grid { display: grid; grid-template-columns: 50px 70px; grid-template-rows: 20px 30px } #cell { grid-area: 2 / 2 }
    #flex { display: flex } #item { flex: 1 } #none { display: none }
    object, embed { width: 80px; height: 40px }
    #row { display: flex; width: 200px; height: 60px; align-items: start } #early { order: -1; width: 300px } #low { align-self: end; width: 80px; height: 9px }
    #above { position: fixed; z-index: 3; width: 10px; height: 10px; left: 150px; top: 5px } #under { position: fixed; z-index: 2; left: 145px; top: 0; width: 40px; height: 30px }
    #raised { vertical-align: 12px; display: inline-block; width: 9px; height: 9px }
    #centred { position: fixed; left: 50%; top: 50%; transform: translate(-50%, -50%); width: 50px; height: 30px }
    #scaled { transform: scale(.5); transform-origin: 0 0 } #turned { position: absolute; left: 200px; top: 300px; transform: rotate(30deg); scale: 2; width: 20px; height: 10px }
  </style>
  <div id=float data-docent-block>hidden</div><p id=beside>beside it</p>
  <div id=margin data-docent-block>hidden as well</div><p id=below>below it</p>
  <div id=absolute data-docent-block></div>
  <p>text <span id=inline data-docent-block>hidden</span> <b id=after>after it</b></p>
  <div id=grid><i id=cell data-docent-block></i><i id=first>1</i></div>
  <div id=flex><i id=item data-docent-block></i><i id=second>2</i></div>
  <div id=none data-docent-block>hidden</div><p id=last>last</p>
  <p data-docent-mask><img id=masked src='${IMAGE}'></p>
  <div id=row><i id=one>1</i><i id=early data-docent-block></i><i id=low data-docent-block></i></div>
  <div id=above data-docent-block></div><div id=under>under it</div><p>text <b id=raised data-docent-block></b> <i id=beyond>after it</i></p>
  <div id=centred data-docent-block></div><canvas id=scaled width=60 height=40></canvas><div id=turned data-docent-block></div>
  <object id=object data='${IMAGE}'></object><p id=end>end</p>`;
const SEEN = ["float", "beside", "margin", "below", "absolute", "inline", "after", "cell", "first", "item", "second", "none", "last", "masked", "end", "one", "early", "low", "above", "raised", "beyond", "centred", "scaled", "turned"];

test("what comes empty stands where it stands in the page, and follows its size", async ({ page }) => {
  const found = await page.evaluate(
    async ([html, seen]) => {
      const { Pair } = window as any;
      const pair = new Pair();
      pair.begin(html);
      const { source } = pair;
      pair.watch();
      await pair.settle();
      const found: string[] = [];
      const boxOf = (element: Element | null | undefined): string => {
        const { x, y, width, height } = element?.getBoundingClientRect() ?? new DOMRect();
        return [x, y, width, height].map(Math.round).join(" ");
      };
      // The mirror knows them by their places: what is blocked has no name there.
      const index = (id: string): number => [...source.querySelectorAll("body *")].indexOf(source.getElementById(id));
      const look = async (when: string): Promise<void> => {
        for (const { doc, number } of pair.mirrors) {
          for (const id of seen as string[]) {
            const both = (): string[] => [boxOf(source.getElementById(id)), boxOf(doc.querySelectorAll("body *")[index(id)])];
            for (let tries = 0; both()[0] !== both()[1] && tries < 100; tries++) await new Promise((done) => setTimeout(done, 50));
            const [here, there] = both();
            if (here !== there) found.push(`${when}, mirror ${number}, ${id}: ${here} in the page, ${there} in the mirror`);
          }
        }
        for (const { doc, number } of pair.mirrors) {
          if (doc.elementFromPoint(155, 10) === doc.querySelectorAll("body *")[index("under")]) found.push(`${when}, mirror ${number}: what is above is under`);
        }
        found.push(...pair.differences());
      };
      await look("at first");
      // By styles of the page, which say nothing of what is blocked.
      source.head.appendChild(source.createElement("style")).textContent =
        "#float { float: left; width: 100px } #margin { margin: 5px 40px; height: 70px } #none { display: block; width: 20px } #masked { width: 50px }";
      await pair.settle();
      await look("with other sizes");
      pair.watch();
      await pair.settle();
      await look("for one who comes late");
      return found;
    },
    [PAGE, SEEN] as const,
  );
  expect(found).toEqual([]);
});
