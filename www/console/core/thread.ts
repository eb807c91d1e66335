import { type From, type JsonObject, type LogEvent, isObject, text } from "./wire";

export interface Message {
  eventId: string;
  when: string;
  from: From;
  text: string;
}

/** A fact that stands between the messages. */
export interface Note {
  eventId: string;
  when: string;
  about: "page" | "sharing" | "notSharing" | "ended";
  url?: string;
  title?: string;
}

export type Item = { message: Message } | { note: Note };

export interface Answer {
  when: string;
  status: string;
  values: JsonObject;
}

/** A command or request, and what became of it. */
export interface Call {
  eventId: string;
  /** The asker's own name for it. */
  id?: string;
  when: string;
  from: From;
  dataType: string;
  type: string;
  params: JsonObject;
  answer?: Answer;
}

/** What a conversation's log says. */
export interface Thread {
  items: Item[];
  /** In the log's order. */
  calls: Call[];
  page?: { url: string; title: string };
  /** The newest `getCapabilities` answer. */
  capabilities?: Answer;
  /** The page changed after it told its capabilities. */
  stale: boolean;
  inputDisabled: boolean;
  sharing: boolean;
}

const ENVELOPE = new Set(["type", "id", "eventId", "status", "responseType"]);

export function isSuccess(status: string): boolean {
  return status === "success" || status === "ok";
}

/** Whether two events come from the same person. */
export function isSame(one: From, other: From): boolean {
  return one.role === other.role && one.id === other.id;
}

/** Reads a log, which is in order. */
export function readThread(events: readonly LogEvent[]): Thread {
  const thread: Thread = { items: [], calls: [], stale: false, inputDisabled: false, sharing: false };
  const calls = new Map<string, Call>();
  for (const event of events) take(thread, calls, event);
  return thread;
}

function take(thread: Thread, calls: Map<string, Call>, event: LogEvent): void {
  const { eventId, whenPosted: when, from, dataType, data } = event;
  switch (dataType) {
    case "message":
      thread.items.push({ message: { eventId, when, from, text: text(data.text) ?? "" } });
      break;
    case "command":
    case "infoRequest": {
      const call: Call = { eventId, when, from, dataType, type: text(data.type) ?? "", params: without(data) };
      const id = text(data.id);
      if (id !== undefined) call.id = id;
      calls.set(eventId, call);
      thread.calls.push(call);
      break;
    }
    case "commandResponse":
    case "infoResponse": {
      const call = calls.get(text(data.eventId) ?? "");
      if (call && !call.answer) answered(thread, call, { when, status: text(data.status) ?? "", values: without(data) });
      break;
    }
    case "visitorEvent":
      told(thread, event);
      break;
    case "session":
      if (isObject(data.new) && data.new.name === "Closed") thread.items.push({ note: { eventId, when, about: "ended" } });
      break;
  }
}

function answered(thread: Thread, call: Call, answer: Answer): void {
  call.answer = answer;
  if (!isSuccess(answer.status)) return;
  if (call.type === "getCapabilities") {
    thread.capabilities = answer;
    thread.stale = false;
  } else if (call.type === "disableChatInput") {
    thread.inputDisabled = answer.values.value === true;
  } else if (call.type === "initiateCoBrowse") {
    shared(thread, call.eventId, answer.when, answer.values.coBrowseState === "active");
  }
}

function told(thread: Thread, { eventId, whenPosted: when, data }: LogEvent): void {
  if (data.type === "coBrowseChanged") {
    shared(thread, eventId, when, data.coBrowseState === "active");
  } else if (data.type === "pageChanged") {
    const [url, title] = [text(data.url) ?? "", text(data.title) ?? ""];
    thread.page = { url, title };
    thread.stale = true;
    thread.items.push({ note: { eventId, when, about: "page", url, title } });
  } else if (data.type === "apiChanged") {
    thread.stale = true;
  }
}

function shared(thread: Thread, eventId: string, when: string, sharing: boolean): void {
  if (thread.sharing === sharing) return;
  thread.sharing = sharing;
  thread.items.push({ note: { eventId, when, about: sharing ? "sharing" : "notSharing" } });
}

function without(data: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(data).filter(([name]) => !ENVELOPE.has(name)));
}

/** Adds events to a log, keeping its order and each id once. */
export function merge(log: readonly LogEvent[], more: readonly LogEvent[]): LogEvent[] {
  const last = log.at(-1)?.eventId ?? "";
  if (more.every((event, at) => event.eventId > (more[at - 1]?.eventId ?? last))) return [...log, ...more];
  const all = new Map([...log, ...more].map((event) => [event.eventId, event]));
  return [...all.values()].sort((one, other) => (one.eventId < other.eventId ? -1 : 1));
}

/** What an agent is to do about a conversation. */
export interface Turn {
  last?: Message;
  /** Visitor's messages after `read`. */
  unread: number;
  /** When the visitor wrote the first message that nobody answered. */
  waitingSince?: string;
}

/** Reads the newest messages, which are in order. */
export function readTurn(messages: readonly Message[], read: string): Turn {
  const reply = messages.filter((message) => message.from.role !== "visitor").at(-1)?.eventId ?? "";
  const waiting = messages.find((message) => message.eventId > reply);
  const known = read > reply ? read : reply;
  const unread = messages.filter((message) => message.from.role === "visitor" && message.eventId > known).length;
  const turn: Turn = { unread };
  const last = messages.at(-1);
  if (last) turn.last = last;
  if (waiting) turn.waitingSince = waiting.when;
  return turn;
}
