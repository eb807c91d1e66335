import { connect, createServer, type Server, type Socket } from "node:net";

/** The network between a page and the gateway: it can be cut, and mended. */
export class Wire {
  private readonly sockets = new Set<Socket>();
  /** What pages send, by where it goes. */
  private readonly sent = new Map<Socket, Socket>();
  private isCut = false;

  private constructor(private readonly server: Server) {}

  static async to(port: number): Promise<Wire> {
    const server = createServer();
    const wire = new Wire(server);
    server.on("connection", (socket) => wire.join(socket, port));
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return wire;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as { port: number }).port}`;
  }

  /** Every connection breaks, and no new one comes about. */
  cut(): void {
    this.isCut = true;
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  mend(): void {
    this.isCut = false;
  }

  /** What pages send goes no further for now. */
  hold(): void {
    for (const [near, far] of this.sent) near.unpipe(far).pause();
  }

  /** It goes on. */
  release(): void {
    for (const [near, far] of this.sent) near.pipe(far);
  }

  async remove(): Promise<void> {
    this.cut();
    await new Promise((done) => this.server.close(done));
  }

  private join(near: Socket, port: number): void {
    if (this.isCut) {
      near.resetAndDestroy();
      return;
    }
    const far = connect(port, "127.0.0.1");
    this.sent.set(near, far);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.sockets.add(socket);
      socket.on("error", () => other.destroy());
      socket.on("close", () => {
        this.sockets.delete(socket);
        this.sent.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  }
}
