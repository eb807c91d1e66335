// Records the page for those who watch: a snapshot for each who needs one, then what changes.
import type { Rules } from "../../src/mask.js";
import { Ask, Flag, Op, Token } from "../cobrowse/wire";
import { Changes } from "./changes";
import { Covers } from "./covers";
import { Documents } from "./documents";
import * as dom from "./dom";
import { Hosts } from "./hosts";
import { Late } from "./late";
import { isEmptied, isTold, Nodes, Trait, traits } from "./nodes";
import { LOOK_EVERY, Pace } from "./pace";
import type { Sender } from "./sender";
import { Sheets } from "./sheets";
import { Splices } from "./splice";
import { States } from "./states";
import { Stills } from "./stills";
import { Structure } from "./structure";
import { View } from "./view";
import { breath, relief } from "./waits";
import { judgedBase, type Parts, Walk } from "./walk";
import { Tables, Writer } from "./writer";

/** How long work may go on at a time, in milliseconds. */
const SLICE = 5;
/** A part of a snapshot has about this many bytes. */
const PART = 64 * 1024;
/** More changes than this that nobody took are forgotten for a snapshot. */
const MOST_CHANGES = 100_000;

const OBSERVED: MutationObserverInit = {
  childList: true,
  subtree: true,
  attributes: true,
  attributeOldValue: true,
  characterData: true,
  characterDataOldValue: true,
};

interface Root {
  observer: MutationObserver;
  stop: AbortController;
}

export class Recorder implements Parts {
  readonly nodes = new Nodes();
  private readonly tables = new Tables();
  private readonly out = new Writer(this.tables);
  private readonly changes = new Changes(this);
  private readonly roots = new Map<Node, Root>();
  private readonly frames = new Map<Element, Document>();
  private readonly covers: Covers;
  private readonly sheets: Sheets;
  private readonly documents = new Documents(this.nodes);
  private readonly states = new States(this.nodes);
  private readonly stills: Stills;
  private readonly view: View;
  private readonly hosts: Hosts;
  private readonly pace = new Pace();
  /** Nodes whose children were not all told, and from which child on. */
  private readonly rescans = new Map<Node, Node | null>();
  private readonly restyles = new Set<Element>();
  /** Elements whose state is to be told. */
  private fresh: [Element, number][] = [];
  /** Fields that were used. */
  private readonly used = new Set<Element>();
  private readonly needing = new Set<number>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private poll: ReturnType<typeof setInterval> | undefined;
  private isServing = false;
  private isStopped = false;
  private isLooking = false;
  private end = 0;

  constructor(
    private readonly page: Document,
    readonly rules: Rules,
    private readonly sender: Sender,
    private readonly failed: (error: unknown) => void,
    /** So much has changed unsent that a fresh start is less. */
    private readonly overrun: () => void,
    private readonly slice = SLICE,
    /** Whether the site lets nobody see the page, which has these roots. It begins anew then. */
    private readonly isPaused: (roots: Iterable<Node>) => boolean = () => false,
  ) {
    this.covers = new Covers(this.nodes, rules, this.changes, this.roots);
    this.hosts = new Hosts(this.nodes, this.changes, this.roots);
    this.sheets = new Sheets(this.nodes, rules);
    this.stills = new Stills(this.nodes, page);
    this.view = new View(this.nodes, rules, page, () => this.moved(), this.roots);
  }

  /** Whether all that was noticed has been told. */
  get isDone(): boolean {
    const isQuiet = !this.isServing && this.timer === undefined && this.sender.isIdle;
    return isQuiet && this.changes.isEmpty && !this.rescans.size;
  }

  /** How often it has looked at all that nothing tells of: at sheets and states, and at elements for shadow roots. */
  get rounds(): [told: number, hosts: number] {
    return [Math.min(this.sheets.rounds, this.states.rounds), this.hosts.rounds];
  }

  /** These watchers need a snapshot. */
  need(watchers: number[]): void {
    for (const watcher of watchers) this.needing.add(watcher);
    if (this.needing.size && !this.isServing && !this.isStopped) this.serve().catch(this.failed);
  }

  /** What a watcher's mirror asks. */
  hear(watcher: number, ask: Uint8Array): void {
    if (ask[0] === Ask.Snapshot) this.need([watcher]);
    if (ask[0] !== Ask.Need) return;
    const out = new Writer(this.tables);
    for (let i = 0; i < Math.min((ask.length - 2) >> 3, ask[1] ?? 0); i++) this.sheets.answer(out, ask.slice(2 + 8 * i, 10 + 8 * i));
    this.sender.send([watcher], 0, out.take());
  }

  /** What of the page is hidden from those who watch: the outermost elements. */
  hidden(): Iterable<Element | undefined> {
    return this.covers.hidden(this.page);
  }

  /** The page's document and shadow roots, those in its frames too. */
  get known(): Iterable<Node> {
    return this.roots.keys();
  }

  /** For {@link Parts}. */
  get marked(): Set<Node> | undefined {
    return this.covers.marked;
  }

  /** Nothing of it stays. */
  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
    clearInterval(this.poll);
    for (const root of [...this.roots.keys()]) this.dropped(root);
    this.changes.clear();
    this.stills.stop();
  }

  /** For {@link Parts}. */
  root(root: Node, _cover: number): void {
    if (this.roots.has(root)) return;
    const stop = new AbortController();
    const observer = new MutationObserver((records) => this.guard(() => this.note(records)));
    observer.observe(root, OBSERVED);
    this.roots.set(root, { observer, stop });
    this.nodes.note(root);
    for (const type of ["input", "change", "toggle", "reset", "fullscreenchange"]) {
      dom.on(root, type, stop.signal, (event) => {
        this.used.add((event.composedPath()[0] ?? event.target) as Element);
        this.moved();
      });
    }
    dom.on(root, "load", stop.signal, (event) => this.guard(() => this.loaded(event.target as Element)));
    this.documents.add(root);
    this.view.listen(root, stop.signal);
    this.covers.root(root);
    this.fresh.push([root as Element, 0]);
  }

  special(element: Element, has: number): void {
    this.fresh.push([element, has]);
    this.nodes.note(element);
    if (has & Trait.Still) this.stills.add(element);
    if (has & Trait.Custom) {
      this.hosts.add(element);
      this.documents.element(element);
    }
    if (has & Trait.Frame) {
      const inner = dom.frameOf(element);
      if (inner) this.frames.set(element, inner);
    }
  }

  empty(element: Element): void {
    if (this.hosts.add(element)) this.nodes.note(element);
  }

  rescan(node: Node, from: Node | null): void {
    this.rescans.set(node, this.rescans.has(node) ? null : from);
  }

  /** For `Changes`. */
  dropped(node: Node): void {
    const root = this.roots.get(node);
    if (root) {
      this.changes.orphaned(root.observer.takeRecords());
      root.observer.disconnect();
      root.stop.abort();
      this.roots.delete(node);
    }
    const inner = this.frames.get(node as Element);
    if (inner) {
      this.frames.delete(node as Element);
      if (this.nodes.id(inner)) this.changes.forget(inner);
    }
    this.sheets.forget(node);
    this.documents.forget(node);
    this.states.forget(node);
    this.stills.forget(node);
    this.hosts.forget(node);
    this.view.forget(node);
  }

  restyled(element: Element): void {
    this.restyles.add(element);
    this.soon();
  }

  observes(node: Node): boolean {
    return this.roots.has(dom.rootOf(node));
  }

  rewritten(document: Node): void {
    for (const [frame, inner] of this.frames) if (inner === document) this.changes.anew(frame);
  }

  /** A frame that was moved has another document; its event may have come where nobody listened. */
  private reframe(): void {
    for (const [frame, inner] of this.frames) if (dom.frameOf(frame) !== inner) this.changes.anew(frame);
  }

  private guard(work: () => void): void {
    if (this.isStopped) return;
    try {
      work();
    } catch (error) {
      this.failed(error);
    }
  }

  private note(records: MutationRecord[]): void {
    this.changes.note(records);
    this.covers.noted();
    this.soon();
  }

  private take(): void {
    for (const { observer } of [...this.roots.values()]) {
      const records = observer.takeRecords();
      if (!records.length) continue;
      this.changes.note(records);
      this.covers.noted();
    }
    this.changes.settle();
    this.reframe();
  }

  private loaded(element: Element): void {
    // First what the page did before: a frame loads in the midst of its scripts.
    this.take();
    const has = dom.nodeType(element) === 1 ? traits(dom.localName(element)) : 0;
    if (has & Trait.Sheet) this.restyled(element);
    if (has & Trait.Frame && this.nodes.id(element) && dom.frameOf(element) !== this.frames.get(element)) {
      this.changes.anew(element);
      this.soon();
    }
  }

  private moved(): void {
    if (this.pace.isAtRest()) {
      clearTimeout(this.timer);
      this.timer = undefined;
    }
    this.pace.moved();
    this.soon();
  }

  private soon(): void {
    if (this.isStopped || this.isServing || this.timer !== undefined) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.guard(() => this.flush());
    }, this.pace.wait());
  }

  private readonly isDue = (): boolean => performance.now() > this.end;

  /** Tells what has changed, if the socket can take it; else it waits, and more comes together. */
  private flush(): void {
    if (this.isServing) return;
    this.take();
    if (this.changes.size > MOST_CHANGES || this.mayNot()) return this.overrun();
    if (this.sender.isFull) return this.soon();
    this.end = this.pace.told() + this.slice;
    this.write(this.isDue);
    this.sender.send([0], 0, this.out.take());
    if (!this.changes.isEmpty || this.rescans.size) this.soon();
  }

  /** Whether the page has become one that nobody may see. */
  private mayNot(): boolean {
    const { touched, attributes } = this.changes;
    const isOther = touched.size > 0 || attributes.size > 0 || this.isLooking;
    return isOther && this.isPaused(this.roots.keys());
  }

  /** Everything that is known to have changed, as ops. */
  private write(isDue: () => boolean): void {
    const { changes, nodes, out } = this;
    if (this.tables.isLarge) {
      this.tables.reset();
      out.byte(Op.Reset);
    }
    this.documents.tell(out);
    this.covers.judge();
    this.scan();
    const fresh = nodes.next;
    if (changes.touched.size) new Structure(this, changes, out, isDue).place();
    if (changes.attributes.size || changes.texts.size) {
      const splices = new Splices(nodes, out, fresh);
      splices.changedAttributes(changes.attributes, (element, has) => {
        if (has & Trait.Sheet) this.restyles.add(element);
        else this.used.add(element);
      });
      splices.changedTexts(changes.texts);
    }
    if (changes.gone.length) {
      out.byte(Op.Remove);
      out.varint(changes.gone.length);
      for (const id of changes.gone) out.id(id);
      changes.gone = [];
    }
    this.tellFresh(() => false);
    for (const element of this.used) if (dom.nodeType(element) === 1) this.states.tell(out, element);
    this.used.clear();
    for (const element of this.restyles) if (nodes.id(element)) this.sheets.own(out, element);
    this.restyles.clear();
    this.view.flush(out, this.isLooking);
  }

  /** Finds what a walk could not reach: of those that stand together, the first. */
  private scan(): void {
    const { changes, nodes } = this;
    for (const [node, from] of this.rescans) {
      if (!nodes.id(node)) continue;
      let isNext = false;
      const isThere = from && dom.parent(from) === node;
      for (let child = isThere ? from : dom.first(node); child; child = dom.next(child)) {
        if (!isTold(child)) continue;
        const isNew = !nodes.id(child);
        if (isNew && !isNext) changes.touched.add(child);
        if (isThere) break;
        isNext = isNew;
      }
    }
    this.rescans.clear();
  }

  /** The state of what has just been told. `false`: the time is up. */
  private tellFresh(isDue: () => boolean): boolean {
    const { fresh, out } = this;
    if (!fresh.length) return true;
    let count = 0;
    for (const [element, has] of fresh) {
      const isHolder = has & Trait.Sheet || dom.nodeType(element) !== 1;
      if (((++count % 16 === 0 || isHolder) && isDue()) || (isHolder && !this.sheets.read(element, isDue))) {
        fresh.splice(0, count - 1);
        return false;
      }
      if (!this.nodes.id(element)) continue;
      if (dom.nodeType(element) !== 1) {
        this.sheets.adopt(out, element);
        for (const top of dom.fullscreened(element)) this.states.tell(out, top);
        continue;
      }
      if (has & Trait.Sheet) this.sheets.own(out, element);
      else this.states.tell(out, element);
      const isEmpty = isEmptied(has, this.nodes.cover(element)) || (has & Trait.Frame && !this.frames.has(element));
      if (isEmpty) this.states.box(out, element);
    }
    this.fresh = [];
    this.documents.tell(out);
    return true;
  }

  private async serve(): Promise<void> {
    this.isServing = true;
    clearTimeout(this.timer);
    this.timer = undefined;
    while (this.needing.size && !this.isStopped) {
      // What waits for a socket that takes nothing would be old when it is taken.
      if (this.sender.isFull) {
        await relief();
        if (this.nodes.id(this.page) && this.isBeyond()) return;
        continue;
      }
      const watchers = [...this.needing];
      this.needing.clear();
      if (await (this.nodes.id(this.page) ? this.again(watchers) : this.begin(watchers))) return;
    }
    this.isServing = false;
    this.poll ??= setInterval(() => this.guard(() => this.look()), LOOK_EVERY);
    this.soon();
  }

  /** Between two slices of a snapshot. `true`: there is no more to be told. */
  private async part(out: Writer, watchers: number[], isList: boolean): Promise<boolean> {
    if (this.isBeyond()) return true;
    if (out.size > PART || this.sender.isFull) {
      if (isList) out.byte(Token.Pause);
      this.sender.send(watchers, Flag.Snapshot | Flag.More, out.take());
      if (isList) out.byte(Op.More);
    }
    do await (this.sender.isFull ? relief() : breath());
    while (this.sender.isFull && !this.isStopped && this.changes.size < MOST_CHANGES);
    if (this.isStopped) return true;
    this.end = performance.now() + this.slice;
    this.take();
    return false;
  }

  /** Whether it has to begin anew: so much has changed, or the page may not be seen. */
  private isBeyond(): boolean {
    const isIt = this.changes.size > MOST_CHANGES || this.isPaused(this.roots.keys());
    if (isIt) this.overrun();
    return isIt;
  }

  /** The first snapshot, a slice at a time. What changes meanwhile is told afterwards. */
  private async begin(watchers: number[]): Promise<boolean> {
    const { nodes, out, page } = this;
    nodes.add(page, this.rules.outer);
    this.end = performance.now() + this.slice;
    this.root(page, this.rules.outer);
    this.head(out);
    const walk = new Walk(this, out, page, dom.first(page), null, undefined, nodes.next);
    while (!walk.run(this.isDue)) {
      if (await this.part(out, watchers, true)) return true;
      this.covers.mark();
      walk.resume();
    }
    while (!this.tellFresh(this.isDue)) if (await this.part(out, watchers, false)) return true;
    if (this.isBeyond()) return true;
    this.view.again(out);
    this.sender.send(watchers, Flag.Snapshot, out.take());
    return false;
  }

  /** A snapshot for those who come late: the same nodes under the same ids, a slice at a time. */
  private async again(watchers: number[]): Promise<boolean> {
    const { nodes, page } = this;
    this.end = performance.now() + this.slice;
    this.take();
    this.covers.mark();
    const late = new Late(nodes, this.rules, this.covers, this.changes);
    const out = new Writer(new Tables());
    this.head(out);
    const walk = new Walk(late, out, page, dom.first(page), null, late, nodes.id(page) + 1);
    while (!walk.run(this.isDue)) {
      if (await this.part(out, watchers, true)) return true;
      this.covers.mark();
      walk.resume();
    }
    late.mend();
    for (const told of [this.sheets.again(out, this.out), this.states.again(out, this.out)]) {
      for (const _ of told) if (this.isDue() && (await this.part(out, watchers, false))) return true;
    }
    this.take();
    this.documents.tell(out, true);
    if (this.isBeyond()) return true;
    // To those who have all before, ahead of what makes the late one one of them.
    this.sender.send([0], 0, this.out.take());
    this.stills.again();
    this.view.again(out);
    this.sender.send(watchers, Flag.Snapshot, out.take());
    // From here on all remember the same: nothing.
    this.tables.reset();
    this.out.byte(Op.Reset);
    this.view.again(this.out);
    return false;
  }

  private head(out: Writer): void {
    out.byte(Op.Snapshot);
    out.varint(this.nodes.id(this.page));
    out.varint(dom.compatMode(this.page) === "BackCompat" ? Flag.Quirks : 0);
    out.value(judgedBase(this.page));
  }

  /** Looks for what nothing tells of. */
  private look(): void {
    const time = this.isServing || this.sender.isFull ? 0 : this.pace.look();
    if (!time) return;
    this.documents.tell(this.out);
    this.sheets.glances(this.out);
    this.end = performance.now() + time;
    this.sheets.poll(this.out, this.isDue);
    this.states.poll(this.out, this.isDue);
    this.states.measure(this.out, this.isDue);
    this.stills.look(this.out);
    this.hosts.look();
    this.isLooking = true;
    this.flush();
    this.isLooking = false;
  }
}
