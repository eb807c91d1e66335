import {
  type Conversation,
  END,
  type JsonObject,
  type LogEvent,
  type Problem,
  isObject,
  readConversation,
  readEvent,
  readList,
  readProblem,
} from "./wire";

/** A request that was not done. Status 0: the gateway was not reached. */
export class ApiError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail || `HTTP ${problem.status}`);
  }

  get status(): number {
    return this.problem.status;
  }
}

/** Whether the gateway would say the same again. */
export function isFinal(error: unknown): error is ApiError {
  return error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 429;
}

const TIME_LIMIT = 15_000;

/** A token, and a way to another one where there is one. */
export interface Credential {
  readonly token: string;
  /** False where only signing in anew helps; throws where it may work later. */
  renew?(): Promise<boolean>;
}

/** The gateway's HTTP API, for one agent. */
export class Api {
  constructor(
    /** Ends with a slash. */
    readonly base: string,
    private readonly credential: Credential,
  ) {}

  get token(): string {
    return this.credential.token;
  }

  /** The newest conversations. */
  async list(limit: number): Promise<Conversation[]> {
    const body = await this.request(`conversation?limit=${limit}`);
    return readList(body.conversations, readConversation);
  }

  async one(id: string): Promise<Conversation> {
    const read = readConversation(await this.request(path(id)));
    if (!read) throw new ApiError({ status: 0, detail: "" });
    return read;
  }

  /** The last events before one, in the log's order. */
  async before(id: string, eventId = END, limit = 200, dataTypes: readonly string[] = []): Promise<LogEvent[]> {
    const filter = dataTypes.length > 0 ? `&dataType=${dataTypes.join()}` : "";
    const body = await this.request(`${path(id)}/events?before=${eventId}&limit=${limit}${filter}`);
    return readList(body.events, readEvent);
  }

  async end(id: string): Promise<void> {
    await this.request(`${path(id)}/end`, "POST");
  }

  /** What the gateway says of its own API. */
  async description(): Promise<JsonObject> {
    return this.request("openapi.json");
  }

  socketUrl(id: string): string {
    const url = new URL(`${path(id)}/socket`, this.base);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    return url.href;
  }

  /** Any endpoint of the gateway's, its address relative to `base`. */
  async request(relative: string, method = "GET", content?: JsonObject): Promise<JsonObject> {
    const { token } = this;
    const asked = content ? { method, content } : { method };
    try {
      return await send(this.base, relative, { ...asked, token });
    } catch (error) {
      const isOver = error instanceof ApiError && error.status === 401;
      if (!isOver || !(await this.renew(token))) throw error;
      return send(this.base, relative, { ...asked, token: this.token });
    }
  }

  /** What the gateway tells as it happens. */
  async stream(relative: string, signal: AbortSignal, again = true): Promise<ReadableStream<BufferSource>> {
    const { token } = this;
    const response = await this.open(relative, signal);
    if (response.ok && response.body) return response.body;
    const problem = readProblem(await response.json().catch(() => undefined), response.status);
    if (again && problem.status === 401 && (await this.renew(token))) return this.stream(relative, signal, false);
    throw new ApiError(problem);
  }

  private async open(relative: string, signal: AbortSignal): Promise<Response> {
    const headers = { authorization: `Bearer ${this.token}`, accept: "text/event-stream" };
    try {
      return await fetch(new URL(relative, this.base), { headers, signal, cache: "no-store" });
    } catch {
      throw new ApiError({ status: 0, detail: "" });
    }
  }

  /** Whether there is a token after this one, which is over. Throws where there may be one later. */
  async renew(over: string): Promise<boolean> {
    return this.token !== over || ((await this.credential.renew?.()) ?? false);
  }
}

interface Asked {
  method?: string;
  content?: JsonObject;
  token?: string;
}

/** Sends one request; its address is relative to `base`. */
export async function send(base: string, relative: string, { method = "GET", content, token }: Asked = {}): Promise<JsonObject> {
  const headers: Record<string, string> = { accept: "application/json" };
  if (token !== undefined) headers.authorization = `Bearer ${token}`;
  if (content) headers["content-type"] = "application/json";
  const sent = content ? { body: JSON.stringify(content) } : {};
  const signal = AbortSignal.timeout(TIME_LIMIT);
  let response: Response;
  let body: unknown;
  try {
    response = await fetch(new URL(relative, base), { method, headers, signal, cache: "no-store", ...sent });
    body = await response.json().catch(() => undefined);
  } catch {
    throw new ApiError({ status: 0, detail: "" });
  }
  if (!response.ok) throw new ApiError(readProblem(body, response.status));
  return isObject(body) ? body : {};
}

function path(id: string): string {
  return `conversation/${encodeURIComponent(id)}`;
}
