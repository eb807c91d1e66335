// Writing bodies (`protocol/src/cobrowse.rs`). What is written of the page's own words is `Shown`: what has been judged.
import type { Shown } from "../../src/mask.js";
import { NAMES } from "../cobrowse/wire";

/** Longer strings do not come back often enough to be kept. */
const LONGEST_KEPT = 200;
const LONGEST_TEXT_KEPT = 32;
/** More entries than this are not kept over a flush. */
const LARGEST = 8192;

/** A shape under way: what the next attribute makes of it. */
export interface Shape {
  /** Its number, where it is one. */
  index: number;
  readonly next: Map<string, Shape>;
}

const shape = (): Shape => ({ index: -1, next: new Map() });

/** What both sides remember. */
export class Tables {
  names = new Map<string, number>();
  texts = new Map<string, number>();
  values = new Map<string, number>();
  roots = new Map<string, Shape>();
  shapes = 0;

  constructor() {
    this.reset();
  }

  reset(): void {
    this.names = new Map(NAMES.map((name, at) => [name, at]));
    this.texts = new Map();
    this.values = new Map();
    this.roots = new Map();
    this.shapes = 0;
  }

  get isLarge(): boolean {
    return this.values.size + this.texts.size > LARGEST || this.names.size + this.shapes > LARGEST;
  }

  /** The shape of an element of this name, before its attributes. */
  root(name: string, space: number): Shape {
    const key = space ? name + space : name;
    let found = this.roots.get(key);
    if (!found) this.roots.set(key, (found = shape()));
    return found;
  }

  step(from: Shape, name: string): Shape {
    let found = from.next.get(name);
    if (!found) from.next.set(name, (found = shape()));
    return found;
  }
}

const encoder = new TextEncoder();
/** The longest head of a body: two numbers. */
const HEAD = 10;
/** Where bodies are put together; longer ones in a place of their own. */
const place = new Uint8Array(64 * 1024);

/** Writes a number, `at` being where it begins. Says where it ends. */
function putVarint(bytes: Uint8Array, at: number, value: number): number {
  let rest = value >>> 0;
  for (; rest > 127; rest >>>= 7) bytes[at++] = (rest & 127) | 128;
  bytes[at++] = rest;
  return at;
}

const lengthOf = (value: number): number => Math.max(1, Math.ceil((32 - Math.clz32(value)) / 7));

/** One body. */
export class Writer {
  private ops = new Uint8Array(1024);
  private at = 0;
  private texts = "";
  private values = "";
  private last = 0;

  constructor(readonly tables: Tables) {}

  /** About how many bytes it has. */
  get size(): number {
    return this.at + this.texts.length + this.values.length;
  }

  byte(value: number): void {
    this.reserve();
    this.ops[this.at++] = value;
  }

  private reserve(): void {
    if (this.at + 8 <= this.ops.length) return;
    const larger = new Uint8Array(this.ops.length * 2);
    larger.set(this.ops);
    this.ops = larger;
  }

  varint(value: number): void {
    this.reserve();
    this.at = putVarint(this.ops, this.at, value);
  }

  svarint(value: number): void {
    this.varint((value << 1) ^ (value >> 31));
  }

  id(id: number): void {
    this.svarint(id - this.last);
    this.last = id;
  }

  raw(text: Shown): void {
    this.varint(text.length);
    this.values += text;
  }

  text(text: Shown): void {
    const keep = text.length <= LONGEST_TEXT_KEPT;
    if (keep) {
      const { texts } = this.tables;
      const known = texts.get(text);
      if (known !== undefined) return this.known(known);
      texts.set(text, texts.size);
    }
    this.byte(keep ? 1 : 0);
    this.varint(text.length);
    this.texts += text;
  }

  value(text: Shown): void {
    const keep = text.length <= LONGEST_KEPT;
    if (keep) {
      const { values } = this.tables;
      const known = values.get(text);
      if (known !== undefined) return this.known(known);
      values.set(text, values.size);
    }
    this.byte(keep ? 1 : 0);
    this.raw(text);
  }

  /** The entry of a table. */
  known(index: number): void {
    this.varint(index + 2);
  }

  /** The name of an element or attribute: what the page calls its parts, not what it says. */
  name(name: string): void {
    const { names } = this.tables;
    const known = names.get(name);
    if (known !== undefined) return this.varint(known);
    this.varint(names.size);
    names.set(name, names.size);
    this.raw(name as Shown);
  }

  bytes(bytes: Uint8Array): void {
    for (const byte of bytes) this.byte(byte);
  }

  /** The body, and an empty writer. `undefined` where there is nothing. */
  take(): Uint8Array | undefined {
    if (!this.at) return undefined;
    const { at, texts, values } = this;
    const most = HEAD + at + 3 * (texts.length + values.length);
    const bytes = most > place.length ? new Uint8Array(most) : place;
    bytes.set(this.ops.subarray(0, at), HEAD);
    let end = HEAD + at;
    if (texts) end += encoder.encodeInto(texts, bytes.subarray(end)).written;
    const textsLength = end - HEAD - at;
    if (values) end += encoder.encodeInto(values, bytes.subarray(end)).written;
    const begin = HEAD - lengthOf(at) - lengthOf(textsLength);
    putVarint(bytes, putVarint(bytes, begin, at), textsLength);
    this.at = this.last = 0;
    this.texts = this.values = "";
    return bytes.slice(begin, end);
  }
}
