import { type JsonObject, isObject, readList, text } from "./wire";

/** Where a conversation stands, and who has it. */
export interface Session {
  conversationId: string;
  chatSessionId: number;
  /** The status' name. */
  status: string;
  /** The agent who has it. */
  user?: string;
  /** The agent it is offered to. */
  transferTo?: string;
  customerName?: string;
  queuePosition?: number;
  /** Since when the visitor waits, by this machine's clock. */
  waitingSince?: number;
  chatbotIsActive: boolean;
  /** What the visitor gave, by form and field. */
  forms: JsonObject;
}

export interface FaqEntry {
  id: number;
  question: string;
  answer: string;
  language?: string;
}

export function readSession(value: unknown): Session | undefined {
  if (!isObject(value)) return undefined;
  const { conversationId, chatSessionId, name, forms } = value;
  if (typeof conversationId !== "string" || typeof name !== "string") return undefined;
  const session: Session = {
    conversationId,
    status: name,
    chatSessionId: number(chatSessionId) ?? 0,
    chatbotIsActive: value.chatbotIsActive === true,
    forms: isObject(forms) ? forms : {},
  };
  for (const field of ["user", "transferTo", "customerName"] as const) {
    const given = text(value[field]);
    if (given) session[field] = given;
  }
  const [place, seconds] = [number(value.queuePosition), number(value.waitingSeconds)];
  if (place !== undefined) session.queuePosition = place;
  if (seconds !== undefined) session.waitingSince = Date.now() - seconds * 1000;
  return session;
}

export function readFaqEntry(value: unknown): FaqEntry | undefined {
  if (!isObject(value)) return undefined;
  const { id, question, answer } = value;
  if (typeof id !== "number" || typeof question !== "string" || typeof answer !== "string") return undefined;
  const language = text(value.language);
  return language ? { id, question, answer, language } : { id, question, answer };
}

/** Who waits, who is with somebody, and what was left for later. */
export function readSessions(value: JsonObject): Session[] {
  return ["queue", "active", "requests"].flatMap((list) => readList(value[list], readSession));
}

/** The sessions in the gateway's order, and who waits with their places: the longest waiting has the first. */
export function ordered(sessions: readonly Session[]): Session[] {
  const since = ({ waitingSince }: Session): number => waitingSince ?? Number.POSITIVE_INFINITY;
  const waiting = sessions.filter(({ status }) => status === "InQueue").sort((one, other) => since(one) - since(other));
  const placed = waiting.map((session, at) => ({ ...session, queuePosition: at + 1 }));
  return [...placed, ...sessions.filter(({ status }) => status !== "InQueue")];
}

/** Who waits, in the gateway's order: the queue, longest first, then who left a request that nobody has taken. */
export function queue(sessions: readonly Session[]): Session[] {
  return sessions.filter(({ status, user }) => status === "InQueue" || (status === "RequestPosted" && user === undefined));
}

/** What an agent can do with a session. */
export type Verb = "pickup" | "transfer" | "accept" | "reject" | "handoff";

export function verbs(session: Session, me: string | undefined): Verb[] {
  const { status, user, transferTo, chatbotIsActive } = session;
  const offered: Verb[] = transferTo !== undefined && transferTo === me ? ["accept", "reject"] : [];
  if (!["InQueue", "CustomerLast", "UserLast", "RequestPosted"].includes(status)) return offered;
  const free: Verb[] = user === undefined && !chatbotIsActive ? ["pickup"] : [];
  if (status === "RequestPosted") return [...offered, ...free];
  const bots: Verb[] = chatbotIsActive ? ["handoff"] : [];
  const held: Verb[] = user !== undefined && user === me ? [transferTo === undefined ? "transfer" : "reject"] : [];
  return [...offered, ...free, ...bots, ...held];
}

function number(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}
