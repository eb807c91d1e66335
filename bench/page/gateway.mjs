// The real gateway, on a port of its own, with rate limits off.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const ROOT = resolve(import.meta.dirname, "../..");
const PROGRAM = process.env.DOCENT_BIN ?? join(ROOT, "target/release/docent");
const START_MS = 10_000;
/** How long an answer is waited for. */
export const WAIT_S = 10;

/** Browsers give a page clocks of 5 µs, instead of 100 µs, where it is isolated from other origins. */
const ISOLATED = '"Cross-Origin-Opener-Policy" = "same-origin", "Cross-Origin-Embedder-Policy" = "require-corp"';

async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

export class Gateway {
  #agent = new Agent({ keepAlive: true, noDelay: true });

  /** Starts it; `pages` is a directory it serves under /bench/, beside the demo under /. */
  static async start(pages) {
    for (const [file, command] of [
      [PROGRAM, "cargo build --release -p docent-gateway"],
      [join(ROOT, "dist/widget/docent.js"), "cargo xtask build"],
    ]) {
      if (!existsSync(file)) throw new Error(`${file} is not there; build it: ${command}`);
    }
    const gateway = new Gateway();
    gateway.dir = mkdtempSync(join(ROOT, "target/bench-page-"));
    gateway.config = join(gateway.dir, "docent.toml");
    gateway.url = `http://127.0.0.1:${await freePort()}`;
    const toml = JSON.stringify;
    const rates = ["visitor", "agent", "bot", "address", "conversations"].map((rate) => `${rate} = "off"`);
    const text = [
      `listen = ${toml(new URL(gateway.url).host)}`,
      `data_dir = ${toml(join(gateway.dir, "data"))}`,
      'secret = "not a secret: for the loopback interface and a few minutes"',
      `assets = ${toml(join(ROOT, "dist/widget"))}`,
      "[limits]",
      ...rates,
      '[[site]]\nkey = "demo"\norigins = ["http://127.0.0.1:*"]',
      `[[page]]\npath = "/"\ndir = ${toml(join(ROOT, "dist/demo"))}`,
      `[[page]]\npath = "/console/"\ndir = ${toml(join(ROOT, "dist/console"))}`,
      `[[page]]\npath = "/bench/"\ndir = ${toml(pages)}\nheaders = { ${ISOLATED} }`,
    ];
    writeFileSync(gateway.config, text.join("\n"));
    await gateway.#run();
    return gateway;
  }

  async #run() {
    let log = "";
    this.process = spawn(PROGRAM, ["serve", "--config", this.config], { stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.process.stdout, this.process.stderr]) stream.on("data", (text) => (log += text));
    const end = Date.now() + START_MS;
    for (;;) {
      const answer = await fetch(`${this.url}/healthz`).catch(() => undefined);
      if (answer?.ok) break;
      if (Date.now() > end || this.process.exitCode !== null) throw new Error(`the gateway did not start:\n${log}`);
      await sleep(50);
    }
    const args = ["token", "--config", this.config, "--role", "bot", "--sub", "bench"];
    this.token = execFileSync(PROGRAM, args, { encoding: "utf8" }).trim();
  }

  /** Posts a command or request and waits for the visitor's answer: the response event, `undefined` if it is late. */
  ask(conversation, dataType, data) {
    const body = JSON.stringify({ dataType, data });
    const options = {
      method: "POST",
      agent: this.#agent,
      headers: {
        authorization: `Bearer ${this.token}`,
        "content-type": "application/json",
        "content-length": Buffer.byteLength(body),
      },
    };
    return new Promise((done, failed) => {
      const post = request(`${this.url}/conversation/${conversation}/Data?wait=${WAIT_S}`, options, (answer) => {
        const parts = [];
        answer.on("data", (part) => parts.push(part));
        answer.on("end", () => {
          const text = Buffer.concat(parts).toString();
          if (answer.statusCode === 202) return done(undefined);
          if (answer.statusCode !== 200) return failed(new Error(`answered ${answer.statusCode}: ${text}`));
          const event = JSON.parse(text);
          if (event.data.status !== "success") return failed(new Error(`the page answered ${text}`));
          done(event);
        });
      });
      post.on("error", failed);
      post.end(body);
    });
  }

  /** Stops it and removes its data. */
  async stop() {
    this.#agent.destroy();
    const ended = new Promise((done) => this.process.once("exit", done));
    this.process.kill("SIGTERM");
    await ended;
    rmSync(this.dir, { recursive: true, force: true });
  }
}
