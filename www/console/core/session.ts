import { type JsonObject, isObject, readList, text } from "./wire";

/** Statuses in which the visitor waits for an agent, is with one, or with a bot. */
export const LIVE = ["PreChatForm", "Faq", "OfflineForm", "InQueue", "CustomerLast", "UserLast", "Finished", "RequestPosted"];

/** Where a conversation stands, and who has it. */
export interface Session {
  conversationId: string;
  chatSessionId: number;
  statusName: string;
  /** The agent who has it. */
  user?: string;
  /** The agent it is offered to. */
  transferTo?: string;
  customerName?: string;
  queuePosition?: number;
  queuedAt?: string;
  chatbotIsActive: boolean;
  rating?: number;
  /** What the visitor gave, by form and field. */
  forms: JsonObject;
}

export interface FaqEntry {
  id: number;
  question: string;
  answer: string;
  language?: string;
}

export interface Agent {
  id: string;
  available: boolean;
}

export function readSession(value: unknown): Session | undefined {
  if (!isObject(value)) return undefined;
  const { conversationId, chatSessionId, statusName, forms } = value;
  if (typeof conversationId !== "string" || typeof statusName !== "string") return undefined;
  const session: Session = {
    conversationId,
    statusName,
    chatSessionId: number(chatSessionId) ?? 0,
    chatbotIsActive: value.chatbotIsActive === true,
    forms: isObject(forms) ? forms : {},
  };
  for (const name of ["user", "transferTo", "customerName", "queuedAt"] as const) {
    const given = text(value[name]);
    if (given) session[name] = given;
  }
  for (const name of ["queuePosition", "rating"] as const) {
    const given = number(value[name]);
    if (given !== undefined) session[name] = given;
  }
  return session;
}

export function readAgent(value: unknown): Agent | undefined {
  if (!isObject(value) || typeof value.id !== "string") return undefined;
  return { id: value.id, available: value.available === true };
}

export function readFaqEntry(value: unknown): FaqEntry | undefined {
  if (!isObject(value)) return undefined;
  const { id, question, answer } = value;
  if (typeof id !== "number" || typeof question !== "string" || typeof answer !== "string") return undefined;
  const language = text(value.language);
  return language ? { id, question, answer, language } : { id, question, answer };
}

export function readSessions(value: JsonObject): Session[] {
  return readList(value.sessions, readSession);
}

/** The queue: who waits longest is first. */
export function queue(sessions: readonly Session[]): Session[] {
  const waiting = sessions.filter(({ statusName }) => statusName === "InQueue");
  return waiting.sort((one, other) => ((one.queuedAt ?? "") < (other.queuedAt ?? "") ? -1 : 1));
}

/** What an agent can do with a session. */
export type Verb = "pick-up" | "transfer" | "accept" | "reject" | "hand-off" | "end";

export function verbs(session: Session, me: string | undefined): Verb[] {
  const { statusName, user, transferTo, chatbotIsActive } = session;
  const offered: Verb[] = transferTo !== undefined && transferTo === me ? ["accept", "reject"] : [];
  if (!["InQueue", "CustomerLast", "UserLast"].includes(statusName)) return offered;
  const mine = user !== undefined && user === me;
  const free: Verb[] = user === undefined ? ["pick-up"] : [];
  const bots: Verb[] = chatbotIsActive ? ["hand-off"] : [];
  const held: Verb[] = mine ? (transferTo === undefined ? ["transfer"] : ["reject"]) : [];
  return [...offered, ...free, ...bots, ...held, "end"];
}

function number(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}
