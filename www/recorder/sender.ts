// Frames to the gateway, in order, packed where that pays.
import { Format } from "../cobrowse/wire";

/** A body of fewer bytes is sent as it is. */
const WORTH_PACKING = 1024;
/** With more than this ahead the page goes on without telling. */
const HIGH = 256 * 1024;
const HEADER = 5;

interface Frame {
  watchers: number[];
  flags: number;
  body: Uint8Array;
}

export class Sender {
  private queue: Frame[] = [];
  private waiting = 0;
  private isBusy = false;

  constructor(
    private readonly socket: WebSocket,
    private readonly stream: number,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** Whether the socket is slower than the page. */
  get isFull(): boolean {
    return this.waiting + this.socket.bufferedAmount > HIGH;
  }

  /** Whether all has gone to the socket. */
  get isIdle(): boolean {
    return !this.isBusy;
  }

  /** Sends a body to these watchers (0: all that have a snapshot). */
  send(watchers: number[], flags: number, body: Uint8Array | undefined): void {
    if (!body) return;
    const frame = { watchers, flags, body };
    if (!this.isBusy && body.length < WORTH_PACKING) return this.put(frame, body, Format.Plain);
    this.waiting += body.length;
    this.queue.push(frame);
    if (!this.isBusy) this.go().catch(this.failed);
  }

  private async go(): Promise<void> {
    this.isBusy = true;
    for (let frame = this.queue.shift(); frame; frame = this.queue.shift()) {
      const { body } = frame;
      const packed = body.length < WORTH_PACKING ? undefined : await deflated(body);
      this.waiting -= body.length;
      this.put(frame, packed ?? body, packed ? Format.Deflated : Format.Plain);
    }
    this.isBusy = false;
  }

  private put({ watchers, flags }: Frame, bytes: Uint8Array, format: number): void {
    const whole = new Uint8Array(HEADER + 5 + bytes.length);
    const view = new DataView(whole.buffer);
    whole[0] = flags;
    view.setUint32(HEADER, this.stream, true);
    whole[HEADER + 4] = format;
    whole.set(bytes, HEADER + 5);
    for (const watcher of watchers) {
      view.setUint32(1, watcher, true);
      if (this.socket.readyState === 1) this.socket.send(whole);
    }
  }
}

async function deflated(body: Uint8Array): Promise<Uint8Array | undefined> {
  if (typeof CompressionStream !== "function") return undefined;
  const stream = new CompressionStream("deflate-raw");
  const writer = stream.writable.getWriter();
  const written = writer.write(body as BufferSource).then(() => writer.close());
  const packed = new Uint8Array(await new Response(stream.readable).arrayBuffer());
  await written;
  return packed.length < body.length ? packed : undefined;
}
