const PREFIX = "docent.draft.";

/** What an agent has written and not sent, by conversation. It is kept for the tab, over a new sign-in too. */
export const drafts = {
  get(conversation: string): string {
    return sessionStorage.getItem(PREFIX + conversation) ?? "";
  },
  set(conversation: string, content: string): void {
    if (content === "") sessionStorage.removeItem(PREFIX + conversation);
    else sessionStorage.setItem(PREFIX + conversation, content);
  },
  /** For whoever sits here next. */
  drop(): void {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
  },
};
