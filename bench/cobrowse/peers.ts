// In the page: records a fixture both ways, and builds it both ways.
import { createCache, createMirror, rebuild, snapshot } from "rrweb-snapshot";
import { rules } from "../../src/mask.js";
import { unpack } from "../../www/mirror/body";
import { Page } from "../../www/mirror/page";
import { SheetTexts } from "../../www/mirror/sheets";
import { Recorder } from "../../www/recorder/recorder";
import { Sender } from "../../www/recorder/sender";

const HEADER_AND_STREAM = 10;
/** The recorder is done when it has sent nothing for so long, in milliseconds. */
const QUIET = 800;

function loaded(src: string, sandboxed: boolean): Promise<HTMLIFrameElement> {
  const frame = document.createElement("iframe");
  if (sandboxed) frame.setAttribute("sandbox", "allow-same-origin");
  frame.src = src;
  return new Promise((done) => {
    // In a task of its own, as the mirror does: when this one ends, the browser looks through the forms there are.
    frame.onload = () => setTimeout(() => done(frame));
    document.body.append(frame);
  });
}

/** What the recorder sends of a document. */
async function recorded(page: Document): Promise<Uint8Array<ArrayBuffer>[]> {
  const frames: Uint8Array<ArrayBuffer>[] = [];
  let last = performance.now();
  const socket = {
    readyState: 1,
    bufferedAmount: 0,
    send(bytes: Uint8Array<ArrayBuffer>) {
      last = performance.now();
      frames.push(bytes.slice());
    },
  };
  const fail = (error: unknown): void => {
    throw error;
  };
  const sender = new Sender(socket as unknown as WebSocket, 1, fail);
  const recorder = new Recorder(page, rules("", "", "", false), sender, fail, () => fail(new Error("overrun")));
  recorder.need([1]);
  while (frames.length === 0 || performance.now() - last < QUIET) await new Promise((done) => setTimeout(done, 50));
  recorder.stop();
  return frames;
}

async function build(frames: readonly Uint8Array<ArrayBuffer>[]): Promise<{ ms: number; nodes: number }> {
  const frame = await loaded("/holder.html", true);
  const doc = frame.contentDocument!;
  const host = { need: () => undefined, clicked: () => undefined, changed: () => undefined, ended: () => undefined };
  const began = performance.now();
  const page = new Page(doc, 1, host, new SheetTexts());
  // All are unpacked before the first is built: what the browser does with the page between two of them, drawing it and
  // looking through its forms, is in neither side's time.
  const payloads = [];
  for (const one of frames) payloads.push(await unpack(one));
  for (const one of payloads) page.apply(one);
  const ms = performance.now() - began;
  const nodes = count(doc);
  frame.remove();
  return { ms, nodes };
}

async function buildTheirs(json: string): Promise<{ ms: number; nodes: number }> {
  const frame = await loaded("/holder.html", true);
  const doc = frame.contentDocument!;
  const began = performance.now();
  // The frame is sandboxed: its own guard looks for that elsewhere.
  rebuild(JSON.parse(json), { doc, cache: createCache(), mirror: createMirror(), UNSAFE_allowUnprotectedRebuild: true });
  const ms = performance.now() - began;
  const nodes = count(doc);
  frame.remove();
  return { ms, nodes };
}

function count(doc: Document): number {
  const walker = doc.createTreeWalker(doc);
  let nodes = 0;
  while (walker.nextNode()) nodes += 1;
  return nodes;
}

async function compare(path: string, runs: number): Promise<object> {
  const source = await loaded(path, false);
  const json = JSON.stringify(snapshot(source.contentDocument!, { mirror: createMirror() }));
  const frames = await recorded(source.contentDocument!);
  source.remove();
  const [ours, theirs]: number[][] = [[], []];
  let nodes = 0;
  for (let run = 0; run < runs; run++) {
    const mine = await build(frames);
    const other = await buildTheirs(json);
    if (Math.abs(mine.nodes - other.nodes) > 0.1 * other.nodes) throw new Error(`${mine.nodes} nodes beside ${other.nodes}`);
    ours!.push(mine.ms);
    theirs!.push(other.ms);
    nodes = mine.nodes;
  }
  const bytes = frames.reduce((sum, frame) => sum + frame.length - HEADER_AND_STREAM, 0);
  return { ours, theirs, nodes, bytes, theirBytes: json.length };
}

Object.assign(globalThis, { compare });
