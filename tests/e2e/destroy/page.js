// Keeps account of all that is registered with the browser.
window.account = new Map();

function count(kind, key, by) {
  const name = `${kind} ${key}`;
  const now = (account.get(name) ?? 0) + by;
  if (now) account.set(name, now);
  else account.delete(name);
}

const listeners = new Map();
const nameOf = (target) => target?.constructor?.name ?? String(target);
const { addEventListener: add, removeEventListener: remove } = EventTarget.prototype;
const captures = (options) => (typeof options === "object" ? !!options?.capture : !!options);
const find = (target, type, listener, options) =>
  (listeners.get(target) ?? []).find(
    (entry) => entry.type === type && entry.listener === listener && entry.capture === captures(options),
  );

EventTarget.prototype.addEventListener = function (type, listener, options) {
  const target = this ?? window;
  if (listener && !find(target, type, listener, options)) {
    const entry = { type, listener, capture: captures(options) };
    listeners.set(target, [...(listeners.get(target) ?? []), entry]);
    count("listener", `${nameOf(target)} ${type}`, 1);
    if (options?.once) add.call(target, type, () => drop(target, entry), options);
    options?.signal?.addEventListener("abort", () => drop(target, entry));
  }
  return add.call(target, type, listener, options);
};

EventTarget.prototype.removeEventListener = function (type, listener, options) {
  const target = this ?? window;
  const entry = find(target, type, listener, options);
  if (entry) drop(target, entry);
  return remove.call(target, type, listener, options);
};

function drop(target, entry) {
  const entries = listeners.get(target) ?? [];
  if (!entries.includes(entry)) return;
  listeners.set(target, entries.filter((other) => other !== entry));
  count("listener", `${nameOf(target)} ${entry.type}`, -1);
}

for (const kind of ["MutationObserver", "ResizeObserver", "IntersectionObserver", "PerformanceObserver"]) {
  const Native = window[kind];
  window[kind] = class extends Native {
    observe(...args) {
      if (!this.counted) count("observer", kind, 1);
      this.counted = true;
      super.observe(...args);
    }

    disconnect() {
      if (this.counted) count("observer", kind, -1);
      this.counted = false;
      super.disconnect();
    }
  };
}

for (const [set, clear, repeats] of [
  ["setTimeout", "clearTimeout", false],
  ["setInterval", "clearInterval", true],
  ["requestAnimationFrame", "cancelAnimationFrame", false],
  ["requestIdleCallback", "cancelIdleCallback", false],
]) {
  const [nativeSet, nativeClear] = [window[set], window[clear]];
  const open = new Set();
  const done = (id) => open.delete(id) && count("timer", set, -1);
  window[set] = (work, ...rest) => {
    const id = nativeSet.call(window, (...args) => {
      if (!repeats) done(id);
      return work(...args);
    }, ...rest);
    open.add(id);
    count("timer", set, 1);
    return id;
  };
  window[clear] = (id) => {
    done(id);
    nativeClear.call(window, id);
  };
}

const NativeSocket = window.WebSocket;
window.sockets = [];
window.WebSocket = class extends NativeSocket {
  constructor(...args) {
    super(...args);
    sockets.push(this);
  }
};

window.look = () => ({
  account: Object.fromEntries([...account].sort()),
  globals: Object.getOwnPropertyNames(window),
  nodes: document.documentElement.outerHTML,
  sheets: document.adoptedStyleSheets.length,
  animations: document.getAnimations().length,
  open: sockets.filter((socket) => socket.readyState < 2).length,
});
window.before = look();
