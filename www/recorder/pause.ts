// Whether the site lets the page be seen; where it does not, the mirror is told so and nothing else.
import { NOTHING } from "../../src/mask.js";
import { isNamed, regionsOf } from "../../src/pause.js";
import { Flag, Op, Token } from "../cobrowse/wire";
import * as dom from "./dom";
import type { Sender } from "./sender";
import { Tables, Writer } from "./writer";

export class Pause {
  private readonly regions: string;
  /** Where a region stood when it was last looked for: beside the document, shadow roots and frames. */
  private held: Node[] = [];

  constructor(
    private readonly page: Document,
    regions: string,
    private readonly pages: string,
  ) {
    this.regions = regionsOf(regions);
  }

  /** Looks through these roots of the page. */
  isOn(roots: Iterable<Node>): boolean {
    if (isNamed(this.page.location?.pathname ?? "", this.pages)) return true;
    this.held = [];
    for (const root of roots) if (dom.one(root, this.regions)) this.held.push(root);
    return this.held.length > 0;
  }

  /** Whether what paused is still there. */
  isStill(): boolean {
    const there = this.held.filter((root) => root !== this.page && dom.isConnected(dom.nodeType(root) === 11 ? dom.host(root) : root));
    return this.isOn([this.page, ...there]);
  }

  /** A snapshot of nothing. */
  tell(sender: Sender, watchers: number[]): void {
    const out = new Writer(new Tables());
    out.byte(Op.Snapshot);
    out.varint(1);
    out.varint(0);
    out.value(NOTHING);
    out.byte(Token.End);
    const window = dom.defaultView(this.page);
    out.byte(Op.View);
    out.varint(window?.innerWidth ?? 0);
    out.varint(window?.innerHeight ?? 0);
    out.varint(Math.round((window?.devicePixelRatio ?? 1) * 100));
    out.varint(0);
    out.byte(Op.Paused);
    out.varint(1);
    sender.send(watchers, Flag.Snapshot, out.take());
  }
}
