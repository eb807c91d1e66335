import { Ask } from "../cobrowse/wire";
import { type Payload, unpack } from "./body";
import { Frame } from "./frame";
import { Page, type Sight, quirksOf } from "./page";
import { SheetTexts } from "./sheets";

/** Who shows a mirror. */
export interface MirrorHost {
  /** Where its frames go. */
  stage: HTMLElement;
  /** What its frames are called. */
  title: string;
  /** Sends to the visitor's page. */
  send(payload: Uint8Array<ArrayBuffer>): void;
  /** Asks the gateway for all of the page again; `why` is for the log. */
  askAgain(why: string): void;
  /** What is seen is another. `undefined`: nothing yet, or no more. */
  seen(page: Page | undefined): void;
  clicked(x: number, y: number): void;
}

/** How long a page that replaces another may wait for its style sheets, in milliseconds. */
const PATIENCE = 1500;
/** Bytes that may wait to be built. */
const BACKLOG = 32 * 1024 * 1024;
/** Between two requests for a snapshot, in milliseconds: what was asked for may be lost as well. */
const PAUSE = 3000;

interface Built {
  frame: Frame;
  page: Page;
}

/** The mirror of a visitor's page: takes frames as they come, builds what they say, and replaces one page by the next. */
export class Mirror {
  private work: Promise<void> = Promise.resolve();
  private waiting = 0;
  private shown?: Built;
  private coming?: Built;
  private lost = false;
  private stopped = false;
  private again?: ReturnType<typeof setTimeout>;
  private readonly texts = new SheetTexts();

  constructor(private readonly host: MirrorHost) {}

  /** The page that is seen. */
  get page(): Page | undefined {
    return this.shown?.page;
  }

  take(frame: ArrayBuffer): void {
    const length = frame.byteLength;
    if (this.waiting + length > BACKLOG) {
      this.fail("more comes than can be built");
      return;
    }
    this.waiting += length;
    this.work = this.work
      .then(() => (this.stopped ? undefined : this.build(new Uint8Array(frame))))
      .catch((error: unknown) => this.fail(error instanceof Error ? error.message : String(error)))
      .finally(() => (this.waiting -= length));
  }

  /** Nothing is seen any more. */
  clear(): void {
    this.drop("coming");
    this.drop("shown");
    this.host.seen(undefined);
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.again);
    this.clear();
  }

  private async build(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const payload = await unpack(bytes);
    const quirks = quirksOf(payload);
    if (quirks !== undefined) await this.begin(payload.stream, quirks);
    const built = this.coming ?? this.shown;
    // What belongs to a page that is no more, or follows a frame that was not understood, is of no use.
    if (this.stopped || this.lost || !built || built.page.stream !== payload.stream) return;
    this.apply(built, payload);
  }

  private apply(built: Built, payload: Payload): void {
    built.page.apply(payload);
    const { width, height, isDark } = built.page.sight;
    built.frame.size(width, height);
    built.frame.prefer(isDark);
    if (built === this.coming && (built.page.isWhole || !this.shown)) this.change(built);
    if (built === this.shown) this.host.seen(built.page);
  }

  /** A new page, beside the one that is seen until it is ready. */
  private async begin(stream: number, quirks: boolean): Promise<void> {
    this.drop("coming");
    this.lost = false;
    const frame = new Frame(this.host.stage, this.host.title, () => this.fail("the mirror was led elsewhere"));
    const doc = await frame.open(quirks);
    const host = {
      need: (hashes: string[]) => this.need(hashes),
      clicked: (x: number, y: number) => this.shown?.page.doc === doc && this.host.clicked(x, y),
      changed: () => undefined,
      ended: () => this.clear(),
    };
    const page = new Page(doc, stream, host, this.texts);
    page.quiet = (inner) => frame.quiet(inner);
    doc.addEventListener("load", () => page.settle(), { capture: true });
    this.coming = { frame, page };
  }

  /** Shows a page once its style sheets are there. */
  private change(built: Built): void {
    const links = this.shown ? built.page.loading() : [];
    const loaded = links.map((link) => new Promise((done) => {
      link.addEventListener("load", done, { once: true });
      link.addEventListener("error", done, { once: true });
    }));
    const patience = new Promise((done) => setTimeout(done, links.length > 0 ? PATIENCE : 0));
    const show = (): void => {
      if (built !== this.coming) return;
      delete this.coming;
      this.drop("shown");
      this.shown = built;
      built.frame.show();
      built.page.settle();
      this.host.seen(built.page);
    };
    if (links.length === 0) show();
    else void Promise.race([Promise.all(loaded), patience]).then(show);
  }

  private drop(which: "coming" | "shown"): void {
    this[which]?.frame.remove();
    this[which]?.page.close();
    delete this[which];
  }

  private need(hashes: readonly string[]): void {
    const bytes = hashes.flatMap((hash) => hash.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16));
    this.host.send(Uint8Array.from([Ask.Need, hashes.length, ...bytes]));
  }

  /** What came cannot be built: all of the page is asked for. What is seen stays until it comes. */
  private fail(why: string): void {
    if (this.stopped) return;
    this.lost = true;
    this.drop("coming");
    if (this.again !== undefined) return;
    this.host.askAgain(why);
    this.again = setTimeout(() => {
      delete this.again;
      if (this.lost) this.fail(why);
    }, PAUSE);
  }
}

export type { Page, Sight };
