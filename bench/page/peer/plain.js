// The peer: what the runtime does with a command, written as plain JavaScript. The same frames, the same order, the
// same checks, the same journal in localStorage, the same drawing; no widget, no second tab, no Rust.
const SITE = "plain";
const store = (name) => `${SITE}:${name}`;
const instance = Math.random().toString(36).slice(2);
const asks = new Map(); // eventId → event, as long as it is not answered
const outbox = new Map(); // ref → frame, as long as it is not acknowledged
const answerTypes = new Set(["commandResponse", "infoResponse"]);
const dataTypes = new Set(["command", "infoRequest", "message", "typing", "visitorEvent", "session", ...answerTypes]);
const roles = new Set(["visitor", "agent", "bot", "gateway"]);
let socket;
let seen = "0";
let head = "0";

class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

const wrong = (field, expected) => new Refusal("error", `\`${field}\` must be ${expected}`);

function text(object, field, fallback) {
  const value = Object.hasOwn(object, field) ? object[field] : undefined;
  if (value === undefined || value === null) {
    if (fallback === undefined) throw new Refusal("error", `\`${field}\` is missing`);
    return fallback;
  }
  if (typeof value !== "string") throw wrong(field, "a string");
  return value;
}

function object(value, field) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrong(field, "an object");
  return value;
}

// Commands

function color(colors, name, fallback) {
  const value = text(colors, name, fallback);
  if (value !== fallback && !CSS.supports("color", value)) throw wrong(`colors.${name}`, "a CSS color");
  return value;
}

function find(selector) {
  const invalid = (message) => new Refusal("error|invalidSelector", message);
  if (!selector.trim()) throw invalid("`selector` is empty");
  let node;
  try {
    node = document.evaluate(selector, document, null, XPathResult.FIRST_ORDERED_NODE_TYPE).singleNodeValue;
  } catch {
    throw invalid("`selector` is no XPath that yields nodes");
  }
  if (!node) throw invalid("`selector` matches nothing");
  return node;
}

const part = (name) => Object.assign(document.createElement("div"), { className: name });

const highlight = {
  layer: part("layer"),
  square: part("square"),
  label: part("label"),
  spoken: Object.assign(part("spoken"), { role: "status" }),
  host: undefined,
  clips: undefined,
  drawn: "",
  stop: undefined,

  mount() {
    const root = document.body.appendChild(document.createElement("plain-widget")).attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`
      .layer { position: fixed; inset: 0; width: 100vw; height: 100vh; border: 0; background: none; pointer-events: none; }
      .square { position: fixed; top: 0; left: 0; border: 3px solid; box-sizing: border-box; }
      .label { position: fixed; top: 0; left: 0; padding: 2px 6px; max-width: 20rem; }
      .spoken { position: fixed; clip-path: inset(50%); }`);
    root.adoptedStyleSheets = [sheet];
    this.layer.append(this.square, this.label);
    this.layer.popover = "manual";
    root.append(this.spoken);
    this.root = root;
  },

  show(node, label, colors) {
    const host = node.nodeType === Node.ELEMENT_NODE ? node : (node.ownerElement ?? node.parentElement);
    if (!host?.isConnected) throw new Refusal("error", "what `selector` matches has no place on the page");
    this.square.style.borderColor = colors.square;
    this.label.style.backgroundColor = colors.background;
    this.label.style.color = colors.label;
    this.label.textContent = this.spoken.textContent = label;
    this.label.hidden = !label;
    this.layer.remove();
    this.root.append(this.layer);
    this.layer.showPopover();
    this.drawn = "";
    this.host = host;
    this.clips = undefined;
    const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth";
    host.scrollIntoView({ block: "center", inline: "nearest", behavior });
    this.follow();
    this.stop ??= this.listen();
  },

  follow() {
    if (!this.host.isConnected) return this.clear();
    this.clips ??= this.clippers();
    let { left, top, right, bottom } = this.host.getBoundingClientRect();
    for (const clip of this.clips) {
      const box = clip.getBoundingClientRect();
      [left, top] = [Math.max(left, box.left), Math.max(top, box.top)];
      [right, bottom] = [Math.min(right, box.right), Math.min(bottom, box.bottom)];
    }
    const view = this.layer.getBoundingClientRect();
    const place = [view.width, view.height, left, top, right, bottom].join();
    if (place === this.drawn) return;
    this.drawn = place;
    const visible = right > left && bottom > top ? "visible" : "hidden";
    Object.assign(this.square.style, {
      transform: `translate(${left - 4}px, ${top - 4}px)`,
      width: `${right - left + 8}px`,
      height: `${bottom - top + 8}px`,
      visibility: visible,
    });
    const { offsetWidth, offsetHeight } = this.label;
    const above = top - offsetHeight - 8;
    const y = above >= 4 || bottom + 8 + offsetHeight > view.height ? above : bottom + 8;
    const within = (at, size, whole) => Math.max(4, Math.min(at, whole - size - 4));
    const x = within(left - 4, offsetWidth, view.width);
    const transform = `translate(${x}px, ${within(y, offsetHeight, view.height)}px)`;
    Object.assign(this.label.style, { transform, visibility: visible });
  },

  clippers() {
    const found = [];
    for (let at = this.host.parentElement; at && at !== document.body; at = at.parentElement) {
      const { overflowX, overflowY, position } = getComputedStyle(at);
      if (/auto|scroll|hidden|clip/.test(overflowX + overflowY)) found.push(at);
      if (position === "fixed") break;
    }
    return found;
  },

  listen() {
    const over = new AbortController();
    const options = { capture: true, signal: over.signal };
    const used = (event) => event.composedPath().includes(this.host) && this.clear();
    addEventListener("click", used, options);
    addEventListener("input", used, options);
    addEventListener("keydown", (event) => event.key === "Escape" && this.clear(), options);
    const frame = () => {
      if (over.signal.aborted) return;
      this.follow();
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    return () => over.abort();
  },

  clear() {
    this.stop?.();
    this.stop = undefined;
    this.layer.remove();
  },
};

const registry = {
  highlightDom: {
    kind: "command",
    async run(data) {
      const selector = text(data, "selector");
      const label = text(data, "label", "");
      const colors = data.colors === undefined ? {} : object(data.colors, "colors");
      const look = {
        background: color(colors, "background", "yellow"),
        square: color(colors, "square", "red"),
        label: color(colors, "label", "black"),
      };
      highlight.show(find(selector), label, look);
      return {};
    },
  },
  getLocalTime: {
    kind: "infoRequest",
    async run() {
      const now = new Date();
      return {
        value: now.toISOString(),
        timeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
        utcOffset: -now.getTimezoneOffset(),
      };
    },
  },
};

// Once and once only

async function perform(event) {
  let data = event.data;
  if (typeof globalThis.pzlOnBeforeCommand === "function") data = await globalThis.pzlOnBeforeCommand(structuredClone(data));
  const name = text(data, "type");
  const entry = Object.hasOwn(registry, name) ? registry[name] : undefined;
  if (!entry) throw new Refusal("error", `\`${name}\` is unknown`);
  if (entry.kind !== event.dataType) throw new Refusal("error", `\`${name}\` is sent as ${entry.kind}`);
  return entry.run(data);
}

async function execute(event) {
  const { eventId, data } = event;
  localStorage.setItem(store(`x:${eventId}`), `?${instance}`);
  const outcome = await perform(event).then(
    (values) => ({ status: "success", ...values }),
    (error) => ({ status: error.status ?? "error", message: error.message }),
  );
  const dataType = data.responseType === "infoResponse" ? "infoResponse" : "commandResponse";
  const body = { dataType, data: { eventId, id: data.id, type: data.type, ...outcome } };
  localStorage.setItem(store(`x:${eventId}`), JSON.stringify(body));
  const ref = `x:${eventId}`;
  const frame = JSON.stringify({ ...body, ref });
  if (socket.readyState === WebSocket.OPEN) socket.send(frame);
  outbox.set(ref, frame);
}

function settled(eventId) {
  asks.delete(eventId);
  localStorage.removeItem(store(`x:${eventId}`));
  const [first] = asks.keys();
  const place = first ?? seen;
  if (place > (localStorage.getItem(store("cursor")) ?? "")) localStorage.setItem(store("cursor"), place);
}

function act() {
  if (seen < head) return;
  for (const [eventId, event] of asks) {
    if (localStorage.getItem(store(`x:${eventId}`)) === null) execute(event);
  }
}

function deliver(event) {
  const eventId = text(event, "eventId");
  text(event, "whenPosted");
  const role = text(object(event.from, "from"), "role");
  if (!/^\d{1,16}$/.test(eventId) || !roles.has(role) || !dataTypes.has(event.dataType)) return;
  object(event.data, "data");
  if (eventId <= seen) return;
  seen = eventId;
  if (event.dataType in { command: 1, infoRequest: 1 }) asks.set(eventId, event);
  else if (answerTypes.has(event.dataType)) settled(event.data.eventId);
  act();
}

function frame({ data }) {
  const frame = JSON.parse(data);
  if (frame.hello) {
    head = frame.hello.head;
    socket.send(JSON.stringify({ resume: seen }));
    globalThis.conversationId = frame.hello.conversationId;
  } else if (frame.ack) {
    outbox.delete(frame.ack);
    settled(frame.ack.slice(2));
  } else if (frame.error) {
    console.error(frame.error);
  } else {
    deliver(frame);
  }
}

highlight.mount();
const begun = await fetch("/conversation", {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ siteKey: "demo" }),
});
const { conversationId, visitorToken } = await begun.json();
const address = `ws://${location.host}/conversation/${conversationId}/socket`;
socket = new WebSocket(address, ["docent.v1", `bearer.${visitorToken}`]);
socket.onmessage = frame;
