import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Desk } from "../core/desk";
import type { FaqEntry } from "../core/session";
import { languageName, languages, t } from "../core/text";
import { Dialog } from "../part/dialog";
import { Icon } from "../part/icon";
import { words } from "./session-bar";

type Draft = Omit<FaqEntry, "id"> & { id?: number };

/** The questions visitors ask, and what they are answered. */
export function Faq({ desk, close }: { desk: Desk; close(): void }): JSX.Element {
  const [entries, setEntries] = useState<readonly FaqEntry[]>();
  const [draft, setDraft] = useState<Draft>();
  const [fault, setFault] = useState("");
  const load = async (): Promise<void> => setEntries(await desk.sessions.faq());
  const attempt = async (what: () => Promise<void>): Promise<void> => {
    setFault("");
    await what().catch((error: unknown) => setFault(words(error)));
  };
  useEffect(() => void attempt(load), []);
  const save = (changed: Draft): Promise<void> =>
    attempt(async () => {
      await desk.sessions.saveFaq(changed);
      setDraft(undefined);
      await load();
    });
  const remove = (id: number): Promise<void> =>
    attempt(async () => {
      await desk.sessions.removeFaq(id);
      await load();
    });
  return (
    <Dialog title={t("faq")} close={close} class="faq">
      {fault && (
        <p class="fault" role="alert">
          {fault}
        </p>
      )}
      {draft ? (
        <Edit draft={draft} save={save} cancel={() => setDraft(undefined)} />
      ) : (
        <>
          {!entries && !fault && <p role="status">{t("loading")}</p>}
          {entries?.length === 0 && <p>{t("faqEmpty")}</p>}
          <ul class="faq-list">
            {entries?.map((entry) => (
              <li key={entry.id}>
                <div>
                  <strong>{entry.question}</strong>
                  {entry.language && <small>{languageName(entry.language)}</small>}
                  <p>{entry.answer}</p>
                </div>
                <button type="button" class="small" aria-label={t("editWhat", { text: entry.question })} onClick={() => setDraft(entry)}>
                  {t("edit")}
                </button>
                <button type="button" class="small" aria-label={t("removeWhat", { text: entry.question })} onClick={() => void remove(entry.id)}>
                  {t("remove")}
                </button>
              </li>
            ))}
          </ul>
          <div class="buttons">
            <button type="button" class="main" onClick={() => setDraft({ question: "", answer: "" })}>
              <Icon name="plus" />
              {t("faqAdd")}
            </button>
          </div>
        </>
      )}
    </Dialog>
  );
}

function Edit({ draft, save, cancel }: { draft: Draft; save(draft: Draft): Promise<void>; cancel(): void }): JSX.Element {
  const [changed, setChanged] = useState(draft);
  const [missing, setMissing] = useState(false);
  const first = useRef<HTMLInputElement>(null);
  const choices = useMemo(languages, []);
  useLayoutEffect(() => first.current?.focus(), []);
  const speak = (code: string): void => {
    const { language: _, ...rest } = changed;
    setChanged(code ? { ...rest, language: code } : rest);
  };
  const submit = (event: Event): void => {
    event.preventDefault();
    const empty = changed.question.trim() === "" || changed.answer.trim() === "";
    setMissing(empty);
    if (!empty) void save(changed);
  };
  return (
    <form onSubmit={submit}>
      <div class="field">
        <label for="faq-question">{t("question")}</label>
        <input
          ref={first}
          id="faq-question"
          value={changed.question}
          aria-invalid={missing && changed.question.trim() === ""}
          onInput={(event) => setChanged({ ...changed, question: event.currentTarget.value })}
        />
      </div>
      <div class="field">
        <label for="faq-answer">{t("answer")}</label>
        <textarea
          id="faq-answer"
          rows={5}
          value={changed.answer}
          aria-invalid={missing && changed.answer.trim() === ""}
          onInput={(event) => setChanged({ ...changed, answer: event.currentTarget.value })}
        />
      </div>
      <div class="field">
        <label for="faq-language">{t("faqLanguage")}</label>
        <select id="faq-language" value={changed.language ?? ""} onChange={(event) => speak(event.currentTarget.value)}>
          {!draft.language && <option value="">{t("faqLanguageDefault")}</option>}
          {choices.map((code) => (
            <option key={code} value={code}>
              {languageName(code)}
            </option>
          ))}
        </select>
      </div>
      {missing && (
        <p class="fault" role="alert">
          {t("faults")}
        </p>
      )}
      <div class="buttons">
        <button type="button" onClick={cancel}>
          {t("cancel")}
        </button>
        <button type="submit" class="main">
          {t("save")}
        </button>
      </div>
    </form>
  );
}
