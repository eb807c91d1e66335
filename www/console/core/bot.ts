import { useEffect, useState } from "preact/hooks";
import type { Api } from "./api";
import { type JsonObject, isObject, readList, text } from "./wire";

/** What a bot's script logged, or how it failed. */
export interface BotLine {
  at: string;
  level: string;
  text: string;
  /** `FILE:LINE`, where it is known. */
  place?: string;
}

/** A bot's part in a conversation, the newest line first. */
export interface BotView {
  name: string;
  lines: readonly BotLine[];
}

const PERIOD_MS = 2000;

/** What is seen of a conversation's bot; nothing where no bot's script runs. */
export function useBot(api: Api, conversation: string): BotView | undefined {
  const [view, setView] = useState<BotView>();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let current = true;
    const look = async (): Promise<void> => {
      // Where it fails, the conversation's own connection tells of it.
      const body = await api.request(`conversation/${encodeURIComponent(conversation)}/bot`).catch(() => undefined);
      if (!current) return;
      const read = body && readView(body);
      if (read) setView((before) => (same(before, read) ? before : read));
      if (!body || read) timer = setTimeout(() => void look(), PERIOD_MS);
    };
    setView(undefined);
    void look();
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [api, conversation]);
  return view;
}

function same(one: BotView | undefined, other: BotView): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function readView(body: JsonObject): BotView | undefined {
  const name = text(body.bot);
  return name === undefined ? undefined : { name, lines: readList(body.lines, readLine).reverse() };
}

function readLine(value: unknown): BotLine | undefined {
  if (!isObject(value)) return undefined;
  const [at, level, said, place] = [value.at, value.level, value.text, value.place].map(text);
  if (at === undefined || level === undefined || said === undefined) return undefined;
  return place ? { at, level, text: said, place } : { at, level, text: said };
}

/** How many of its lines are errors. */
export function faults(view: BotView): number {
  return view.lines.filter(({ level }) => level === "error").length;
}
