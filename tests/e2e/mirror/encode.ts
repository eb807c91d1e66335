import { Flag, Format, NAMES, Op, Space, Token } from "../../../www/cobrowse/wire";

/** A node as a test writes it: text, or an element with its attributes and what is in it. */
export type Draft = string | { name: string; space?: number; attributes?: Record<string, string>; shadow?: Draft[]; frame?: Draft[]; children?: Draft[] };

/** Writes payloads as a visitor's page would, and as a page that lies would. */
export class Encoder {
  private ops: number[] = [];
  private texts = "";
  private values = "";
  private last = 0;
  private names: string[] = [];
  private shapes: string[] = [];
  next = 2;

  constructor(readonly stream = 7) {}

  byte(byte: number): this {
    this.ops.push(byte);
    return this;
  }

  varint(number: number): this {
    let rest = number >>> 0;
    while (rest > 0x7f) {
      this.ops.push((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    return this.byte(rest);
  }

  svarint(number: number): this {
    return this.varint((number << 1) ^ (number >> 31));
  }

  id(id: number): this {
    const step = id - this.last;
    this.last = id;
    return this.svarint(step);
  }

  raw(text: string): this {
    this.values += text;
    return this.varint(text.length);
  }

  value(text: string): this {
    return this.varint(0).raw(text);
  }

  text(text: string): this {
    this.texts += text;
    return this.varint(0).varint(text.length);
  }

  name(name: string): this {
    const known = [...NAMES, ...this.names].indexOf(name);
    if (known >= 0) return this.varint(known);
    this.varint(NAMES.length + this.names.length).raw(name);
    this.names.push(name);
    return this;
  }

  nodes(drafts: readonly Draft[]): this {
    for (const draft of drafts) this.node(draft);
    return this;
  }

  /** A list of nodes ends here. */
  end(): this {
    return this.varint(Token.End);
  }

  private node(draft: Draft): void {
    this.next += 1;
    if (typeof draft === "string") {
      this.varint(Token.Text).text(draft);
      return;
    }
    const { name, space = Space.Html, attributes = {}, shadow, frame, children = [] } = draft;
    this.shape(name, space, Object.keys(attributes));
    for (const value of Object.values(attributes)) this.value(value);
    if (shadow) {
      this.next += 1;
      this.varint(Token.Shadow).nodes(shadow).end();
    }
    if (frame) {
      this.next += 1;
      this.varint(Token.Frame).varint(0).value("https://inner.example/").nodes(frame).end();
    }
    this.nodes(children).end();
  }

  private shape(name: string, space: number, attributes: readonly string[]): void {
    const key = JSON.stringify([name, space, attributes]);
    const known = this.shapes.indexOf(key);
    if (known >= 0) {
      this.varint(Token.Element + known);
      return;
    }
    this.varint(Token.Element + this.shapes.length);
    this.shapes.push(key);
    this.name(name).varint(space + 4 * attributes.length);
    for (const attribute of attributes) this.name(attribute);
  }

  /** A whole page: the document has id 1, its first child 2. */
  snapshot(base: string, drafts: readonly Draft[]): this {
    this.next = 2;
    return this.byte(Op.Snapshot).varint(1).varint(0).value(base).nodes(drafts).end().byte(Op.View).varint(800).varint(600).varint(100).varint(0);
  }

  /** What was written, as a frame. */
  frame(flags: number = 0, watcher = 0): Uint8Array<ArrayBuffer> {
    const coder = new TextEncoder();
    const [texts, values] = [coder.encode(this.texts), coder.encode(this.values)];
    const head = new Encoder().varint(this.ops.length).varint(texts.length).ops;
    const bytes = new Uint8Array([
      flags,
      ...new Uint8Array(Uint32Array.of(watcher, this.stream).buffer),
      Format.Plain,
      ...head,
      ...this.ops,
      ...texts,
      ...values,
    ]);
    [this.ops, this.texts, this.values, this.last] = [[], "", "", 0];
    return bytes;
  }

  wholePage(base: string, drafts: readonly Draft[]): Uint8Array<ArrayBuffer> {
    return this.snapshot(base, drafts).frame(Flag.Snapshot);
  }
}
