// The recorder: fetched when a visitor has agreed and somebody watches, run in an empty frame among the widget's parts,
// where no page has bent the browser's own functions. What ends it is the frame's removal.
import { rules } from "../../src/mask.js";
import { on } from "./dom";
import { Overlay } from "./overlay";
import { Pause } from "./pause";
import { Recorder } from "./recorder";
import { Sender } from "./sender";

/** How often a page that pauses the mirror is looked at, in milliseconds. */
const LOOK_EVERY = 200;

/** What the runtime hands over. */
interface Task {
  page: Document;
  /** The widget's shadow root. */
  root: ShadowRoot;
  socket: WebSocket;
  /**
   * The site's selectors of what is masked, not masked, and blocked; "all": every text is masked; selectors of what
   * pauses the mirror, and paths of pages that do.
   */
  rules: [mask: string, unmask: string, block: string, all: string, pause: string, pausePages: string];
  /** The locale file. */
  texts: Record<string, string>;
  /** Told once, when it cannot go on. */
  failed(message: string): void;
}

/** The gateway's word on who watches. */
interface Watch {
  watchers: { watcher: number; id: string }[];
  snapshot: number[];
}

class Recording {
  private recorder: Recorder | undefined;
  private watchers: number[] = [];
  private isOver = false;
  private readonly end = new AbortController();
  private readonly overlay: Overlay;
  private readonly pause: Pause;
  /** While the mirror is paused. */
  private resting: { sender: Sender; timer: ReturnType<typeof setInterval> } | undefined;

  constructor(private readonly task: Task) {
    const { page, root, texts, rules: site } = task;
    this.pause = new Pause(page, site[4], site[5]);
    const hidden = (): Iterable<Element | undefined> => this.recorder?.hidden() ?? [];
    const roots = (): Iterable<Node> => this.recorder?.known ?? [page];
    this.overlay = new Overlay(page, root, texts, hidden, roots, this.end.signal);
    on(task.socket, "message", this.end.signal, (event) => this.hear((event as MessageEvent).data));
  }

  watch({ watchers, snapshot }: Watch): void {
    this.guard(() => {
      this.watchers = watchers.map(({ watcher }) => watcher);
      this.overlay.watched(watchers.map(({ id }) => id));
      if (this.recorder) this.recorder.need(snapshot);
      else if (this.resting) this.pause.tell(this.resting.sender, snapshot);
      else this.begin();
    });
  }

  /** What a mirror says. Texts are the runtime's. */
  private hear(frame: ArrayBuffer | string): void {
    this.guard(() => {
      if (typeof frame === "string" || frame.byteLength < 6) return;
      const ask = new Uint8Array(frame, 5);
      this.overlay.hear(ask);
      this.recorder?.hear(new DataView(frame).getUint32(1, true), ask);
    });
  }

  stop(): void {
    this.isOver = true;
    this.end.abort();
    this.overlay.stop();
    clearInterval(this.resting?.timer);
    this.recorder?.stop();
    this.recorder = undefined;
  }

  private begin(): void {
    const { page, socket, rules: site } = this.task;
    const [stream = 0] = crypto.getRandomValues(new Uint32Array(1));
    const failed = (error: unknown): void => this.fail(error);
    const sender = new Sender(socket, stream, failed);
    this.recorder = undefined;
    const isPaused = (roots: Iterable<Node>): boolean => this.pause.isOn(roots);
    if (this.pause.isStill()) return this.rest(sender);
    const anew = (): void => {
      this.recorder?.stop();
      this.begin();
    };
    const masking = rules(site[0], site[1], site[2], site[3] === "all");
    this.recorder = new Recorder(page, masking, sender, failed, anew, undefined, isPaused);
    this.recorder.need(this.watchers);
  }

  /** Waits until the page may be seen again. */
  private rest(sender: Sender): void {
    const look = (): void =>
      this.guard(() => {
        if (this.pause.isStill()) return;
        clearInterval(this.resting?.timer);
        this.resting = undefined;
        this.overlay.paused(false);
        this.begin();
      });
    this.pause.tell(sender, this.watchers);
    this.resting = { sender, timer: setInterval(look, LOOK_EVERY) };
    this.overlay.paused(true);
  }

  private guard(work: () => void): void {
    if (this.isOver) return;
    try {
      work();
    } catch (error) {
      this.fail(error);
    }
  }

  private fail(error: unknown): void {
    if (this.isOver) return;
    this.stop();
    this.task.failed(error instanceof Error ? `${error.message} ${error.stack}` : String(error));
  }
}

export function record(task: Task): Recording {
  return new Recording(task);
}

// A frame's script has no other way to hand over what it exports.
if (frameElement?.id === "docent-recorder") Object.assign(globalThis, { docent: { record } });
