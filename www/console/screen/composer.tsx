import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { drafts } from "../core/draft";
import type { Line } from "../core/line";
import { t } from "../core/text";
import { Icon } from "../part/icon";

/** After so long without a key nobody types, in milliseconds. */
const PAUSE = 4000;

/** Where the agent writes. Enter sends, Shift+Enter begins a line. */
export function Composer({ line }: { line: Line }): JSX.Element {
  const [written, setWritten] = useState(() => drafts.get(line.id));
  const [fault, setFault] = useState(false);
  const typing = useTyping(line);
  const input = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    // A keyboard on the screen should come when it is asked for.
    if (matchMedia("(hover: hover)").matches) input.current?.focus();
  }, []);

  const send = (event: Event): void => {
    event.preventDefault();
    const text = written.trim();
    if (text === "") return;
    const sent = line.post("message", { text }) !== undefined;
    setFault(!sent);
    if (!sent) return;
    typing.stop();
    setWritten("");
    drafts.set(line.id, "");
    input.current?.focus();
  };
  const write = (content: string): void => {
    setWritten(content);
    drafts.set(line.id, content);
    if (content.trim() === "") typing.stop();
    else typing.go();
  };
  const press = (event: KeyboardEvent): void => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) send(event);
  };
  return (
    <form class="composer" onSubmit={send}>
      {fault && (
        <p class="fault" role="alert">
          {t("tooMuch")}
        </p>
      )}
      <div class="composer-box">
        <textarea
          ref={input}
          rows={1}
          aria-label={t("message")}
          placeholder={t("placeholder")}
          value={written}
          onInput={(event) => write(event.currentTarget.value)}
          onKeyDown={press}
        />
        <button type="submit" class="main" aria-label={t("send")} disabled={written.trim() === ""}>
          <Icon name="send" />
          <span class="roomy">{t("send")}</span>
        </button>
      </div>
    </form>
  );
}

/** Tells that the agent types: when it begins, now and then while it goes on, and when it stops. */
function useTyping(line: Line): { go(): void; stop(): void } {
  const state = useRef<{ told: number; timer?: ReturnType<typeof setTimeout> }>({ told: 0 });
  const stop = (): void => {
    clearTimeout(state.current.timer);
    if (state.current.told > 0) line.tellTyping(false);
    state.current.told = 0;
  };
  const go = (): void => {
    clearTimeout(state.current.timer);
    state.current.timer = setTimeout(stop, PAUSE);
    if (Date.now() - state.current.told < PAUSE) return;
    state.current.told = Date.now();
    line.tellTyping(true);
  };
  useEffect(() => stop, [line]);
  return { go, stop };
}
