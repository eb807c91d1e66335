import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Api, ApiError } from "../core/api";
import { t } from "../core/text";
import { type Identity, readToken } from "../core/token";
import { Brand } from "./brand";

interface Props {
  base: string;
  /** Why the agent was signed out. */
  why: string | undefined;
  begin(identity: Identity): void;
}

/** Takes a token, tries it, and begins. */
export function SignIn({ base, why, begin }: Props): JSX.Element {
  const [pasted, setPasted] = useState("");
  const [fault, setFault] = useState(why);
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
      await new Api(base, read.token).list(1);
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
    <main class="sign-in">
      <form class="card" onSubmit={(event) => void submit(event)} noValidate>
        <Brand />
        <h1>{t("signIn")}</h1>
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
    </main>
  );
}
