import type { Gateway, Site } from "./gateway";

/** What the registry answers, loosely: tests say what they expect of it. */
export type Data = Record<string, any>;

/** An event of the log. */
export interface LogEvent {
  eventId: string;
  from: { role: string; id?: string };
  dataType: string;
  data: Data;
}

const WAIT_S = 60;
const REQUESTS = new Set(["getLocalTime", "getElementValue", "getCoBrowseDom", "getPageInfo", "getCapabilities"]);

/** An agent or a bot: a program at the other end of a conversation. */
export class Agent {
  constructor(
    private readonly gateway: Gateway,
    readonly conversation: string,
    private readonly site: Site,
    private readonly role: "agent" | "bot" = "agent",
  ) {}

  /** The same conversation, spoken to by a bot. */
  get bot(): Agent {
    return new Agent(this.gateway, this.conversation, this.site, "bot");
  }

  /** A request to the conversation's API. */
  async request(path: string, init: RequestInit = {}): Promise<Response> {
    const authorization = `Bearer ${this.gateway.token(this.role, this.site)}`;
    const headers = { authorization, "content-type": "application/json", ...(init.headers as object) };
    return fetch(`${this.gateway.url}/conversation/${this.conversation}${path}`, { ...init, headers });
  }

  /** Posts to the data endpoint. */
  async post(dataType: string, data: Data, query = ""): Promise<Data> {
    const response = await this.request(`/Data${query}`, { method: "POST", body: JSON.stringify({ dataType, data }) });
    const body = (await response.json()) as Data;
    if (!response.ok) throw new Error(`${response.status} ${JSON.stringify(body)}`);
    return body;
  }

  /** Sends a command or request and does not wait; its event's id. */
  async send(type: string, params: Data = {}): Promise<string> {
    const body = await this.post(REQUESTS.has(type) ? "infoRequest" : "command", { type, ...params });
    return body.eventId;
  }

  /** Sends a command or request and gives the page's answer: `{type, status, …}`. */
  async ask(type: string, params: Data = {}): Promise<Data> {
    const body = await this.post(REQUESTS.has(type) ? "infoRequest" : "command", { type, ...params }, `?wait=${WAIT_S}`);
    if (!body.data) throw new Error(`${type} was not answered within ${WAIT_S} s`);
    return body.data;
  }

  async say(text: string): Promise<string> {
    return (await this.post("message", { text })).eventId;
  }

  /** The log, whole. */
  async events(dataType?: string): Promise<LogEvent[]> {
    const all: LogEvent[] = [];
    const filter = dataType ? `&dataType=${dataType}` : "";
    for (;;) {
      const after = all.at(-1)?.eventId;
      const path = `/events?limit=200${filter}${after ? `&after=${after}` : ""}`;
      const body = (await (await this.request(path)).json()) as Data;
      const events: LogEvent[] = body.events ?? body;
      if (events.length === 0) return all;
      all.push(...events);
    }
  }

  /** The answers to an event. */
  async answers(eventId: string): Promise<LogEvent[]> {
    return (await this.events()).filter((event) => event.data.eventId === eventId);
  }
}
