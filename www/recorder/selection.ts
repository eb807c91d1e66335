// What the visitor has selected, and where the caret stands: in texts, through shadow roots and frames, and in fields.
import { OPEN, text } from "../../src/mask.js";
import { Op } from "../cobrowse/wire";
import * as dom from "./dom";
import type { Nodes } from "./nodes";
import type { Writer } from "./writer";

/** A place that lies further on in its parent is not told: to count so far takes time. */
const FURTHEST = 5000;

type Ends = [anchor: number, from: number, focus: number, to: number];
type Point = [node: number, offset: number];

const NONE: Ends = [0, 0, 0, 0];

export class Selected {
  /** It may be another. */
  isStale = true;
  private told = "";

  constructor(
    private readonly nodes: Nodes,
    private readonly page: Document,
    private readonly roots: ReadonlyMap<Node, unknown>,
  ) {}

  /** It is to be told again. */
  again(): void {
    this.told = "";
    this.isStale = true;
  }

  /** Tells it where it is another. */
  tell(out: Writer): void {
    if (!this.isStale) return;
    this.isStale = false;
    const ends = this.ends();
    const told = ends.join();
    if (told === this.told || (!ends[0] && !this.told)) return;
    this.told = told;
    const [anchor, from, focus, to] = ends;
    out.byte(Op.Select);
    out.id(anchor);
    out.varint(from);
    out.id(focus);
    out.varint(to);
  }

  private ends(): Ends {
    const focus = dom.focused(this.page);
    const own = focus && (this.inField(focus) ?? this.inTexts(dom.ownerDocument(focus) ?? this.page, focus));
    return own || this.inTexts(this.page, null) || NONE;
  }

  /** Of a field that is masked only that the caret is in it: behind what is shown, wherever it is. */
  private inField(field: Element): Ends | undefined {
    const id = this.nodes.id(field);
    const range = dom.selectionIn(field);
    if (!id || !range) return undefined;
    const covered = this.nodes.cover(field);
    if (covered === OPEN) return [id, range[0], id, range[1]];
    const end = text(dom.valueOf(field), covered).length;
    return [id, end, id, end];
  }

  /** Offsets in what is masked would tell how long it is; a caret is none where nothing can be written. */
  private inTexts(document: Document, focus: Element | null): Ends | undefined {
    const range = dom.selectionOf(document, [...this.roots.keys()].filter((root) => dom.nodeType(root) === 11) as ShadowRoot[]);
    if (!range) return undefined;
    const [anchorNode, anchorOffset, focusNode, focusOffset] = range;
    const isCaret = anchorNode === focusNode && anchorOffset === focusOffset;
    if (isCaret && !(focus && dom.matches(focus, ":read-write"))) return undefined;
    const [from, to] = [this.point(anchorNode, anchorOffset), this.point(focusNode, focusOffset)];
    if (!from || !to) return undefined;
    // What is selected may be nothing that is told: that is no caret.
    const isNothing = from[0] === to[0] && from[1] === to[1];
    return isNothing && !isCaret ? undefined : [...from, ...to];
  }

  private point(node: Node, offset: number): Point | undefined {
    const id = this.nodes.id(node);
    if (!id || this.nodes.cover(node) !== OPEN) return undefined;
    if (dom.nodeType(node) === 3) return [id, offset];
    if (offset > FURTHEST) return undefined;
    // Not all of its children are told.
    let told = 0;
    let child = dom.first(node);
    for (let at = 0; child && at < offset; at++, child = dom.next(child)) if (this.nodes.id(child)) told++;
    return [id, told];
  }
}
