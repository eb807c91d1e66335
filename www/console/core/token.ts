import { isObject, parse, text } from "./wire";

/** Who the token says its bearer is. The gateway checks it; this is for showing. */
export interface Identity {
  token: string;
  name: string;
  role: "agent" | "bot";
  site?: string;
}

export type Refusal = "notToken" | "visitorToken" | "overToken";

const KEY = "docent.token";

/** Reads a pasted token. */
export function readToken(pasted: string, now = Date.now()): Identity | Refusal {
  const token = pasted.trim().replace(/^Bearer\s+/i, "");
  const parts = token.split(".");
  if (parts.length !== 3 || !/^[\w.-]+$/.test(token)) return "notToken";
  const claims = parse(decode(parts[1] ?? ""));
  if (!isObject(claims)) return "notToken";
  const role = text(claims.role);
  if (role === "visitor") return "visitorToken";
  if (role !== "agent" && role !== "bot") return "notToken";
  if (typeof claims.exp === "number" && claims.exp * 1000 <= now) return "overToken";
  const site = text(claims.site);
  return { token, role, name: text(claims.sub) ?? role, ...(site === undefined ? {} : { site }) };
}

function decode(part: string): string {
  try {
    const bytes = Uint8Array.from(atob(part.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
    return new TextDecoder().decode(bytes);
  } catch {
    return "";
  }
}

/** The token this tab keeps. It is gone with the tab. */
export const kept = {
  get(): Identity | undefined {
    const read = readToken(sessionStorage.getItem(KEY) ?? "");
    return typeof read === "string" ? undefined : read;
  },
  set(identity: Identity): void {
    sessionStorage.setItem(KEY, identity.token);
  },
  drop(): void {
    sessionStorage.removeItem(KEY);
  },
};
