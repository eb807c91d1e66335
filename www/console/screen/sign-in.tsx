import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Api, ApiError } from "../core/api";
import { type Provider, findProvider, leaveFor } from "../core/oidc";
import { t } from "../core/text";
import { type Identity, readToken } from "../core/token";
import { Brand } from "./brand";

interface Props {
  base: string;
  /** Why the agent is not signed in, or not any more. */
  why: string | undefined;
  begin(identity: Identity): void;
}

/** Leads to the identity provider where there is one; takes a token, tries it, and begins. */
export function SignIn({ base, why, begin }: Props): JSX.Element {
  return (
    <main class="sign-in">
      <div class="card">
        <Brand />
        <h1>{t("signIn")}</h1>
        <p class="fault" role="alert">
          {why}
        </p>
        <WithProvider base={base} />
        <WithToken base={base} begin={begin} />
      </div>
    </main>
  );
}

function WithProvider({ base }: { base: string }): JSX.Element | null {
  const [provider, setProvider] = useState<Provider>();
  const [fault, setFault] = useState<string>();
  const [busy, setBusy] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    findProvider(base).then(setProvider, (error: unknown) => {
      if (error instanceof ApiError && error.status !== 0) setFault(error.problem.detail);
    });
  }, [base]);
  useLayoutEffect(() => {
    // Whoever has begun with the other way goes on with it.
    const { activeElement } = document;
    if (!(activeElement instanceof HTMLInputElement) || activeElement.value === "") button.current?.focus();
  }, [provider]);

  const go = (found: Provider): void => {
    if (busy) return;
    if (!isSecureContext) {
      setFault(t("oidcInsecure"));
      return;
    }
    setBusy(true);
    leaveFor(found).catch(() => {
      setBusy(false);
      setFault(t("oidcUnreached"));
    });
  };
  if (!provider && fault === undefined) return null;
  return (
    <section class="provider">
      {provider && (
        <button ref={button} type="button" class="main wide" aria-disabled={busy} onClick={() => go(provider)}>
          {busy ? t("signingIn") : t("signInWith", { name: provider.name })}
        </button>
      )}
      <p class="fault" role="alert">
        {fault}
      </p>
      <p class="or">{t("or")}</p>
    </section>
  );
}

function WithToken({ base, begin }: Omit<Props, "why">): JSX.Element {
  const [pasted, setPasted] = useState("");
  const [fault, setFault] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [shown, setShown] = useState(false);

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (busy) return;
    const read = readToken(pasted);
    if (typeof read === "string") {
      setFault(t(read));
      return;
    }
    setBusy(true);
    try {
      await new Api(base, read).list(1);
      begin(read);
    } catch (error) {
      const problem = error instanceof ApiError && error.status !== 0 ? error.problem : undefined;
      setFault(problem ? t("tokenRefused", { detail: problem.detail }) : t("unreached"));
      setBusy(false);
    }
  };

  const input = {
    id: "token",
    autocomplete: "off",
    spellcheck: false,
    autocapitalize: "off",
    autofocus: true,
    value: pasted,
    "aria-describedby": "token-fault",
    "aria-invalid": fault ? true : undefined,
    onInput: (event: { currentTarget: HTMLInputElement }) => setPasted(event.currentTarget.value),
  } as const;
  return (
    <form class="with-token" onSubmit={(event) => void submit(event)} noValidate>
      <p class="soft">{t("signInWhy")}</p>
      <div class="field">
        <label for="token">{t("token")}</label>
        <div class="row">
          {shown ? <input {...input} type="text" /> : <input {...input} type="password" />}
          <button type="button" aria-pressed={shown} onClick={() => setShown(!shown)}>
            {shown ? t("hide") : t("show")}
          </button>
        </div>
        <p id="token-fault" class="fault" role="alert">
          {fault}
        </p>
      </div>
      <button type="submit" class="main wide" aria-disabled={busy}>
        {busy ? t("signingIn") : t("signIn")}
      </button>
      <p class="hint">
        {t("signInHow")} <code>docent token --role agent --sub NAME</code>
      </p>
    </form>
  );
}
