// Runs in the browser: a page is recorded and rebuilt beside itself, and the two are compared.
import { cover, judged, kindOf, rules as rulesOf, text } from "../../../src/mask.js";
import { MARKS, elementName, ruleFor } from "../../../www/mirror/admit";
import { isMarked } from "../../../www/mirror/aid";
import { unpack } from "../../../www/mirror/body";
import * as dom from "../../../www/mirror/dom";
import { Page, quirksOf } from "../../../www/mirror/page";
import { SheetTexts } from "../../../www/mirror/sheets";
import { sheetOf } from "../../../www/recorder/dom";
import { Recorder } from "../../../www/recorder/recorder";
import { Sender } from "../../../www/recorder/sender";
import { Chance, Editor } from "./edits";

const SILENT = new Set(["script", "noscript", "base", "meta", "object", "embed", "applet", "style", "link"]);
const LEAVES = new Set(["textarea", "input", "iframe", "canvas", "video", "audio"]);

type Rules = ReturnType<typeof rulesOf>;

function frame(): Document {
  const element = document.createElement("iframe");
  element.width = "400";
  document.body.append(element);
  return element.contentDocument as Document;
}

/** A watcher and what it has built. */
class Mirror {
  doc = frame();
  page?: Page;
  work: Promise<void> = Promise.resolve();
  faults: string[] = [];
  frames: Uint8Array<ArrayBuffer>[] = [];
  hasAll = false;

  constructor(
    readonly number: number,
    private readonly ask: (payload: Uint8Array) => void,
  ) {}

  take(bytes: Uint8Array<ArrayBuffer>): void {
    const [flags = 0] = bytes;
    const to = new DataView(bytes.buffer).getUint32(1, true);
    if (to !== this.number && (to !== 0 || !this.hasAll)) return;
    if (flags & 1) this.hasAll = flags === 1;
    this.frames.push(bytes);
    this.work = this.work.then(() => this.build(bytes)).catch((error) => void this.faults.push(String(error.stack ?? error)));
  }

  private async build(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const payload = await unpack(bytes);
    if (this.page && quirksOf(payload) !== undefined) {
      // All of it once more.
      this.doc.defaultView?.frameElement?.remove();
      this.doc = frame();
      delete this.page;
    }
    this.page ??= new Page(
      this.doc,
      payload.stream,
      {
        need: (hashes) => this.ask(needing(hashes)),
        clicked() {},
        changed() {},
        ended() {},
      },
      new SheetTexts(),
    );
    this.page.apply(payload);
  }
}

function needing(hashes: string[]): Uint8Array {
  const bytes = hashes.flatMap((hash) => hash.match(/../g)?.map((pair) => Number.parseInt(pair, 16)) ?? []);
  return new Uint8Array([4, hashes.length, ...bytes]);
}

class Pair {
  readonly source = frame();
  readonly mirrors: Mirror[] = [];
  private watchers = 0;
  bytes = 0;
  faults: string[] = [];
  recorder!: Recorder;
  rules!: Rules;
  /** What the socket would still have to send. */
  ahead = 0;
  /** How often it began anew; `undefined`: it may not. */
  restarts: number | undefined;

  begin(html: string, [mask = "", unmask = "", block = "", all = ""]: string[] = [], slice?: number): void {
    this.source.open();
    this.source.write(html);
    this.source.close();
    this.rules = rulesOf(mask, unmask, block, all === "all");
    this.start(slice);
  }

  private start(slice: number | undefined): void {
    const pair = this;
    const socket = {
      readyState: 1,
      get bufferedAmount() {
        return pair.ahead;
      },
      send: (bytes: Uint8Array) => {
        pair.bytes += bytes.length;
        for (const mirror of pair.mirrors) mirror.take(bytes.slice());
      },
    };
    const fail = (error: unknown) => void this.faults.push(error instanceof Error ? `${error.stack}` : String(error));
    const overrun = (): void => {
      if (this.restarts === undefined) return fail("overrun");
      this.restarts++;
      this.recorder.stop();
      this.start(slice);
      this.recorder.need(this.mirrors.map(({ number }) => number));
    };
    const sender = new Sender(socket as unknown as WebSocket, 7 + (this.restarts ?? 0), fail);
    this.recorder = new Recorder(this.source, this.rules, sender, fail, overrun, slice);
  }

  /** Another watcher comes. */
  watch(): Mirror {
    const number = ++this.watchers;
    const mirror = new Mirror(number, (ask) => this.recorder.hear(number, ask));
    this.mirrors.push(mirror);
    this.recorder.need([number]);
    return mirror;
  }

  /** A watcher goes. */
  leave(mirror: Mirror): void {
    this.mirrors.splice(this.mirrors.indexOf(mirror), 1);
    mirror.doc.defaultView?.frameElement?.remove();
  }

  /** Everything that left the page, unpacked, as text; and what the mirrors show of it. */
  async whatLeft(): Promise<string> {
    const decoder = new TextDecoder();
    let all = "";
    for (const frame of this.mirrors.flatMap((mirror) => mirror.frames)) {
      all += decoder.decode(frame);
      const body = frame.subarray(10);
      if (frame[9] === 0) all += decoder.decode(body);
      else {
        const stream = new Blob([body]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
        all += decoder.decode(await new Response(stream).arrayBuffer());
      }
    }
    return all + this.mirrors.map(({ doc }) => doc.documentElement.outerHTML).join();
  }

  /** Waits until all that happened has been told and built; `hosts`: shadow roots too that came where none was likely. */
  async settle(hosts = true): Promise<void> {
    let recorder: Recorder | undefined;
    let enough: [number, number] = [0, 0];
    const isDone = (): boolean => {
      const [told, looked] = this.recorder.rounds;
      return told >= enough[0] && (looked >= enough[1] || !hosts) && this.recorder.isDone;
    };
    let turns = 0;
    do {
      if (recorder !== this.recorder) {
        // The round that is under way may have passed over what changed last.
        recorder = this.recorder;
        enough = [recorder.rounds[0] + 2, recorder.rounds[1] + 2];
      }
      // While the visitor does something all is looked at oftener.
      if (turns++ % 50 === 0) this.source.dispatchEvent(new Event("toggle"));
      await new Promise((done) => setTimeout(done, 20));
    } while (!isDone() && !this.faults.length);
    for (const mirror of this.mirrors) await mirror.work;
  }

  /** Where a mirror is not what the page is. */
  differences(): string[] {
    const found = [...this.faults, ...this.mirrors.flatMap((mirror) => mirror.faults)];
    for (const mirror of this.mirrors) {
      const [page, built] = [new Lines(this.rules), new Lines(undefined, mirror.page)];
      page.sheets(this.source);
      built.sheets(mirror.doc);
      page.node(this.source, this.rules.outer);
      built.node(mirror.doc, 0);
      const at = page.lines.findIndex((line, at) => line !== built.lines[at]);
      if (at >= 0 || page.lines.length !== built.lines.length) {
        const near = (lines: string[]) => lines.slice(Math.max(0, at - 6), at + 4).join("\n");
        found.push(`mirror ${mirror.number}, line ${at}\n-- page\n${near(page.lines)}\n-- mirror\n${near(built.lines)}`);
      }
    }
    return found;
  }

  /**
   * Settles, waits for what the mirrors load, and tells where they are other than the page: in structure, or in what
   * `PATH PROPERTY PSEUDO-ELEMENT` asks for. In a path `>>>` leads into a shadow root or frame.
   */
  async unlike(...looks: string[]): Promise<string[]> {
    await this.settle();
    return [...this.differences(), ...(await this.seenUnlike(...looks))];
  }

  /** The same of what is asked for only: a link whose sheet a script has changed is a `<style>` in the mirror. */
  async seenUnlike(...looks: string[]): Promise<string[]> {
    await this.settle();
    return this.soonUnlike(...looks);
  }

  /** The same as soon as the mirrors show it, whatever else is still to be looked at. */
  async soonUnlike(...looks: string[]): Promise<string[]> {
    const found = [...this.faults, ...this.mirrors.flatMap((mirror) => mirror.faults)];
    for (const look of looks) {
      const [path = "", property = "", pseudo] = look.split(/ (?=[a-zA-Z]+(?: ::|$))| (?=::)/);
      for (const { doc, number } of this.mirrors) {
        const isLike = (): boolean => styleAt(this.source, path, property, pseudo) === styleAt(doc, path, property, pseudo);
        for (let tries = 0; !isLike() && tries < 100; tries++) await new Promise((done) => setTimeout(done, 50));
        const [here, there] = [this.source, doc].map((one) => styleAt(one, path, property, pseudo));
        if (here !== there) found.push(`mirror ${number}, ${look}: ${here} in the page, ${there} in the mirror`);
      }
    }
    return found;
  }
}

/** An element, through shadow roots and frames. */
function elementAt(doc: Document, path: string): Element {
  const steps = path.split(" >>> ");
  const last = steps.pop() ?? "";
  let root: Document | ShadowRoot = doc;
  for (const step of steps) {
    const host = root.querySelector(step) as HTMLIFrameElement;
    root = host.shadowRoot ?? (host.contentDocument as Document);
  }
  return root.querySelector(last) as Element;
}

function styleAt(doc: Document, path: string, property: string, pseudo?: string): string {
  const element = elementAt(doc, path);
  const style = element.ownerDocument.defaultView?.getComputedStyle(element, pseudo);
  return `${style?.[property as keyof CSSStyleDeclaration]}`;
}

/** A document as lines: of the page what may be told (by the masking itself), of the mirror what it shows. */
class Lines {
  readonly lines: string[] = [];
  private texts = "";

  constructor(
    private readonly rules: Rules | undefined,
    private readonly built?: Page,
  ) {}

  private line(text: string): void {
    if (this.texts) this.lines.push(`"${this.texts}"`);
    this.texts = "";
    if (text) this.lines.push(text);
  }

  node(node: Node, covered: number): void {
    for (const child of dom.childNodes(node)) {
      // Where one text ends and the next begins is seen by none.
      if (dom.nodeType(child) === 3) this.line(`"${this.rules ? text((child as Text).data, covered) : (child as Text).data}"`);
      else if (dom.nodeType(child) === 1) this.element(child as Element, covered);
    }
    this.line("");
  }

  private element(element: Element, outer: number): void {
    const name = dom.localName(element);
    // The mirror's own base, which stands for the page's.
    if (name === "docent-widget" || (!this.rules && name === "base")) return;
    const covered = this.rules ? cover(this.rules, element, outer) : 0;
    const isEmpty = SILENT.has(name) || name.startsWith("docent-") || covered === 4 || isMarked(element, "blocked");
    // What a `<meta>` says of colours the mirror says by one of its own.
    const built = this.rules || name === "meta" ? elementName(name) : name;
    this.line(`<${built}>`);
    if (name === "style") this.style(sheetOf(element));
    if (!isEmpty) {
      for (const attribute of dom.attributeNames(element).sort()) this.attribute(element, attribute, covered);
      this.state(element, covered);
      for (const root of [dom.shadowRoot(element), dom.contentOf(element), dom.frameOf(element)]) {
        if (!root) continue;
        this.line("#root");
        this.sheets(root);
        this.node(root, covered);
        this.line("#end");
      }
      if (!LEAVES.has(name)) this.node(element, covered);
    }
    this.line(`</${built}>`);
  }

  /** The sheets a root has adopted. */
  sheets(root: Node): void {
    for (const sheet of dom.adopted(root)) this.sheet(sheet);
  }

  private style(sheet: CSSStyleSheet | null): void {
    // What a script has changed of an imported sheet the mirror has from elsewhere.
    const rules = sheet ? [...sheet.cssRules].map((rule) => rule.cssText.replace(/^@import url\("[^"]*"\)/, "@import")).join(" ") : "";
    this.line(` css ${rules}`);
    if (rules) this.line(` media=${sheet?.media.mediaText} disabled=${sheet?.disabled}`);
  }

  private sheet(sheet: CSSStyleSheet): void {
    const css = [...sheet.cssRules].map((rule) => rule.cssText).join(" ");
    if (!css.includes("docent-")) this.line(`sheet ${css}`);
  }

  private attribute(element: Element, name: string, covered: number): void {
    if (name.startsWith(MARKS) || ruleFor(dom.localName(element), name) !== "plain") return;
    const raw = dom.attribute(element, name) ?? "";
    const told = this.rules ? judged(kindOf(name), raw, covered) : raw;
    if (told !== undefined) this.line(` ${name}=${told}`);
  }

  private state(element: Element, covered: number): void {
    const told = (raw: string): string => (this.rules ? text(raw, covered) : raw);
    const isHidden = covered > 0 || this.built?.isMasked(element);
    const name = dom.localName(element);
    if (name === "textarea" || (name === "input" && !/checkbox|radio|file|hidden/.test(dom.attribute(element, "type") ?? ""))) {
      this.line(` value=${told((element as HTMLInputElement).value)}`);
    }
    if (isHidden) return;
    if (name === "input") this.line(` checked=${(element as HTMLInputElement).checked}`);
    if (name === "select") this.line(` chosen=${(element as HTMLSelectElement).selectedIndex}`);
  }
}

Object.assign(window, { Pair, Editor, Chance, elementAt });
