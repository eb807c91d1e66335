import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ApiError } from "./core/api";
import { Desk } from "./core/desk";
import { drafts } from "./core/draft";
import { Grant } from "./core/grant";
import { Notifier } from "./core/notify";
import { type Answer, explain, fetchTokens, findProvider, takeAnswer } from "./core/oidc";
import { Route } from "./core/route";
import { useStore } from "./core/store";
import { t } from "./core/text";
import { type Identity, kept, readToken } from "./core/token";
import { isObject, text } from "./core/wire";
import { Conversations } from "./screen/conversations";
import { SignIn } from "./screen/sign-in";

/** The gateway's own address: the console lies one folder below it. */
const BASE = new URL("..", document.baseURI).href;
/** Before the route reads the address. */
const answer = takeAnswer();
const route = new Route();
const notifier = new Notifier();

interface SignedIn {
  identity: Identity;
  /** Where the agent signed in at the identity provider. */
  grant?: Grant;
}

type Who = SignedIn | { why?: string } | "finding";

/** Nobody, or an agent at work. */
export function App(): JSX.Element | null {
  const [who, setWho] = useState<Who>("finding");
  useEffect(() => {
    void find().then(setWho);
  }, []);
  if (who === "finding") return null;
  if (!("identity" in who)) {
    const begin = (identity: Identity): void => {
      kept.set(identity);
      setWho({ identity });
    };
    return <SignIn base={BASE} why={who.why} begin={begin} />;
  }
  const { grant, identity } = who;
  const leave = (why?: string): void => {
    if (why === undefined) drafts.drop();
    if (!grant) kept.drop();
    else if (why === undefined) grant.signOut();
    else grant.end();
    setWho(why === undefined ? {} : { why });
  };
  const choose = (site: string): void => {
    grant?.choose(site);
    route.open(undefined);
    if (grant) setWho({ grant, identity: grant.identity });
  };
  return <Work key={identity.token} {...who} leave={leave} choose={choose} />;
}

interface WorkProps extends SignedIn {
  leave(why?: string): void;
  choose(site: string): void;
}

function Work({ identity, grant, leave, choose }: WorkProps): JSX.Element {
  const [desk] = useState(() => new Desk(BASE, identity, grant ?? identity, route, notifier));
  useEffect(() => {
    desk.start();
    return () => desk.stop();
  }, [desk]);
  useEffect(() => {
    if (grant) grant.onEnd = () => leave(t("signedOutElsewhere"));
  }, [grant]);
  const { link, problem } = useStore(desk.inbox.state);
  useEffect(() => {
    if (link === "refused" && problem?.status === 401) leave(t("signedOut", { detail: problem.detail }));
  }, [link, problem]);
  const account = { sites: grant?.sites ?? [], leave: () => leave(), choose };
  return <Conversations desk={desk} account={account} />;
}

/** Whoever comes back from the provider, whoever this tab keeps, else whom the console's server names. */
async function find(): Promise<Who> {
  try {
    const grant = await (answer ? finish(answer) : Grant.resume(BASE));
    if (grant) return { grant, identity: grant.identity };
  } catch (error) {
    return { why: whyNot(error) };
  }
  const identity = kept.get() ?? (await findGiven());
  return identity ? { identity } : {};
}

async function finish({ parameters, pending }: Answer): Promise<Grant> {
  if (!pending) throw new Error(t("oidcNotBegun"));
  const provider = await findProvider(BASE);
  if (provider?.issuer !== pending.issuer) throw new Error(t("oidcNotBegun"));
  return Grant.begin(BASE, provider, await fetchTokens(provider, parameters, pending));
}

function whyNot(error: unknown): string {
  if (error instanceof ApiError) return error.status === 0 && !error.problem.detail ? t("unreached") : t("signInRefused", { detail: error.problem.detail });
  const detail = explain(error);
  if (detail !== undefined) return t("oidcRefused", { detail });
  // What `fetch` throws tells a script nothing of the cause.
  if (error instanceof TypeError || error instanceof DOMException) return t("oidcUnreached");
  return error instanceof Error ? error.message : t("oidcUnreached");
}

/** The token that whoever serves the console gives to whoever opens it. */
async function findGiven(): Promise<Identity | undefined> {
  try {
    const response = await fetch("settings/sign-in.json", { cache: "no-store" });
    const settings: unknown = response.ok ? await response.json() : {};
    const read = readToken((isObject(settings) && text(settings.token)) || "");
    if (typeof read === "string") return undefined;
    kept.set(read);
    return read;
  } catch {
    return undefined;
  }
}
