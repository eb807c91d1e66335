import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Desk } from "../core/desk";
import { useStore } from "../core/store";
import { t } from "../core/text";
import { Icon } from "../part/icon";
import { Availability } from "./availability";
import { Brand } from "./brand";
import { Faq } from "./faq";

/** What an agent can do with having signed in. */
export interface Account {
  /** Where the agent may work, where there is a choice. */
  sites: readonly string[];
  choose(site: string): void;
  leave(): void;
}

/** What is always there: how the gateway is reached, notifications, who is signed in. */
export function Top({ desk, account }: { desk: Desk; account: Account }): JSX.Element {
  const { link, problem } = useStore(desk.inbox.state);
  const permission = useStore(desk.notifier.permission);
  const { name, site, role } = desk.identity;
  const [faq, setFaq] = useState(false);
  return (
    <>
      <header class="top">
        <Brand />
        <span class={`link ${link}`} role="status">
          <span class={`dot ${link === "connected" ? "on" : link === "refused" ? "bad" : "warn"}`} />
          <span class="link-text">{t(link, { detail: problem?.detail ?? "" })}</span>
        </span>
        <span class="spring" />
        {role === "agent" && <Availability desk={desk} />}
        <button type="button" class="plain" onClick={() => setFaq(true)}>
          {t("faq")}
        </button>
        {permission === "default" && (
          <button type="button" onClick={() => void desk.notifier.ask()}>
            <Icon name="bell" />
            <span class="roomy">{t("notifyMe")}</span>
          </button>
        )}
        {(permission === "granted" || permission === "denied") && (
          <span class={`bell ${permission}`} title={t(permission === "granted" ? "notifyOn" : "notifyBlocked")}>
            <Icon name="bell" />
            <span class="hidden">{t(permission === "granted" ? "notifyOn" : "notifyBlocked")}</span>
          </span>
        )}
        <span class="account">
          <span class="hidden">{t("account", { name })}</span>
          <span aria-hidden="true">
            <strong>{name}</strong>
            {site && account.sites.length < 2 && <span class="soft"> {site}</span>}
          </span>
        </span>
        {account.sites.length > 1 && (
          <select aria-label={t("site")} value={site} onChange={(event) => account.choose(event.currentTarget.value)}>
            {account.sites.map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </select>
        )}
        <button type="button" class="plain" onClick={account.leave}>
          <Icon name="leave" />
          <span class="roomy">{t("signOut")}</span>
        </button>
      </header>
      {faq && <Faq desk={desk} close={() => setFaq(false)} />}
    </>
  );
}
