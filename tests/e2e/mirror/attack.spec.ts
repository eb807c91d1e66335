import { Flag, Op, Space } from "../../../www/cobrowse/wire";
import { Desk } from "../console/desk";
import { expect, test } from "../harness";
import { type Draft, Encoder } from "./encode";
import { Stranger } from "./visitor";

const EVIL = "https://evil.example";
/** What would run if it could: it leaves a mark wherever it runs. */
const RUN = "top.pwned=1;parent.pwned=1;window.pwned=1;alert(1)";
const JAVASCRIPT = `javascript:${RUN}`;
/** Names that hide what a script would ask a form or a document for. */
const CLOBBERED = [
  ...["appendChild", "insertBefore", "setAttribute", "getAttribute", "hasAttribute", "parentNode", "nodeType", "isConnected", "matches", "style"],
  ...["createElement", "createTextNode", "createDocumentFragment", "defaultView", "documentElement", "adoptedStyleSheets", "append", "evaluate"],
];

function vectors(): Draft[] {
  const el = (name: string, attributes: Record<string, string> = {}, children: Draft[] = [], space = Space.Html): Draft => ({ name, space, attributes, children });
  const svg = (name: string, attributes: Record<string, string> = {}, children: Draft[] = []): Draft => el(name, attributes, children, Space.Svg);
  const data = `data:text/html,<script>${RUN}</script>`;
  return [
    // What the fifth node is said to be below.
    el("meta"),
    el("script", {}, [RUN]),
    el("script", { src: `${EVIL}/script.js` }),
    el("SCRIPT", { src: `${EVIL}/script.js` }, [RUN]),
    svg("script", { href: `${EVIL}/script.js`, "xlink:href": `${EVIL}/script.js` }, [RUN]),
    el("noscript", {}, [el("img", { src: `${EVIL}/noscript.png`, onerror: RUN })]),
    el("img", { src: "x", onerror: RUN, onload: RUN }),
    el("img", { src: JAVASCRIPT }),
    el("body", { onload: RUN, onpageshow: RUN, onfocus: RUN }),
    el("input", { autofocus: "", onfocus: RUN, onblur: RUN }),
    el("details", { open: "", ontoggle: RUN }, ["details"]),
    el("video", { src: `${EVIL}/film.mp4`, autoplay: "", onloadstart: RUN, onerror: RUN }, [el("source", { src: `${EVIL}/film.webm`, onerror: RUN })]),
    el("audio", { src: `${EVIL}/sound.mp3`, autoplay: "", loop: "" }),
    el("track", { src: `${EVIL}/track.vtt` }),
    el("marquee", { onstart: RUN }, ["marquee"]),
    el("a", { id: "js", href: JAVASCRIPT, target: "_top" }, ["javascript"]),
    el("a", { id: "spaced", href: `\u0001 java\nscript\t:${RUN}` }, ["spaced"]),
    el("a", { id: "data", href: data, target: "_blank" }, ["data"]),
    el("a", { id: "away", href: `${EVIL}/away.html`, target: "_top", ping: `${EVIL}/ping`, download: "" }, ["away"]),
    svg("svg", { onload: RUN }, [
      svg("a", { "xlink:href": JAVASCRIPT, href: JAVASCRIPT }, [svg("text", {}, ["svg"])]),
      svg("animate", { attributeName: "href", values: JAVASCRIPT, onbegin: RUN, begin: "0s" }),
      svg("set", { attributeName: "onclick", to: RUN }),
      svg("a", { id: "animated", href: "#" }, [
        svg("animate", { attributeName: "xlink:href", from: JAVASCRIPT, to: JAVASCRIPT, begin: "0s", fill: "freeze" }),
        svg("set", { attributeName: "href", to: JAVASCRIPT, begin: "0s", onend: RUN }),
        svg("rect", { width: "9", height: "9", onclick: RUN }),
      ]),
      svg("use", { href: `${EVIL}/sprite.svg#x` }),
      svg("style", {}, [`@import url("${JAVASCRIPT}"); rect { fill: url("${EVIL}/paint.svg#p") }`]),
      svg("feImage", { href: JAVASCRIPT }),
      svg("mpath", { href: `${EVIL}/path.svg#p` }),
      svg("use", { href: `data:image/svg+xml,<svg id='x' xmlns='http://www.w3.org/2000/svg'><image href='1' onerror='${RUN}'/></svg>#x` }),
      svg("foreignObject", {}, [el("iframe", { srcdoc: `<script>${RUN}</script>` })]),
      svg("image", { href: JAVASCRIPT }),
      svg("handler", { type: "text/javascript" }, [RUN]),
    ]),
    el("math", { href: JAVASCRIPT }, [el("maction", { actiontype: "statusline#x", "xlink:href": JAVASCRIPT }, [], Space.Math)], Space.Math),
    el("iframe", { src: JAVASCRIPT }),
    el("iframe", { src: `${EVIL}/frame.html`, name: "n", allow: "camera", sandbox: "allow-scripts allow-same-origin" }),
    el("iframe", { srcdoc: `<script>${RUN}</script><img src=${EVIL}/srcdoc.png>` }),
    { name: "iframe", frame: [el("html", {}, [el("body", {}, [el("script", {}, [RUN]), el("img", { src: "y", onerror: RUN }), el("iframe", { srcdoc: data })])])] },
    el("frameset", {}, [el("frame", { src: `${EVIL}/frameset.html` })]),
    el("object", { data: `${EVIL}/object.swf`, type: "application/x-shockwave-flash" }),
    el("object", { data }),
    el("embed", { src: `${EVIL}/embed.swf` }),
    el("embed", { src: JAVASCRIPT }),
    el("applet", { code: "X", archive: `${EVIL}/a.jar` }),
    el("base", { href: `${EVIL}/`, target: "_top" }),
    el("meta", { "http-equiv": "refresh", content: `0;url=${EVIL}/refresh.html` }),
    el("meta", { "http-equiv": "refresh", content: `0;url=${JAVASCRIPT}` }),
    el("meta", { "http-equiv": "Content-Security-Policy", content: "script-src 'unsafe-inline'" }),
    el("link", { rel: "import", href: `${EVIL}/import.html` }),
    el("link", { rel: "preload", as: "script", href: `${EVIL}/preload.js` }),
    el("link", { rel: "modulepreload", href: `${EVIL}/module.js` }),
    el("link", { rel: "prefetch", href: `${EVIL}/prefetch.html` }),
    el("link", { rel: "dns-prefetch preconnect", href: EVIL }),
    el("link", { rel: "manifest", href: `${EVIL}/manifest.json` }),
    el("link", { rel: "stylesheet", href: JAVASCRIPT }),
    el("form", { action: `${EVIL}/form`, id: "form", onsubmit: RUN, target: "_top" }, [
      el("input", { name: "q", value: "1" }),
      el("button", { id: "submit", formaction: `${EVIL}/formaction`, onclick: RUN }, ["submit"]),
      el("input", { type: "image", src: JAVASCRIPT, formaction: JAVASCRIPT }),
    ]),
    el("style", {}, [
      `@import url("${EVIL}/imported.css"); @import "data:text/css,*{background:url(${JAVASCRIPT})}";`,
      `@font-face { font-family: evil; src: url("${EVIL}/evil.woff2") } body { font-family: evil; cursor: url("${JAVASCRIPT}"), auto }`,
      "@keyframes k { to { opacity: 0.9 } } .moving { animation: k 10ms; transition: all 1ms } </style><script>" + RUN + "</script>",
    ]),
    el("p", { class: "moving", onanimationstart: RUN, onanimationend: RUN, ontransitionrun: RUN }, ["moving"]),
    el("div", { hidden: "until-found", onbeforematch: RUN, style: "content-visibility:auto", oncontentvisibilityautostatechange: RUN }, ["auto"]),
    el("dialog", { open: "", oncancel: RUN, onclose: RUN }, ["dialog"]),
    el("img", { srcset: `${JAVASCRIPT} 1x, ${EVIL}/set.png 2x`, sizes: "1px", loading: "eager", onerror: RUN }),
    el("map", { name: "m" }, [el("area", { href: JAVASCRIPT, shape: "default", target: "_top", ping: `${EVIL}/area` })]),
    el("a", { id: "blob", href: "blob:https://evil.example/0", target: "_self" }, ["blob"]),
    el("isindex", { action: JAVASCRIPT, type: "image" }),
    el("div", { style: `background:url("${JAVASCRIPT}");behavior:url(${EVIL}/x.htc);-moz-binding:url(${EVIL}/x.xml)` }, ["styled"]),
    el("table", { background: JAVASCRIPT }, [el("td", { background: JAVASCRIPT })]),
    el("template", { shadowrootmode: "open" }, [el("script", {}, [RUN])]),
    { name: "div", shadow: [el("script", {}, [RUN]), el("img", { src: "z", onerror: RUN }), el("style", {}, [`@import "${JAVASCRIPT}"`])] },
    el("x-evil", { is: "x-evil", onclick: RUN }),
    el("portal", { src: `${EVIL}/portal.html` }),
    el("fencedframe", { src: `${EVIL}/fenced.html` }),
    el("button", { onclick: RUN, popovertarget: "p", accesskey: "a" }, ["button"]),
    el("div", { id: "p", popover: "", onbeforetoggle: RUN }, ["popover"]),
    el("docent-script", { onclick: RUN }, [RUN]),
    el("form", {}, CLOBBERED.map((name) => el("input", { name }))),
    ...CLOBBERED.flatMap((name) => [el("img", { name }), el("form", { name })]),
    el("a<b onclick", { "a=b": "1", "1": "2", "on\u0000click": RUN }, ["odd names"]),
  ];
}

test("nothing of a hostile page runs, leads away, or is fetched past styles, images and fonts", async ({ page, gateway, pages, browser }) => {
  const stranger = await Stranger.come(page, gateway, pages);
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, locale: "en-GB" });
  const agent = await context.newPage();
  const asked: string[] = [];
  const dialogs: string[] = [];
  agent.on("dialog", (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  await context.route(`${EVIL}/**`, (route) => {
    asked.push(`${route.request().resourceType()} ${route.request().url()}`);
    return route.abort();
  });
  const desk = await Desk.sit(agent, gateway);
  await desk.open(stranger.conversation);
  await stranger.watched();
  const encoder = new Encoder();
  const html: Draft = { name: "html", attributes: { onclick: RUN }, children: [{ name: "head", children: [] }, { name: "body", attributes: { onload: RUN }, children: vectors() }] };
  encoder.snapshot(`${EVIL}/shop/`, [html]);
  // The same once more, as what comes later: attributes, sheets, stills.
  const [htmlId, bodyId] = [2, 4];
  // An address that comes in two parts, neither of which is one.
  encoder.byte(Op.Attr).id(bodyId).name("href").value("java");
  encoder.byte(Op.AttrSplice).id(bodyId).name("href").varint(4).varint(0).raw(`script:${RUN}`);
  encoder.byte(Op.Attr).id(bodyId).name("onclick").value(RUN);
  encoder.byte(Op.Attr).id(htmlId).name("onmouseover").value(RUN);
  encoder.byte(Op.Value).id(5).value(`dark"><script>${RUN}</script><meta http-equiv=refresh content="0;url=${JAVASCRIPT}`);
  for (const name of ["x-evil", "script", "a<b", "docent-script", "constructor"]) encoder.byte(Op.Defined).id(1).name(name);
  encoder.byte(Op.Base).id(1).value(JAVASCRIPT);
  for (const [number, css] of [`@import url("${JAVASCRIPT}"); body { background: url("${EVIL}/ok.png") }`, `*{behavior:url(${EVIL}/x.htc)} </style><script>${RUN}</script>`].entries()) {
    encoder.byte(Op.Sheet).varint(number).varint(1).value(JAVASCRIPT).raw(css);
  }
  encoder.byte(Op.Adopt).id(1).varint(2).varint(0).varint(1);
  encoder.byte(Op.Sheet).varint(2).varint(0).value(`${JAVASCRIPT}`);
  encoder.byte(Op.Page).value(JAVASCRIPT).value("<img src=x onerror=alert(1)>").value(`${EVIL}/`);
  await stranger.send(encoder.frame(Flag.Snapshot));
  const frame = agent.frameLocator(".mirror-frame:not(.coming)");
  await expect(frame.getByText("odd names")).toBeVisible();
  await expect(agent.getByText("<img src=x onerror=alert(1)>")).toBeVisible();

  // By hand, as an agent might, and past the glass that keeps the hand off.
  for (const id of ["#js", "#spaced", "#data", "#away", "#submit", "#blob", "#animated"]) await frame.locator(id).dispatchEvent("click");
  for (const id of ["#js", "#away", "#submit"]) {
    await frame.locator(id).focus();
    await agent.keyboard.press("Enter");
  }
  // What moves has moved, and what may be fetched was asked for: the rest had its time.
  await expect.poll(() => asked).toEqual(expect.arrayContaining([`image ${EVIL}/ok.png`, `stylesheet ${EVIL}/imported.css`, `font ${EVIL}/evil.woff2`]));
  await agent.waitForTimeout(500);

  const inner = await agent.evaluate(() => {
    const frame = document.querySelector<HTMLIFrameElement>(".mirror-frame:not(.coming)");
    const roots: Node[] = [frame!.contentDocument!];
    const faults: string[] = [];
    for (let root = roots.pop(); root; root = roots.pop()) {
      for (const element of (root as Document).querySelectorAll("*")) {
        if (element.shadowRoot) roots.push(element.shadowRoot);
        const inside = (element as HTMLIFrameElement).contentDocument;
        if (inside) roots.push(inside);
        if (element.localName === "meta" && element.outerHTML !== '<meta name="color-scheme">') faults.push(element.outerHTML);
        if (["script", "object", "embed", "portal", "frame"].includes(element.localName)) faults.push(element.localName);
        for (const { name, value } of element.attributes) {
          if (/^on/i.test(name) || ["srcdoc", "action", "formaction", "autofocus", "autoplay", "ping", "target"].includes(name)) faults.push(`${element.localName} ${name}`);
          if (name !== "style" && /^[\s\u0000-\u001f]*j\s*a\s*v\s*a\s*s\s*c/i.test(value)) faults.push(`${element.localName} ${name}=${value}`);
        }
        if (element.localName === "iframe" && element.hasAttribute("src")) faults.push("iframe src");
      }
    }
    return { faults, pwned: (window as any).pwned, inner: (frame!.contentWindow as any).pwned, sandbox: frame!.getAttribute("sandbox"), address: frame!.contentWindow!.location.pathname };
  });
  expect(inner).toEqual({ faults: [], pwned: undefined, inner: undefined, sandbox: "allow-same-origin", address: "/console/frame/standards.html" });
  expect(dialogs).toEqual([]);
  // A drawing that a style paints with is fetched under the policy of images, and runs as little as they do.
  const kinds = /^(stylesheet|image|font) |^other https:..evil\.example.paint\.svg$/;
  expect(asked.filter((one) => !kinds.test(one))).toEqual([]);
  expect(agent.url()).toContain(`/console/?conversation=${stranger.conversation}`);
  expect(context.pages()).toHaveLength(1);
  await context.close();
});
