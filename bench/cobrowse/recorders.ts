// In the page that is recorded: both recorders, and what they cost it.
import { record } from "@rrweb/record";
import { Recorder, Sender, rules } from "./ours.js";

/** One recorder at work. */
interface Peer {
  /** A full snapshot again. */
  again(): void;
  stop(): void;
  /** Whether all that was noticed has been told. */
  isDone(): boolean;
  /** What was sent since the last call, in bytes: as it was made, and as it goes over the network. */
  sent(): Promise<{ raw: number; packed: number; frames: number }>;
  text(): Promise<string>;
}

const MASK = ".masked";
const BLOCK = ".blocked";

async function through(stream: GenericTransformStream, bytes: BlobPart): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream as never)).arrayBuffer());
}

function ours(slice?: number): Peer {
  let frames: Uint8Array<ArrayBuffer>[] = [];
  const failed = (error: unknown): void => void setTimeout(() => Promise.reject(error));
  const socket = { readyState: 1, bufferedAmount: 0, send: (bytes: Uint8Array<ArrayBuffer>) => void frames.push(bytes.slice()) };
  let sender: Sender;
  let recorder: Recorder;
  const begin = (): void => {
    sender = new Sender(socket as unknown as WebSocket, 1, failed);
    recorder = new Recorder(document, rules(MASK, "", BLOCK, false), sender, failed, () => failed(new Error("overrun")), slice);
    recorder.need([1]);
  };
  const raw = async (): Promise<Uint8Array<ArrayBuffer>[]> => {
    while (!sender.isIdle) await new Promise((done) => setTimeout(done, 5));
    const inflate = (frame: Uint8Array<ArrayBuffer>) => (frame[9] ? through(new DecompressionStream("deflate-raw"), frame.slice(10)) : frame.slice(10));
    return Promise.all(frames.map(inflate));
  };
  begin();
  return {
    again: () => {
      recorder.stop();
      begin();
    },
    stop: () => recorder.stop(),
    isDone: () => recorder.isDone,
    sent: async () => {
      const bodies = await raw();
      const sum = (list: Uint8Array[]): number => list.reduce((bytes, one) => bytes + one.length, 0);
      const found = { raw: sum(bodies), packed: sum(frames), frames: frames.length };
      frames = [];
      return found;
    },
    text: async () => (await raw()).map((body) => new TextDecoder().decode(body)).join(),
  };
}

function theirs(): Peer {
  let events: string[] = [];
  const stop = record({
    emit: (event) => void events.push(JSON.stringify(event)),
    maskAllInputs: true,
    maskTextSelector: `${MASK}, [data-docent-mask]`,
    blockSelector: `${BLOCK}, [data-docent-block]`,
  });
  return {
    again: () => record.takeFullSnapshot(),
    stop: () => stop?.(),
    isDone: () => true,
    sent: async () => {
      // Each has to go when it is made, packed where that pays, as ours do.
      const sizes = events.map(async (event) => {
        const raw = new Blob([event]).size;
        return { raw, packed: Math.min(raw, (await through(new CompressionStream("gzip"), event)).length) };
      });
      const found = { raw: 0, packed: 0, frames: events.length };
      for (const { raw, packed } of await Promise.all(sizes)) {
        found.raw += raw;
        found.packed += packed;
      }
      events = [];
      return found;
    },
    text: async () => events.join(),
  };
}

const rest = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

const bench = {
  peer: undefined as Peer | undefined,

  /** Full snapshots: the first in this page, then the least of some. */
  async snapshot(isOurs: boolean, runs: number): Promise<object> {
    const began = performance.now();
    const peer = isOurs ? ours(Number.POSITIVE_INFINITY) : theirs();
    const cold = performance.now() - began;
    const bytes = await peer.sent();
    const warm: number[] = [];
    for (let run = 0; run < runs; run++) {
      await rest(50);
      const began = performance.now();
      peer.again();
      warm.push(performance.now() - began);
      await peer.sent();
    }
    peer.stop();
    return { cold, warm, ...bytes };
  },

  /** The longest time the page could not go on while it was recorded. */
  async slices(): Promise<number> {
    const { port1, port2 } = new MessageChannel();
    let last = 0;
    let longest = 0;
    port1.onmessage = () => {
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
      port2.postMessage(0);
    };
    last = performance.now();
    port2.postMessage(0);
    await rest(50);
    longest = 0;
    const peer = ours();
    while (!peer.isDone()) await rest(20);
    port1.close();
    peer.stop();
    return longest;
  },

  async begin(isOurs: boolean): Promise<void> {
    bench.peer = isOurs ? ours() : theirs();
    await rest(300);
    while (!bench.peer.isDone()) await rest(50);
    await bench.peer.sent();
  },

  /** What a change costs beside itself: the time of all the recorder's callbacks, and its bytes. */
  async change(name: string): Promise<object> {
    const peer = bench.peer as Peer;
    await peer.sent();
    const meter = (globalThis as unknown as { meter: { ms: number } }).meter;
    meter.ms = 0;
    await CHANGES[name]?.();
    await rest(600);
    while (!peer.isDone()) await rest(50);
    return { ms: meter.ms, ...(await peer.sent()) };
  },

  async leaks(isOurs: boolean): Promise<number> {
    const peer = isOurs ? ours() : theirs();
    await rest(400);
    while (!peer.isDone()) await rest(50);
    const text = await peer.text();
    peer.stop();
    return new Set(text.match(/C\d\d\dX/g)).size;
  },
};

const row = (n: number): HTMLElement => {
  const row = document.createElement("div");
  row.className = `row row-${n % 9}`;
  row.append(Object.assign(document.createElement("b"), { textContent: `row ${n}` }), `text of the row ${n}`);
  row.title = `Row ${n}`;
  return row;
};

const some = (selector: string, count: number): HTMLElement[] => [...document.querySelectorAll<HTMLElement>(selector)].slice(0, count);

/** What is done to a page of 10,000 nodes, in this order. */
const CHANGES: Record<string, () => void | Promise<void>> = {
  "10,000 nodes in one append": () => {
    const all = document.createElement("div");
    all.id = "appended";
    for (let n = 0; n < 2500; n++) all.append(row(n));
    document.body.append(all);
  },
  "5,000 appends": () => {
    const all = document.body.appendChild(Object.assign(document.createElement("div"), { id: "rows" }));
    for (let n = 0; n < 5000; n++) all.append(Object.assign(document.createElement("i"), { textContent: `item ${n}` }));
  },
  "1,000 class changes": () => some("li", 1000).forEach((one, n) => (one.className = `is-${n % 5} chosen`)),
  "1,000 style changes": () => some("td, li", 1000).forEach((one, n) => (one.style.cssText = `color: red; left: ${n}px`)),
  "1,000 text changes": () => some("b, em, td, a", 1000).forEach((one, n) => ((one.firstChild as Text).data = `changed ${n}`)),
  "1,000 rows reversed": () => {
    const rows = some("#appended > div", 1000);
    const end = rows[rows.length - 1]?.nextSibling ?? null;
    for (const one of rows.reverse()) one.parentNode?.insertBefore(one, end);
  },
  "10,000 nodes removed": () => document.querySelector("#appended")?.remove(),
  "a 60 fps ticker, 5 s": async () => {
    const [text, bar] = some("h2", 2) as [HTMLElement, HTMLElement];
    for (let n = 0; n < 300; n++) {
      (text.firstChild as Text).data = `price ${(100 + Math.sin(n)).toFixed(2)}`;
      bar.style.width = `${n % 100}%`;
      bar.setAttribute("data-n", String(n));
      await new Promise((done) => requestAnimationFrame(done));
    }
  },
  "an hour of that ticker, at 360 times the speed": async () => {
    const texts = some("td", 360);
    for (let n = 0; n < 600; n++) {
      for (const one of texts) (one.firstChild as Text).data = `price ${Math.random()}`;
      await new Promise((done) => requestAnimationFrame(done));
    }
  },
  "one attribute": () => void some("h2", 3)[2]?.setAttribute("title", "new words"),
  "one text": () => void ((some("em", 3)[2]?.firstChild as Text).data = "new words"),
};

Object.assign(globalThis, { bench });
