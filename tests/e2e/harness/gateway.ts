import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const ROOT = resolve(import.meta.dirname, "../../..");
const PROGRAM = process.env.DOCENT_BIN ?? join(ROOT, "target/debug/docent");
const WIDGET = process.env.DOCENT_WIDGET ?? join(ROOT, "dist/widget");
const SHOP = process.env.DOCENT_DEMO ?? join(ROOT, "dist/demo");
const CONSOLE = process.env.DOCENT_CONSOLE ?? join(ROOT, "dist/console");
const START_MS = 60_000;

/** The sites of a test's gateway: a key and what its policy says beside the defaults. */
const SITES = {
  ask: "",
  auto: 'navigation = "auto"\nco_browse = "auto"',
  never: 'co_browse = "off"',
  narrow: 'callable = ["double", "later"]\napi_timeout_ms = 600',
  masked: 'co_browse = "auto"\nmask = [".secret"]\nunmask = ["#shown"]\nblock = ["#box"]\npause_pages = ["/private/*"]',
  told: "info_response = true",
  desk: 'channel = "desk"',
  demo: "",
  queue: 'channel = "queue"',
  faq: 'channel = "faq"',
  shop: 'channel = "shop"',
  failing: 'channel = "failing"',
};

/** What the visitors of sites that name one go through; `desk` has everything. */
const CHANNELS = [
  '[[channel]]\nid = 3\nname = "shop"\nbot = "Lun"\nfaq = { threshold = 0.4, language = "en" }',
  '[[channel]]\nid = 4\nname = "failing"\nbot = "failing"',
  `[[bot]]\nname = "failing"\ndir = ${JSON.stringify(join(ROOT, "tests/e2e/bot"))}`,
  `[[bot]]\nname = "Lun"\ndir = ${JSON.stringify(join(ROOT, "demo"))}`,
  '[[channel]]\nid = 1\nname = "queue"',
  '[[channel]]\nid = 2\nname = "faq"\nfaq = { threshold = 0.5, language = "en" }',
  `[[channel]]
id = 7
name = "desk"
faq = { threshold = 0.5 }
[[channel.pre_chat]]
name = "name"
required = true
[[channel.pre_chat]]
name = "email"
[[channel.pre_chat]]
name = "subject"
kind = "choice"
options = ["Order", "Return"]
label = { en = "Subject", nb = "Emne" }
[[channel.offline]]
name = "email"
required = true
[[channel.offline]]
name = "message"
required = true
[[channel.post_chat]]
name = "rating"
required = true
[[channel.post_chat]]
name = "comment"
`,
];

/** The key of a test's site. */
export type Site = keyof typeof SITES;

/** A gateway of its own: the real program, the real store, on a port of its own. */
export class Gateway {
  private process?: ChildProcess;
  private log = "";
  private readonly tokens = new Map<string, string>();

  private constructor(
    readonly port: number,
    private readonly dir: string,
  ) {}

  /** `more` is what the configuration holds beside the sites. */
  static async start(more: (url: string) => string = () => ""): Promise<Gateway> {
    const gateway = new Gateway(await freePort(), mkdtempSync(join(tmpdir(), "docent-e2e-")));
    gateway.configure(more(gateway.url));
    await gateway.run();
    return gateway;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** What it has written to its log. */
  get logged(): string {
    return this.log;
  }

  /** A token of `docent token`. */
  token(role: "agent" | "bot", site: Site, name = `the-${role}`): string {
    const kept = this.tokens.get(role + site + name);
    if (kept) return kept;
    const args = ["token", "--config", this.config, "--role", role, "--sub", name, "--site", site];
    const token = execFileSync(PROGRAM, args, { encoding: "utf8" }).trim();
    this.tokens.set(role + site + name, token);
    return token;
  }

  /** Starts the program and waits until it answers. */
  async run(): Promise<void> {
    const child = spawn(PROGRAM, ["serve", "--config", this.config], { stdio: ["ignore", "pipe", "pipe"] });
    this.process = child;
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (text) => (this.log += text));
    const end = Date.now() + START_MS;
    while (Date.now() < end && child.exitCode === null) {
      const answer = await fetch(`${this.url}/healthz`).catch(() => undefined);
      if (answer?.ok) return;
      await sleep(50);
    }
    throw new Error(`The gateway did not start:\n${this.log}`);
  }

  /** SIGKILL: it can finish nothing. */
  async kill(): Promise<void> {
    await this.end("SIGKILL");
  }

  /** Ends it and removes its data. */
  async remove(): Promise<void> {
    await this.end("SIGTERM");
    rmSync(this.dir, { recursive: true, force: true });
  }

  private get config(): string {
    return join(this.dir, "docent.toml");
  }

  private configure(more: string): void {
    const sites = Object.entries(SITES).map(
      ([key, policy]) => `[[site]]\nkey = "${key}"\norigins = ["http://127.0.0.1:*"]\n${policy}\n`,
    );
    const lines = [
      `listen = "127.0.0.1:${this.port}"`,
      `data_dir = ${JSON.stringify(join(this.dir, "data"))}`,
      `secret = "${"e2e-".repeat(12)}"`,
      `assets = ${JSON.stringify(WIDGET)}`,
      'log = "json"',
      "[limits]",
      ...["visitor", "agent", "bot", "address", "conversations"].map((rate) => `${rate} = "off"`),
      ...sites,
      ...CHANNELS,
      `[[page]]\npath = "/"\ndir = ${JSON.stringify(SHOP)}`,
      `[[page]]\npath = "/console/"\ndir = ${JSON.stringify(CONSOLE)}\nconsole = true`,
      more,
    ];
    writeFileSync(this.config, lines.join("\n"));
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((done) => child.once("exit", done));
    child.kill(signal);
    await ended;
  }
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  return port;
}
