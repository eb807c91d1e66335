import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Desk } from "../core/desk";
import { useStore } from "../core/store";
import { t } from "../core/text";
import { words } from "./session-bar";

/** Whether this agent takes chats: where nobody does, visitors are shown the offline form. */
export function Availability({ desk }: { desk: Desk }): JSX.Element {
  const { available } = useStore(desk.sessions.state);
  const [fault, setFault] = useState("");
  const change = async (): Promise<void> => {
    setFault("");
    await desk.sessions.setAvailable(!available).catch((error: unknown) => setFault(words(error)));
  };
  return (
    <>
      <button type="button" role="switch" aria-checked={available} class="switch" onClick={() => void change()}>
        <span class={`dot ${available ? "on" : "off"}`} />
        {t("available")}
      </button>
      {fault && (
        <span class="fault" role="alert">
          {fault}
        </span>
      )}
    </>
  );
}
