/** What the gateway says, read once at the edge. What a visitor's page put into it is text and JSON, never more. */

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type JsonObject = { [name: string]: Json };

export type Role = "visitor" | "agent" | "bot" | "gateway";

export interface From {
  role: Role;
  id?: string;
}

/** One entry of a conversation's log. */
export interface LogEvent {
  eventId: string;
  whenPosted: string;
  from: From;
  dataType: string;
  data: JsonObject;
}

export interface Conversation {
  conversationId: string;
  createdAt: string;
  lastEventAt?: string;
  /** The last event's id. */
  head: string;
  /** How many pages of the visitor's are connected. */
  connected: number;
  ended: boolean;
}

/** RFC 9457. */
export interface Problem {
  status: number;
  detail: string;
}

/** A frame of the socket, downwards. */
export type Frame =
  | { kind: "hello"; head: string; ended: boolean }
  | { kind: "event"; event: LogEvent }
  | { kind: "ack"; ref: string; eventId: string }
  | { kind: "error"; problem: Problem; ref?: string }
  | { kind: "pong" };

const ROLES: readonly string[] = ["visitor", "agent", "bot", "gateway"];
/** After every id there can be. */
export const END = "9999999999999999";
/** Before every id there can be. */
export const START = "0000000000000000";

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

export function readEvent(value: unknown): LogEvent | undefined {
  if (!isObject(value) || !isObject(value.from) || !isObject(value.data)) return undefined;
  const { eventId, whenPosted, from, dataType, data } = value;
  const role = text(from.role);
  if (typeof eventId !== "string" || typeof whenPosted !== "string" || typeof dataType !== "string") return undefined;
  if (!role || !ROLES.includes(role)) return undefined;
  const id = text(from.id);
  return { eventId, whenPosted, dataType, data, from: id === undefined ? { role: role as Role } : { role: role as Role, id } };
}

export function readConversation(value: unknown): Conversation | undefined {
  if (!isObject(value)) return undefined;
  const { conversationId, createdAt, head, connected, ended } = value;
  if (typeof conversationId !== "string" || typeof createdAt !== "string" || typeof head !== "string") return undefined;
  const read: Conversation = { conversationId, createdAt, head, connected: typeof connected === "number" ? connected : 0, ended: ended === true };
  const last = text(value.lastEventAt);
  return last === undefined ? read : { ...read, lastEventAt: last };
}

/** The good ones of a list. */
export function readList<T>(value: unknown, read: (item: unknown) => T | undefined): T[] {
  if (!Array.isArray(value)) return [];
  return value.map(read).filter((item): item is T => item !== undefined);
}

export function readProblem(value: unknown, status = 0): Problem {
  if (!isObject(value)) return { status, detail: "" };
  const given = typeof value.status === "number" ? value.status : status;
  return { status: given, detail: text(value.detail) ?? text(value.title) ?? "" };
}

export function readFrame(content: string): Frame | undefined {
  const value = parse(content);
  if (!isObject(value)) return undefined;
  if (isObject(value.hello)) {
    const { head, ended } = value.hello;
    return typeof head === "string" ? { kind: "hello", head, ended: ended === true } : undefined;
  }
  if (typeof value.ack === "string" && typeof value.eventId === "string") {
    return { kind: "ack", ref: value.ack, eventId: value.eventId };
  }
  if ("pong" in value) return { kind: "pong" };
  if ("error" in value) {
    const problem = readProblem(value.error);
    return typeof value.ref === "string" ? { kind: "error", problem, ref: value.ref } : { kind: "error", problem };
  }
  const event = readEvent(value);
  return event && { kind: "event", event };
}

/** `undefined` where the text is no JSON. */
export function parse(content: string): Json | undefined {
  try {
    return JSON.parse(content) as Json;
  } catch {
    return undefined;
  }
}
