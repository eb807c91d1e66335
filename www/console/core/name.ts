import { t } from "./text";
import type { From } from "./wire";

/** What a conversation's visitor is called: nobody knows their name. */
export function name(conversation: string): string {
  return t("visitorName", { code: conversation.replaceAll(/[^\da-z]/gi, "").slice(0, 4).toUpperCase() });
}

/** Who said something. */
export function speaker(from: From, me: From): string {
  if (from.role === me.role && from.id === me.id) return t("you");
  if (from.role === "visitor") return t("visitor");
  if (from.role === "gateway") return t("gateway");
  return from.id ?? t(from.role === "bot" ? "bot" : "agent");
}
