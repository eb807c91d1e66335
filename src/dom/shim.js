// The only door between the page and the runtime. Whatever the browser calls comes through `call`, so that a
// runtime that fails is shut in one place and never throws into the page.

const { parse, stringify } = natural(JSON, ["parse", "stringify"], "JSON");
const hasOwn = Object.prototype.hasOwnProperty;
const undo = new Map(); // registration id → how to take it back
let enter; // (id, value) → value: the runtime's handler
let fatal; // (message) → void: told once when the runtime failed
let reason = "";

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

function call(id, value) {
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
  if (tell) tell(message);
}

function keep(id, back) {
  undo.set(id, back);
}

function once(id, value) {
  undo.delete(id);
  call(id, value);
}

export function open(handler, failed) {
  enter = handler;
  fatal = failed;
  reason = "";
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

export function release(id) {
  const back = undo.get(id);
  undo.delete(id);
  if (back) back();
}

export function listen(id, target, type, capture, passive) {
  const options = { capture, passive };
  const heard = (event) => call(id, event);
  target.addEventListener(type, heard, options);
  keep(id, () => target.removeEventListener(type, heard, options));
}

export function timeout(id, ms) {
  const timer = setTimeout(() => once(id), ms);
  keep(id, () => clearTimeout(timer));
}

export function frame(id) {
  const request = requestAnimationFrame((now) => once(id, now));
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

/** Puts a function on an object; taken back where it is still ours, and what stood there stands again. */
export function expose(id, object, name) {
  const had = hasOwn.call(object, name);
  const before = object[name];
  const ours = (...args) => call(id, args);
  object[name] = ours;
  keep(id, () => {
    if (object[name] !== ours) return;
    if (had) object[name] = before;
    else delete object[name];
  });
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
    return Object.keys(localStorage).filter((key) => key.startsWith(prefix));
  } catch {
    return [];
  }
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
      return new Promise((done) => (free = done));
    })
    .catch(() => undo.has(id) && call(id, false));
  keep(id, () => {
    free();
    stop.abort();
  });
  return true;
}
