// The only door between the page and the runtime. Whatever the browser calls comes through `call`, so that a
// runtime that fails is shut in one place and never throws into the page.

const { parse, stringify } = natural(JSON, ["parse", "stringify"], "JSON");
const hasOwn = Object.prototype.hasOwnProperty;
const undo = new Map(); // registration id → how to take it back
const hearing = new Map(); // registration id → listens, where it does not already
let enter; // (id, value) → value: the runtime's handler
let fatal; // (message) → void: told once when the runtime failed
let reason = "";
let address; // [url, token]: where a failure is reported

/** The page's own intrinsic, or, where the page replaced it, a fresh one from an empty frame. */
function natural(object, names, path) {
  const text = Function.prototype.toString;
  const native = (f) => {
    try {
      return typeof f === "function" && /\[native code\]/.test(text.call(f));
    } catch {
      return false;
    }
  };
  if (object && native(text) && names.every((name) => native(object[name]))) return object;
  const frame = document.createElement("iframe");
  frame.hidden = true;
  try {
    document.documentElement.appendChild(frame);
    return frame.contentWindow[path] || object;
  } catch {
    return object;
  } finally {
    frame.remove();
  }
}

export function call(id, value) {
  if (!enter) return undefined;
  try {
    return enter(id, value);
  } catch (error) {
    die(reason || String(error));
    return undefined;
  }
}

function die(message) {
  const tell = fatal;
  shut();
  for (const widget of document.querySelectorAll("docent-widget")) widget.remove();
  const data = { type: "runtimeFailed", message: message.slice(0, 1000) };
  if (address) farewell(...address, stringify({ dataType: "visitorEvent", data }));
  if (tell) tell(message);
}

export function keep(id, back) {
  undo.set(id, back);
}

export const stands = (id) => undo.has(id);

function once(id, value) {
  undo.delete(id);
  call(id, value);
}

export function open(handler, failed) {
  enter = handler;
  fatal = failed;
  reason = "";
  address = undefined;
}

export function shut() {
  enter = fatal = undefined;
  const all = [...undo.values()];
  undo.clear();
  for (const back of all) back();
}

/** The panic hook's message; the trap that follows ends in `die`. */
export function panicked(message) {
  reason = message;
}

export function reportTo(url, token) {
  address = [url, token];
}

export function complain(message) {
  console.error("Docent: " + message);
}

/** A name nobody else has. */
export function unique() {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function release(id) {
  const back = undo.get(id);
  undo.delete(id);
  if (back) back();
}

export function listen(id, target, type, capture, passive) {
  const options = { capture, passive };
  const heard = (event) => call(id, event);
  const hear = () => target.addEventListener(type, heard, options);
  hear();
  hearing.set(id, hear);
  keep(id, () => {
    hearing.delete(id);
    target.removeEventListener(type, heard, options);
  });
}

/** `document.open()` takes every listener away, of the window too: those that stand are put back, others left as they are. */
export function listen_again() {
  for (const hear of [...hearing.values()]) hear();
}

export function timeout(id, ms) {
  const timer = setTimeout(() => once(id), ms);
  keep(id, () => clearTimeout(timer));
}

export function frame(id) {
  const request = requestAnimationFrame((now) => once(id, now));
  keep(id, () => cancelAnimationFrame(request));
}

/** Calls before every paint. */
export function frames(id) {
  let request;
  const next = () => (request = requestAnimationFrame(turn));
  const turn = () => {
    next();
    call(id);
  };
  next();
  keep(id, () => cancelAnimationFrame(request));
}

export function soon(id) {
  queueMicrotask(() => call(id));
}

/** Observes with `MutationObserver`, `ResizeObserver` or `IntersectionObserver`. */
export function observe(id, kind, target, options) {
  const observer = new globalThis[kind]((records) => call(id, records));
  observer.observe(target, options);
  keep(id, () => observer.disconnect());
}

export function settle(id, promise) {
  const done = (ok) => (value) => undo.has(id) && once(id, [ok, value]);
  keep(id, () => {});
  Promise.resolve(promise).then(done(true), done(false));
}

/** Puts a property on an object of the page's; taken back where it is still ours, and what stood there stands again. */
function place(id, object, name, ours) {
  const before = Object.getOwnPropertyDescriptor(object, name);
  if (!Reflect.defineProperty(object, name, { ...ours, configurable: true, enumerable: true })) return;
  keep(id, () => {
    const now = Object.getOwnPropertyDescriptor(object, name);
    if (!now || now.get !== ours.get || now.value !== ours.value) return;
    if (Reflect.deleteProperty(object, name) && before) Reflect.defineProperty(object, name, before);
  });
}

export function expose(id, object, name) {
  place(id, object, name, { value: (...args) => call(id, args), writable: true });
}

/** A property whose every read asks the runtime. */
export function reveal(id, object, name) {
  place(id, object, name, { get: () => Object.freeze(call(id)) });
}

export function put(id, object, name, value) {
  place(id, object, name, { value, writable: true });
}

/** A WebSocket; every event arrives as [kind, value]: "open", "text" with its text, "close" with its code. */
export function socket(id, url, protocols) {
  const ws = new WebSocket(url, protocols);
  ws.binaryType = "arraybuffer";
  ws.onopen = () => call(id, ["open"]);
  ws.onmessage = (event) => typeof event.data === "string" && call(id, ["text", event.data]);
  ws.onclose = (event) => call(id, ["close", event.code]);
  keep(id, () => {
    ws.onopen = ws.onmessage = ws.onclose = null;
    ws.close();
  });
  return ws;
}

/** `true` where the frame was handed to an open socket. */
export function transmit(ws, text) {
  if (ws.readyState !== 1) return false;
  ws.send(text);
  return true;
}

/** XMLHttpRequest, because pages wrap `fetch`; the answer arrives as [status, text], status 0 where there is none. */
export function http(id, method, url, token, body) {
  const request = new XMLHttpRequest();
  const done = () => once(id, [request.status, request.responseText]);
  request.open(method, url);
  if (token) request.setRequestHeader("Authorization", "Bearer " + token);
  if (body) request.setRequestHeader("Content-Type", "application/json");
  request.onload = request.onerror = request.ontimeout = done;
  request.timeout = 30000;
  keep(id, () => request.abort());
  request.send(body || null);
}

/** A POST that outlives the page, where the browser can. */
export function farewell(url, token, body) {
  try {
    fetch(url, {
      method: "POST",
      keepalive: true,
      headers: { Authorization: "Bearer " + token, "Content-Type": "application/json" },
      body,
    }).catch(() => {});
  } catch {
    // What could not be sent stands in the outbox.
  }
}

export function read(text) {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

/** JSON text; `undefined` where the value has none. May throw what the value's getters throw. */
export function write(value) {
  return stringify(value);
}

/** 0 undefined, 1 null, 2 boolean, 3 number, 4 string, 5 array, 6 object, 7 other. */
export function kind(value) {
  if (value === null) return 1;
  if (Array.isArray(value)) return 5;
  return { undefined: 0, boolean: 2, number: 3, string: 4, object: 6 }[typeof value] ?? 7;
}

export function own(object, name) {
  return object !== null && typeof object === "object" && hasOwn.call(object, name) ? object[name] : undefined;
}

export function digits(value) {
  return String(value);
}

/** [instant, time zone, minutes that local time is ahead of UTC]. */
export function time() {
  const now = new Date();
  return [now.toISOString(), new Intl.DateTimeFormat().resolvedOptions().timeZone, -now.getTimezoneOffset()];
}

/** A property of the document, which elements of that name cannot hide. */
function ofDocument(prototype, name) {
  return Reflect.apply(Object.getOwnPropertyDescriptor(prototype, name).get, document, []);
}

/** [address, title, referrer, language, viewport's width, height]. */
export function page() {
  const [title, referrer] = ["title", "referrer"].map((name) => ofDocument(Document.prototype, name));
  return [location.href, title, referrer, navigator.language, innerWidth, innerHeight];
}

/** Where a link to `url` on this page leads; `undefined` where that is another origin, or no address of the web. */
export function destination(url) {
  try {
    const { protocol, origin, href } = new URL(url, ofDocument(Node.prototype, "baseURI"));
    return /^https?:$/.test(protocol) && origin === location.origin ? href : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the browser asks the visitor at this `beforeunload`. It does not where the visitor never used the page. */
export function holds(event) {
  const isHeld = event.defaultPrevented || !!event.returnValue;
  return isHeld && navigator.userActivation?.hasBeenActive !== false;
}

/** Whether the Navigation API tells that the visitor stayed. Firefox has the API and does not. */
export function tellsOfStaying() {
  return !!globalThis.navigation && /Chrom/.test(navigator.userAgent);
}

/** The Navigation API, where the browser has it. */
export function navigation() {
  return globalThis.navigation;
}

/** A thrown value in words. */
export function describe(error) {
  try {
    return String((error && error.message) || error).slice(0, 1000);
  } catch {
    return "something that cannot be told";
  }
}

export function isThenable(value) {
  try {
    return typeof value === "object" && value !== null && typeof value.then === "function";
  } catch {
    return false;
  }
}

/** Asks the site's hook, with a copy of the command. May throw what the hook throws. */
export function beforeCommand(command) {
  if (typeof globalThis.pzlOnBeforeCommand !== "function") return undefined;
  return globalThis.pzlOnBeforeCommand(parse(stringify(command)));
}

/** Whether `object` is an object without a member of this name. */
export function lacks(object, name) {
  return typeof object === "object" && object !== null && !(name in object);
}

/** `visit(holder)` for an object and each class it is of, until one says true. What every object has is left out. */
function someClass(api, visit) {
  if (!api || !/object|function/.test(typeof api)) return;
  for (let at = api; at && at !== Function.prototype; at = Object.getPrototypeOf(at)) {
    if ((at !== api && hasOwn.call(at, "isPrototypeOf")) || visit(at)) return;
  }
}

/** The function of that name of `pzl.api` or its class. May throw what a getter throws. */
export function method(api, name) {
  let found;
  if (!/^(constructor|prototype|__proto__)$/.test(name)) {
    someClass(api, (at) => hasOwn.call(at, name) && ((found = api[name]), true));
  }
  return typeof found === "function" ? found : undefined;
}

/** The names of the functions that `method` finds, without asking getters. */
export function methods(api) {
  const names = new Set();
  try {
    someClass(api, (at) => {
      for (const name of Object.getOwnPropertyNames(at)) {
        const { value } = Object.getOwnPropertyDescriptor(at, name);
        if (typeof value === "function" && method(api, name)) names.add(name);
      }
    });
  } catch {
    // A proxy's own rules: what was found so far is told.
  }
  return [...names];
}

/** Calls a function of the page's with arguments nobody else holds. May throw what it throws. */
export function invoke(target, self, args) {
  return Reflect.apply(target, self, parse(args));
}

/** Storage that may be forbidden: reads give undefined, writes say whether they held. */
export function recall(key) {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

export function remember(key, value) {
  try {
    localStorage.setItem(key, value);
    return true;
  } catch {
    return false;
  }
}

export function forget(key) {
  try {
    localStorage.removeItem(key);
  } catch {
    // Nothing was kept there.
  }
}

export function remembered(prefix) {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(prefix)).sort();
  } catch {
    return [];
  }
}

/** The tab's own storage; `undefined` forgets. */
export function tab_recall(key) {
  try {
    return sessionStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

export function tab_remember(key, value) {
  try {
    if (value === undefined) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, value);
  } catch {
    // The page's own memory has to do.
  }
}

/** An open shadow root with a style sheet that no CSP forbids, where the browser has such. */
export function shadow(host, css) {
  const root = host.attachShadow({ mode: "open" });
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
  } catch {
    root.appendChild(document.createElement("style")).textContent = css;
  }
  return root;
}

/** A moment (RFC 3339) as people of the language write it: its day, or its time of day. */
export function moment(when, lang, day) {
  const date = new Date(when);
  try {
    if (!day) return date.toLocaleTimeString(lang, { timeStyle: "short" });
    const passed = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(when).setHours(0, 0, 0, 0)) / 864e5);
    if (passed >= 0 && passed < 2) return new Intl.RelativeTimeFormat(lang, { numeric: "auto" }).format(-passed, "day");
    return date.toLocaleDateString(lang, { weekday: "long", day: "numeric", month: "long" });
  } catch {
    return "";
  }
}

/** The moment, RFC 3339. */
export function now() {
  return new Date().toISOString();
}

/** The plural category of a count: "one", "other", … */
export function plural(lang, count) {
  try {
    return new Intl.PluralRules(lang).select(count);
  } catch {
    return "other";
  }
}

/** Whether the visitor points with a finger: a focused field would bring up a keyboard over half the screen. */
export function touch() {
  return matchMedia("(pointer: coarse)").matches;
}

/**
 * Holds a Web Lock until released. `call` hears true when it is held, false when it was stolen.
 * `undefined` where the browser has none (insecure pages).
 */
export function lock(id, name, steal) {
  const locks = navigator.locks;
  if (!locks) return false;
  const stop = new AbortController();
  let free = () => {};
  const options = steal ? { steal } : { signal: stop.signal };
  locks
    .request(name, options, () => {
      if (!undo.has(id)) return undefined;
      call(id, true);
      // What heard it may have let go at once.
      return undo.has(id) ? new Promise((done) => (free = done)) : undefined;
    })
    .catch(() => undo.has(id) && call(id, false));
  keep(id, () => {
    free();
    stop.abort();
  });
  return true;
}
