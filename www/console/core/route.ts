import { Store } from "./store";

const PARAMETER = "conversation";

/** Which conversation the address names. */
export class Route {
  readonly conversation = new Store<string | undefined>(read());

  constructor() {
    addEventListener("popstate", () => this.conversation.set(read()));
  }

  open(id: string | undefined, replace = false): void {
    if (id === this.conversation.get()) return;
    const address = href(id);
    if (replace) history.replaceState(null, "", address);
    else history.pushState(null, "", address);
    this.conversation.set(id);
  }
}

export function href(id: string | undefined): string {
  return id === undefined ? location.pathname : `?${PARAMETER}=${encodeURIComponent(id)}`;
}

function read(): string | undefined {
  return new URLSearchParams(location.search).get(PARAMETER) || undefined;
}
