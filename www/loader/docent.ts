// The loader: what a site's script tag brings. It puts `window.pzl` up, fetches the runtime, the wasm and one locale,
// and hands over. The page may have replaced any of the browser's functions, so few are used here, and whatever
// happens, nothing is thrown into the page.
import { cureFound, unwatch, watch } from "./csp";
import { emit } from "./events";
import { get } from "./get";
import type { Assets, Glue } from "./host";
import { drain, giveUp, isTaken, makeRoom, put, pzl, queue, restore, State, state } from "./surface";

/** Where the runtime's files lie; put in by the build. */
declare const __ASSETS__: Assets;

function gone(): void {
  unwatch();
  restore();
}

function failed(cause: unknown): void {
  if (state === State.Over) return;
  giveUp();
  cureFound((cure) => {
    const message = `Docent cannot run. ${cure || cause}`;
    console.error(message);
    emit("failed", { message });
  });
}

/** The loader's own tag. A module that puts the loader into the page leaves no `currentScript`. */
function ownTag(): HTMLScriptElement {
  const current = document.currentScript as HTMLScriptElement | null;
  return current?.src ? current : (document.querySelector("script[src*='docent.js']") as HTMLScriptElement);
}

async function start(): Promise<void> {
  const { src, dataset } = ownTag();
  const { siteKey } = dataset;
  const base = new URL(".", src).href.slice(0, -1);
  const lang = /^(nb|no|nn)\b/i.test(dataset.lang || document.documentElement.lang) ? "nb" : "en";
  watch(base);
  put();
  if (!siteKey) throw "Its script tag needs data-site-key.";
  const [glue, wasm, locale] = await Promise.all([
    import(base + __ASSETS__.js) as Promise<Glue>,
    get(base + __ASSETS__.wasm, "arraybuffer"),
    get(base + __ASSETS__.locales[lang], "json"),
  ]);
  await glue.default({ module_or_path: wasm });
  if (state === State.Over) return;
  unwatch();
  makeRoom();
  await glue.start({ siteKey, base, locale, lang, pzl, queue, emit, failed, drain, gone });
}

if (!isTaken) start().catch(failed);
