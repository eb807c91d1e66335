import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Desk } from "./core/desk";
import { Notifier } from "./core/notify";
import { Route } from "./core/route";
import { useStore } from "./core/store";
import { t } from "./core/text";
import { type Identity, kept, readToken } from "./core/token";
import { isObject, text } from "./core/wire";
import { Conversations } from "./screen/conversations";
import { SignIn } from "./screen/sign-in";

/** The gateway's own address: the console lies one folder below it. */
const BASE = new URL("..", document.baseURI).href;
const route = new Route();
const notifier = new Notifier();

type Who = { identity: Identity } | { why?: string } | "finding";

/** Nobody, or an agent at work. */
export function App(): JSX.Element | null {
  const [who, setWho] = useState<Who>("finding");
  useEffect(() => {
    void findIdentity().then((identity) => setWho(identity ? { identity } : {}));
  }, []);
  if (who === "finding") return null;
  if (!("identity" in who)) {
    const begin = (identity: Identity): void => {
      kept.set(identity);
      setWho({ identity });
    };
    return <SignIn base={BASE} why={who.why} begin={begin} />;
  }
  const leave = (why?: string): void => {
    kept.drop();
    setWho(why === undefined ? {} : { why });
  };
  return <Work key={who.identity.token} identity={who.identity} leave={leave} />;
}

function Work({ identity, leave }: { identity: Identity; leave: (why?: string) => void }): JSX.Element {
  const [desk] = useState(() => new Desk(BASE, identity, route, notifier));
  useEffect(() => {
    desk.start();
    return () => desk.stop();
  }, [desk]);
  const { link, problem } = useStore(desk.inbox.state);
  useEffect(() => {
    if (link === "refused" && problem?.status === 401) leave(t("signedOut", { detail: problem.detail }));
  }, [link, problem]);
  return <Conversations desk={desk} leave={() => leave()} />;
}

/** The token this tab keeps, else the one that whoever serves the console gives to whoever opens it. */
async function findIdentity(): Promise<Identity | undefined> {
  const before = kept.get();
  if (before) return before;
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
