import type { JsonObject } from "./wire";

/** A shell command that sends the same again and waits for the answer. The token stays the reader's own. */
export function curl(base: string, conversation: string, dataType: string, data: JsonObject): string {
  const url = new URL(`conversation/${encodeURIComponent(conversation)}/Data?wait=20`, base).href;
  return [
    `curl -sS -X POST ${quoted(url)}`,
    `-H "Authorization: Bearer $TOKEN"`,
    `-H 'Content-Type: application/json'`,
    `-d ${quoted(JSON.stringify({ dataType, data }))}`,
  ].join(" \\\n  ");
}

function quoted(content: string): string {
  return `'${content.replaceAll("'", `'\\''`)}'`;
}
