// The recorder: fetched when a visitor has agreed and somebody watches, run in an empty frame among the widget's parts,
// where no page has bent the browser's own functions. What ends it is the frame's removal.
import { rules } from "../../src/mask.js";
import { on } from "./dom";
import { Recorder } from "./recorder";
import { Sender } from "./sender";

/** What the runtime hands over. */
interface Task {
  page: Document;
  /** The widget's shadow root. */
  root: ShadowRoot;
  socket: WebSocket;
  /** The site's selectors of what is masked, not masked, and blocked; "all": every text is masked. */
  rules: [mask: string, unmask: string, block: string, all: string];
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

  constructor(private readonly task: Task) {
    on(task.socket, "message", this.end.signal, (event) => this.hear((event as MessageEvent).data));
  }

  watch({ watchers, snapshot }: Watch): void {
    this.guard(() => {
      this.watchers = watchers.map(({ watcher }) => watcher);
      if (this.recorder) this.recorder.need(snapshot);
      else this.begin();
    });
  }

  /** What a mirror says. Texts are the runtime's. */
  private hear(frame: ArrayBuffer | string): void {
    this.guard(() => {
      if (typeof frame !== "string" && frame.byteLength > 5) this.recorder?.hear(new DataView(frame).getUint32(1, true), new Uint8Array(frame, 5));
    });
  }

  stop(): void {
    this.isOver = true;
    this.end.abort();
    this.recorder?.stop();
    this.recorder = undefined;
  }

  private begin(): void {
    const { page, socket, rules: site } = this.task;
    const [stream = 0] = crypto.getRandomValues(new Uint32Array(1));
    const failed = (error: unknown): void => this.fail(error);
    const sender = new Sender(socket, stream, failed);
    const anew = (): void => {
      this.recorder?.stop();
      this.begin();
    };
    this.recorder = new Recorder(page, rules(site[0], site[1], site[2], site[3] === "all"), sender, failed, anew);
    this.recorder.need(this.watchers);
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
