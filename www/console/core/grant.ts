import { ApiError, type Credential, send } from "./api";
import { delay } from "./backoff";
import { type Given, type Provider, isPassing, leaveForGood, readProvider, refreshTokens } from "./oidc";
import { type Identity, kept, readToken } from "./token";
import { isObject, parse, readList, text } from "./wire";

/** What a sign-in at the provider came to. */
interface State {
  /** The sign-in's own name: tabs that were opened from one another share it. */
  id: string;
  provider: Provider;
  refreshToken?: string;
  /** The gateway's tokens, one a site. */
  tokens: readonly { site: string; token: string }[];
  /** When to renew them, by this machine's clock. */
  renewAt: number;
}

const KEY = "docent.oidc";
/** How much of a token's life passes before it is renewed. */
const SHARE = 0.8;
/** Another tab's news are here by then, in milliseconds. */
const NEWS_MS = 150;
/** The longest timer there is. */
const LONGEST_MS = 2 ** 31 - 1;

/** Who signed in at the provider. The gateway's tokens are renewed as long as the provider agrees, for all tabs of one sign-in. */
export class Grant implements Credential {
  /** Called when another tab signed out. */
  onEnd?: () => void;
  private readonly channel: BroadcastChannel;
  private timer?: ReturnType<typeof setTimeout>;
  private renewing?: Promise<boolean>;
  private failures = 0;

  private constructor(
    private readonly base: string,
    private state: State,
    public identity: Identity,
  ) {
    this.channel = new BroadcastChannel(`${KEY}.${state.id}`);
    this.channel.onmessage = ({ data }) => this.hear(data);
    this.plan();
  }

  /** Trades what the provider gave for the gateway's tokens. */
  static async begin(base: string, provider: Provider, given: Given): Promise<Grant> {
    const state = await trade(base, { id: crypto.randomUUID(), provider, tokens: [], renewAt: 0 }, given);
    const identity = identityIn(state, undefined);
    if (!identity) throw new ApiError({ status: 0, detail: "" });
    keep(state, identity);
    return new Grant(base, state, identity);
  }

  /** The one this tab keeps. Its token may be over; then it is renewed first. */
  static async resume(base: string): Promise<Grant | undefined> {
    const state = readState(parse(sessionStorage.getItem(KEY) ?? ""));
    if (!state) return undefined;
    const before = kept.get();
    const site = before?.site ?? state.tokens[0]?.site ?? "";
    const grant = new Grant(base, state, before ?? { token: "", name: "", role: "agent", site });
    if (before || (await grant.renew())) return grant;
    grant.end();
    return undefined;
  }

  get token(): string {
    return this.identity.token;
  }

  get sites(): readonly string[] {
    return this.state.tokens.map(({ site }) => site);
  }

  /** Works on another site from now on. */
  choose(site: string): void {
    const identity = identityIn(this.state, site);
    if (!identity) return;
    this.identity = identity;
    keep(this.state, identity);
  }

  /** Gets new tokens. False where only signing in anew helps; throws where it may work later. */
  renew(): Promise<boolean> {
    this.renewing ??= this.renewAlone().finally(() => delete this.renewing);
    return this.renewing;
  }

  /** Keeps nothing any longer. */
  end(): void {
    clearTimeout(this.timer);
    this.channel.close();
    sessionStorage.removeItem(KEY);
    kept.drop();
  }

  /** Ends it in all its tabs, and at the provider. */
  signOut(): void {
    this.channel.postMessage("end");
    this.end();
    leaveForGood(this.state.provider);
  }

  /** One tab at a time: a provider that gives each refresh token once takes a second use for theft. */
  private renewAlone(): Promise<boolean> {
    const { tokens } = this.state;
    return navigator.locks.request(`${KEY}.${this.state.id}`, async () => {
      await new Promise((done) => setTimeout(done, NEWS_MS));
      return this.state.tokens !== tokens || this.renewNow();
    });
  }

  private async renewNow(): Promise<boolean> {
    const { provider, refreshToken } = this.state;
    if (!refreshToken) return false;
    let given: Given;
    try {
      given = await refreshTokens(provider, refreshToken);
    } catch (error) {
      if (isPassing(error)) throw new ApiError({ status: 0, detail: "" });
      this.forget();
      return false;
    }
    // It may be good only once: kept before anything else can fail.
    this.state = { ...this.state, ...given.refreshToken ? { refreshToken: given.refreshToken } : {} };
    keep(this.state, this.identity);
    if (!given.idToken) return false;
    const state = await trade(this.base, this.state, given);
    const identity = identityIn(state, this.identity.site);
    if (!identity) return false;
    this.take(state, identity);
    this.channel.postMessage(state);
    return true;
  }

  private forget(): void {
    const { refreshToken: _, ...rest } = this.state;
    this.state = rest;
    keep(this.state, this.identity);
  }

  private take(state: State, identity: Identity): void {
    this.state = state;
    this.identity = identity;
    this.failures = 0;
    keep(state, identity);
    this.plan();
  }

  private hear(news: unknown): void {
    if (news === "end") {
      this.end();
      this.onEnd?.();
      return;
    }
    const state = readState(news);
    const identity = state && identityIn(state, this.identity.site);
    if (state && identity) this.take(state, identity);
  }

  /** Renews in time, so that nobody waits for it. */
  private plan(wait = this.state.renewAt - Date.now()): void {
    clearTimeout(this.timer);
    if (!this.state.refreshToken) return;
    this.timer = setTimeout(() => {
      this.renew().catch((error: unknown) => {
        // A refusal is final: when the token is over, whoever uses it hears why.
        if (error instanceof ApiError && error.status !== 0) return;
        this.plan(delay(this.failures));
        this.failures += 1;
      });
    }, Math.min(Math.max(0, wait), LONGEST_MS));
  }
}

async function trade(base: string, before: State, { idToken = "", refreshToken }: Given): Promise<State> {
  const answer = await send(base, "oidc/token", { method: "POST", content: { idToken } }).catch((error: unknown) => {
    throw error instanceof ApiError ? refusal(error) : error;
  });
  const expiresIn = typeof answer.expiresIn === "number" ? answer.expiresIn : 0;
  return {
    ...before,
    ...(refreshToken ? { refreshToken } : {}),
    tokens: readList(answer.tokens, readTokenOfSite),
    renewAt: Date.now() + expiresIn * 1000 * SHARE,
  };
}

/** Whoever is refused here is not signed in. */
function refusal({ problem }: ApiError): ApiError {
  const isFinal = problem.status >= 400 && problem.status < 500 && problem.status !== 429;
  return new ApiError({ ...problem, status: isFinal ? 401 : 0 });
}

function readTokenOfSite(value: unknown): { site: string; token: string } | undefined {
  const [site, token] = isObject(value) ? [text(value.site), text(value.token)] : [];
  return site && token ? { site, token } : undefined;
}

/** Who one is on a site; on the first, where none is named. */
function identityIn(state: State, site: string | undefined): Identity | undefined {
  const found = site === undefined ? state.tokens[0] : state.tokens.find((token) => token.site === site);
  const read = readToken(found?.token ?? "", 0);
  return typeof read === "string" ? undefined : read;
}

function keep(state: State, identity: Identity): void {
  sessionStorage.setItem(KEY, JSON.stringify(state));
  kept.set(identity);
}

function readState(value: unknown): State | undefined {
  if (!isObject(value)) return undefined;
  const [id, provider, refreshToken] = [text(value.id), readProvider(value.provider), text(value.refreshToken)];
  const tokens = readList(value.tokens, readTokenOfSite);
  if (!id || !provider || typeof value.renewAt !== "number") return undefined;
  return { id, provider, tokens, renewAt: value.renewAt, ...(refreshToken ? { refreshToken } : {}) };
}
