import { type Api, isFinal } from "./api";
import { delay } from "./backoff";
import type { Link } from "./line";
import { type JsonObject, type LogEvent, type Problem, readFrame } from "./wire";

/** Who hears what the socket hears. */
export interface Hearer {
  /** Done before each connection; a refusal is final. */
  prepare(): Promise<void>;
  opened(head: string, ended: boolean): void;
  event(event: LogEvent): void;
  ack(ref: string, eventId: string): void;
  error(problem: Problem, ref?: string): void;
  binary(frame: ArrayBuffer): void;
  link(link: Link, problem?: Problem): void;
}

const PROTOCOL = "docent.v1";
const BEAT_MS = 20_000;
/** How long a connection may take to come about, and how long an answer to a ping may take. */
const PATIENCE_MS = 10_000;
/** The close code for a token that is over. */
const POLICY = 1008;

/** One conversation's WebSocket, opened again whenever it is gone. */
export class Socket {
  private socket?: WebSocket;
  private failures = 0;
  private timer?: ReturnType<typeof setTimeout>;
  private beat?: ReturnType<typeof setInterval>;
  private greeted = false;
  private stopped = false;

  constructor(
    private readonly api: Api,
    private readonly id: string,
    private readonly hearer: Hearer,
  ) {}

  start(): void {
    addEventListener("online", this.hurry);
    void this.connect();
  }

  stop(): void {
    this.stopped = true;
    removeEventListener("online", this.hurry);
    this.leave();
  }

  /** Sends where there is a connection; without one it is for the caller to send again. */
  send(frame: JsonObject): void {
    if (this.greeted && this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame));
  }

  /** Sends bytes where there is a connection. */
  signal(payload: Uint8Array<ArrayBuffer>): void {
    if (this.greeted && this.socket?.readyState === WebSocket.OPEN) this.socket.send(payload);
  }

  private readonly hurry = (): void => {
    if (this.greeted || this.stopped) return;
    this.leave();
    void this.connect();
  };

  private async connect(): Promise<void> {
    try {
      // A browser does not tell why a handshake was refused; the API does.
      if (this.failures > 0) await this.api.one(this.id);
      await this.hearer.prepare();
    } catch (error) {
      if (this.stopped) return;
      if (isFinal(error)) this.refuse(error.problem);
      else this.again();
      return;
    }
    if (!this.stopped) this.open();
  }

  private open(): void {
    const { token } = this.api;
    const socket = new WebSocket(this.api.socketUrl(this.id), [PROTOCOL, `bearer.${token}`]);
    this.leave();
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    this.timer = setTimeout(() => this.lost(socket), PATIENCE_MS);
    socket.onmessage = ({ data }) => {
      if (socket !== this.socket) return;
      if (typeof data === "string") this.hear(data);
      else if (data instanceof ArrayBuffer) this.hearer.binary(data);
    };
    socket.onclose = ({ code, reason }) => {
      if (socket !== this.socket) return;
      if (code === POLICY) void this.renew(token, { status: 401, detail: reason });
      else this.lost(socket);
    };
  }

  /** The token is over: goes on with another one, if there is one. */
  private async renew(token: string, problem: Problem): Promise<void> {
    this.leave();
    const renewed = await this.api.renew(token).catch(() => undefined);
    if (this.stopped || this.socket) return;
    if (renewed) void this.connect();
    else if (renewed === false) this.refuse(problem);
    else this.again();
  }

  private hear(content: string): void {
    clearTimeout(this.timer);
    const frame = readFrame(content);
    switch (frame?.kind) {
      case "hello":
        this.greeted = true;
        this.failures = 0;
        this.beat = setInterval(() => this.ping(), BEAT_MS);
        this.hearer.link("connected");
        this.hearer.opened(frame.head, frame.ended);
        break;
      case "event":
        this.hearer.event(frame.event);
        break;
      case "ack":
        this.hearer.ack(frame.ref, frame.eventId);
        break;
      case "error":
        this.hearer.error(frame.problem, frame.ref);
        break;
    }
  }

  private ping(): void {
    const { socket } = this;
    if (!socket) return;
    this.send({ ping: 1 });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.lost(socket), PATIENCE_MS);
  }

  private lost(socket: WebSocket): void {
    if (socket !== this.socket) return;
    this.leave();
    this.again();
  }

  private again(): void {
    this.hearer.link("reconnecting");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.connect(), delay(this.failures));
    this.failures += 1;
  }

  private refuse(problem: Problem): void {
    this.leave();
    this.hearer.link("refused", problem);
  }

  /** Lets go of the connection and of every timer. */
  private leave(): void {
    clearTimeout(this.timer);
    clearInterval(this.beat);
    this.greeted = false;
    const { socket } = this;
    delete this.socket;
    socket?.close();
  }
}
