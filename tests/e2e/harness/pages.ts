import { createReadStream, existsSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { extname, join, normalize, resolve } from "node:path";

const DIR = resolve(import.meta.dirname, "..");
const TYPES: Record<string, string> = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".svg": "image/svg+xml",
};

/**
 * The sites that embed the widget: the folders of the tests, served from an origin that is not the gateway's.
 *
 * In HTML and JavaScript `{{gateway}}` stands for the gateway's address and `{{site}}` for the query's `site`; the
 * query's `csp` is the page's Content-Security-Policy.
 */
export class Pages {
  private constructor(
    private readonly server: Server,
    private readonly port: number,
  ) {}

  static async start(gateway: string): Promise<Pages> {
    const server = createServer((request, response) => {
      const url = new URL(request.url ?? "/", "http://site");
      const path = normalize(decodeURIComponent(url.pathname));
      if (path === "/favicon.ico") {
        response.writeHead(204).end();
        return;
      }
      const file = join(DIR, path);
      const type = TYPES[extname(file)];
      if (!file.startsWith(DIR) || !type || !existsSync(file)) {
        response.writeHead(404).end();
        return;
      }
      response.setHeader("content-type", type);
      const csp = url.searchParams.get("csp");
      if (csp) response.setHeader("content-security-policy", csp);
      if (type.startsWith("image") || type === TYPES[".css"]) {
        createReadStream(file).pipe(response);
        return;
      }
      const text = readFileSync(file, "utf8")
        .replaceAll("{{gateway}}", url.searchParams.get("via") ?? gateway)
        .replaceAll("{{site}}", encodeURIComponent(url.searchParams.get("site") ?? "ask"));
      response.end(text);
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return new Pages(server, (server.address() as { port: number }).port);
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The address of a page: `FOLDER/FILE.html`, with its site's key and its Content-Security-Policy. */
  url(path: string, { site = "ask", csp, via }: { site?: string; csp?: string; via?: string } = {}): string {
    const url = new URL(path, this.origin);
    url.searchParams.set("site", site);
    if (csp) url.searchParams.set("csp", csp);
    if (via) url.searchParams.set("via", via);
    return url.href;
  }

  async remove(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }
}
