/** A frame that says what the wire's document does not allow. Whoever decodes asks for a snapshot. */
export class Fault extends Error {}

/** The numbers of a body's ops. */
export class Reader {
  private at = 0;
  private last = 0;

  constructor(private readonly bytes: Uint8Array) {}

  get isAtEnd(): boolean {
    return this.at >= this.bytes.length;
  }

  byte(): number {
    const byte = this.bytes[this.at];
    if (byte === undefined) throw new Fault("a frame ends in the middle");
    this.at += 1;
    return byte;
  }

  varint(): number {
    let byte = this.byte();
    if (byte < 0x80) return byte;
    let number = byte & 0x7f;
    for (let shift = 7; shift < 35; shift += 7) {
      byte = this.byte();
      number |= (byte & 0x7f) << shift;
      if (byte < 0x80) return number >>> 0;
    }
    throw new Fault("a number is too long");
  }

  svarint(): number {
    const number = this.varint();
    return (number >>> 1) ^ -(number & 1);
  }

  /** Ids come as the difference from the one before. */
  id(): number {
    this.last = (this.last + this.svarint()) | 0;
    return this.last;
  }

  take(count: number): Uint8Array<ArrayBuffer> {
    if (count > this.bytes.length - this.at) throw new Fault("a frame ends in the middle");
    this.at += count;
    return this.bytes.slice(this.at - count, this.at);
  }

  /** Another reader of the same, from the beginning. */
  peek(): Reader {
    return new Reader(this.bytes);
  }

  rest(): Uint8Array {
    return this.bytes.subarray(this.at);
  }
}

/** A text that is read piece by piece. */
export class Pieces {
  private at = 0;

  constructor(private readonly text: string) {}

  /** So many UTF-16 code units. */
  take(count: number): string {
    const end = this.at + count;
    if (end > this.text.length) throw new Fault("a text ends in the middle");
    const piece = this.text.slice(this.at, end);
    this.at = end;
    return piece;
  }
}
