// When to tell what has changed, and when to look for what nothing tells of. All times are in milliseconds.

/** What changes is told a frame later; where it keeps changing, every other frame. */
const FLUSH_AFTER = 16;
const FLUSH_EVERY = 33;
/** Where it changes in every frame for this long and the visitor does nothing, it is told so often. */
const STEADY_AFTER = 500;
const STEADY_EVERY = 125;
/** A change that comes later than this after a flush is not of the next frame. */
const FRAME = 20;
/** How long each look may take: scripts change most when the visitor does something, within this time of it. */
const LOOK = 0.5;
const LOOK_AT_REST = 0.25;
const ACTIVE_FOR = 2000;
/** Looks left out after each while the visitor does nothing. */
const LEFT_OUT = 2;

export const LOOK_EVERY = 200;

export class Pace {
  /** When the visitor last did something. */
  private active = 0;
  private flushed = 0;
  /** Since when there were changes in every frame. */
  private steady = 0;
  private leave = 0;

  /** Whether the visitor does nothing. */
  isAtRest(): boolean {
    return performance.now() - this.active > ACTIVE_FOR;
  }

  /** The visitor does something. */
  moved(): void {
    this.active = performance.now();
  }

  /** All has been told. */
  told(): number {
    return (this.flushed = performance.now());
  }

  /** Something has changed: in how long it is to be told. */
  wait(): number {
    const now = performance.now();
    const since = now - this.flushed;
    if (since > FRAME) this.steady = now;
    const isSteady = now - this.steady > STEADY_AFTER && this.isAtRest();
    return Math.max(FLUSH_AFTER, (isSteady ? STEADY_EVERY : FLUSH_EVERY) - since);
  }

  /** It is time for a look: how long it may take; 0: it is left out. */
  look(): number {
    const isAtRest = this.isAtRest();
    if (isAtRest && this.leave-- > 0) return 0;
    this.leave = LEFT_OUT;
    return isAtRest ? LOOK_AT_REST : LOOK;
  }
}
