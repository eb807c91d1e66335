import en from "../locale/en.json" with { type: "json" };
import nb from "../locale/nb.json" with { type: "json" };

type Texts = typeof en;
export type Key = keyof Texts;
/** Keys that have a form for one and one for many. */
type Plural = Key extends infer K ? (K extends `${infer Stem}_other` ? Stem : never) : never;

/** Norwegian by its old name, and Nynorsk, are nearer to Bokmål than to English. */
const BY_LANGUAGE: Record<string, [string, Texts]> = { en: ["en", en], nb: ["nb", nb], nn: ["nb", nb], no: ["nb", nb] };

function choose(languages: readonly string[]): [string, Texts] {
  for (const language of languages) {
    const found = BY_LANGUAGE[language.toLowerCase().split("-")[0] ?? ""];
    if (found) return found;
  }
  return ["en", en];
}

const wanted = typeof navigator === "undefined" ? [] : navigator.languages;
const [language, texts] = choose(wanted);
/** For dates and numbers, the reader's own variety of the language. */
const locale = wanted.find((tag) => tag.toLowerCase().startsWith(`${language}-`)) ?? language;

export { language };

/** A text; `{name}` in it stands for a value. */
export function t(key: Key, values: Record<string, string | number> = {}): string {
  return texts[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** A text that counts. */
export function count(stem: Plural, n: number): string {
  const form = new Intl.PluralRules(locale).select(n) === "one" ? "_one" : "_other";
  return t(`${stem}${form}` as Key, { n: new Intl.NumberFormat(locale).format(n) });
}

/** Whether a key is one of a text; for keys made from what the gateway says. */
export function isKey(key: string): key is Key {
  return key in texts;
}

const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
const exactly = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "medium" });
const weekday = new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long" });
const short = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" });
const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
const duration = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });

const names = new Intl.DisplayNames(locale, { type: "language", fallback: "none" });

/** A language's name, by its code. */
export function languageName(code: string): string {
  return names.of(code) ?? code;
}

/** The codes of two letters that the browser knows a language by, one each, in the order of their names. */
export function languages(): string[] {
  const letters = [..."abcdefghijklmnopqrstuvwxyz"];
  const isOne = (code: string): boolean => names.of(code) !== undefined && new Intl.Locale(code).language === code;
  const codes = letters.flatMap((first) => letters.map((second) => first + second)).filter(isOne);
  const { compare } = new Intl.Collator(locale);
  return codes.sort((one, other) => compare(languageName(one), languageName(other)));
}

export function time(when: string): string {
  return clock.format(new Date(when));
}

export function fully(when: string): string {
  return exactly.format(new Date(when));
}

/** Which day, as a heading has it. */
export function day(when: string, now: number): string {
  const days = dayNumber(Date.parse(when)) - dayNumber(now);
  if (days > -2) return relative.format(days, "day");
  return weekday.format(new Date(when));
}

/** A moment, as short as a list has it. */
export function moment(when: string, now: number): string {
  return dayNumber(Date.parse(when)) === dayNumber(now) ? time(when) : short.format(new Date(when));
}

/** How long ago, in the largest unit that fits. */
export function since(when: string, now: number): string {
  return lasting(Math.max(0, Math.round((now - Date.parse(when)) / 1000)));
}

/** A time, in the largest unit that fits. */
export function lasting(seconds: number): string {
  if (seconds < 60) return t("seconds", { n: seconds });
  if (seconds < 3600) return t("minutes", { n: Math.floor(seconds / 60) });
  if (seconds < 86_400) return t("hours", { n: Math.floor(seconds / 3600) });
  return count("days", Math.floor(seconds / 86_400));
}

/** How long it took. */
export function took(from: string, to: string): string {
  const milliseconds = Math.max(0, Date.parse(to) - Date.parse(from));
  if (milliseconds < 1000) return t("milliseconds", { n: milliseconds });
  return t("seconds", { n: duration.format(milliseconds / 1000) });
}

function dayNumber(moment: number): number {
  const date = new Date(moment);
  return Math.round(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 86_400_000);
}
