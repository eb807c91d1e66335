import { createParser } from "eventsource-parser";
import { type Api, isFinal } from "./api";
import { delay } from "./backoff";
import { type JsonObject, type Problem, isObject, parse } from "./wire";

/** Who hears what changes. */
export interface Hearer {
  /** Reads all lists. What changes meanwhile is told afterwards. */
  read(): Promise<void>;
  conversation(update: JsonObject): Promise<void>;
  agents(update: JsonObject): void;
  link(link: "connected" | "reconnecting" | "refused", problem?: Problem): void;
}

/** The gateway says every 15 s that it is there; after so long a silence it is not, in milliseconds. */
const SILENCE_MS = 40_000;

/** What changes on the site, as it happens: one stream, opened again whenever it is gone. */
export class News {
  private readonly ended = new AbortController();
  private failures = 0;
  private wake: () => void = () => undefined;

  constructor(
    private readonly api: Api,
    private readonly hearer: Hearer,
  ) {}

  start(): void {
    addEventListener("online", this.hurry);
    void this.run();
  }

  stop(): void {
    removeEventListener("online", this.hurry);
    this.ended.abort();
    this.wake();
  }

  private readonly hurry = (): void => this.wake();

  private async run(): Promise<void> {
    while (!this.ended.signal.aborted) {
      try {
        // Its end is no failure: the token is over, or the gateway begins anew.
        await this.follow();
      } catch (error) {
        if (this.ended.signal.aborted) return;
        if (isFinal(error)) {
          this.hearer.link("refused", error.problem);
          return;
        }
        this.hearer.link("reconnecting");
      }
      await this.pause(delay(this.failures));
      this.failures += 1;
    }
  }

  private pause(wait: number): Promise<void> {
    return new Promise((done) => {
      const timer = setTimeout(done, wait);
      this.wake = () => {
        clearTimeout(timer);
        done();
      };
      if (this.ended.signal.aborted) this.wake();
    });
  }

  private async follow(): Promise<void> {
    const silent = new AbortController();
    const end = (): void => silent.abort();
    this.ended.signal.addEventListener("abort", end);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const listen = (): void => {
      clearTimeout(timer);
      timer = setTimeout(end, SILENCE_MS);
    };
    const told: { event?: string | undefined; data: string }[] = [];
    const parser = createParser({ onEvent: (event) => told.push(event) });
    try {
      listen();
      const reader = (await this.api.stream("conversation", silent.signal)).pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        listen();
        const { done, value } = await reader.read();
        if (done) return;
        // What comes while a list is read waits: here, and then in the gateway, which bounds it.
        clearTimeout(timer);
        parser.feed(value);
        for (let one = told.shift(); one; one = told.shift()) await this.hear(one.event, one.data);
      }
    } finally {
      clearTimeout(timer);
      this.ended.signal.removeEventListener("abort", end);
      silent.abort();
    }
  }

  private async hear(event: string | undefined, data: string): Promise<void> {
    if (this.ended.signal.aborted) return;
    const update = parse(data);
    switch (event) {
      case "ready":
      case "reload":
        await this.hearer.read();
        this.failures = 0;
        this.hearer.link("connected");
        break;
      case "conversation":
        if (isObject(update)) await this.hearer.conversation(update);
        break;
      case "agents":
        if (isObject(update)) this.hearer.agents(update);
        break;
    }
  }
}
