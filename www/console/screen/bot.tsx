import type { JSX } from "preact";
import type { BotLine, BotView } from "../core/bot";
import { fully, t, time } from "../core/text";

/** What the bot's script logged and how it failed, the newest first. */
export function Bot({ view }: { view: BotView }): JSX.Element {
  if (view.lines.length === 0) {
    return (
      <div class="none">
        <strong>{t("botQuiet", { name: view.name })}</strong>
        <p>{t("botQuietWhy")}</p>
      </div>
    );
  }
  return (
    <ol class="log" reversed aria-label={t("botLog", { name: view.name })}>
      {view.lines.map((line, at) => (
        <li key={`${view.lines.length - at}${line.at}`} class={`log-entry bot-line ${line.level}`}>
          <Entry line={line} />
        </li>
      ))}
    </ol>
  );
}

function Entry({ line: { at, level, text, place } }: { line: BotLine }): JSX.Element {
  const failed = level === "error";
  return (
    <div class="log-line">
      <span class="bot-text">{text}</span>
      <span class="log-by soft">
        {failed && <span class="chip bad">{t("botFailed")}</span>} {place !== undefined && <code>{place}</code>}{" "}
        <time dateTime={at} title={fully(at)}>
          {time(at)}
        </time>
      </span>
    </div>
  );
}
