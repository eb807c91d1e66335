import { Format, NAMES } from "../cobrowse/wire";
import { Fault, Pieces, Reader } from "./reader";

/** Bytes of a body, packed small and unpacked enormous, that are still taken. */
const LARGEST = 256 * 1024 * 1024;
/** Entries of a table; more is no page. */
const ENTRIES = 4_000_000;

/** A frame's payload, past the header. */
export interface Payload {
  stream: number;
  ops: Reader;
  texts: Pieces;
  values: Pieces;
}

/** Bytes before the payload: the gateway's header. */
const HEADER = 5;
const STREAM = 4;

/** Unpacks a frame as the gateway sends it. */
export async function unpack(frame: Uint8Array<ArrayBuffer>): Promise<Payload> {
  if (frame.length < HEADER + STREAM + 1) throw new Fault("a frame is too short");
  const stream = new DataView(frame.buffer, frame.byteOffset).getUint32(HEADER, true);
  const packed = frame.subarray(HEADER + STREAM + 1);
  const body = frame[HEADER + STREAM] === Format.Deflated ? await inflate(packed) : packed;
  const lengths = new Reader(body);
  const [opsLength, textsLength] = [lengths.varint(), lengths.varint()];
  const rest = lengths.rest();
  if (opsLength + textsLength > rest.length) throw new Fault("a frame is shorter than it says");
  const decoder = new TextDecoder();
  return {
    stream,
    ops: new Reader(rest.subarray(0, opsLength)),
    texts: new Pieces(decoder.decode(rest.subarray(opsLength, opsLength + textsLength))),
    values: new Pieces(decoder.decode(rest.subarray(opsLength + textsLength))),
  };
}

async function inflate(packed: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new DecompressionStream("deflate-raw");
  const writer = stream.writable.getWriter();
  // What goes wrong with it is heard of where it is read.
  writer.write(packed).catch(() => undefined);
  writer.close().catch(() => undefined);
  const reader = stream.readable.getReader();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  try {
    for (let next = await reader.read(); next.value; next = await reader.read()) {
      length += next.value.length;
      if (length > LARGEST) throw new Fault("a frame is too large");
      chunks.push(next.value);
    }
  } catch (error) {
    throw error instanceof Fault ? error : new Fault("a frame is packed wrong");
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/** What is said once and named again, from one frame to the next. `S` is what is made of a shape. */
export class Tables<S> {
  private texts: string[] = [];
  private values: string[] = [];
  private names: string[] = [];
  private shapes: S[] = [];

  constructor(private readonly plan: (name: string, space: number, attributes: string[]) => S) {}

  reset(): void {
    this.texts = [];
    this.values = [];
    this.names = [];
    this.shapes = [];
  }

  text({ ops, texts }: Payload): string {
    return entry(ops, texts, this.texts);
  }

  value({ ops, values }: Payload): string {
    return entry(ops, values, this.values);
  }

  raw({ ops, values }: Payload): string {
    return values.take(ops.varint());
  }

  name(payload: Payload): string {
    const number = payload.ops.varint();
    const known = NAMES[number] ?? this.names[number - NAMES.length];
    if (known !== undefined) return known;
    if (number !== NAMES.length + this.names.length) throw new Fault("a name is unknown");
    return push(this.names, this.raw(payload));
  }

  shape(payload: Payload, number: number): S {
    const known = this.shapes[number];
    if (known !== undefined) return known;
    if (number !== this.shapes.length) throw new Fault("a shape is unknown");
    const name = this.name(payload);
    const packed = payload.ops.varint();
    const attributes: string[] = [];
    for (let count = packed >>> 2; count > 0; count--) attributes.push(this.name(payload));
    return push(this.shapes, this.plan(name, packed & 3, attributes));
  }
}

function entry(ops: Reader, pieces: Pieces, table: string[]): string {
  const reference = ops.varint();
  if (reference === 0) return pieces.take(ops.varint());
  if (reference === 1) return push(table, pieces.take(ops.varint()));
  const known = table[reference - 2];
  if (known === undefined) throw new Fault("a text is unknown");
  return known;
}

function push<T>(table: T[], item: T): T {
  if (table.length >= ENTRIES) throw new Fault("a table is full");
  table.push(item);
  return item;
}
