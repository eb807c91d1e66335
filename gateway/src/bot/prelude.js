// What a bot's script finds in its global object. `door` is the only way out: JSON text goes through it, both ways.
// It is closed over here and nowhere reachable from the script.
(function (door) {
  "use strict";
  const { parse, stringify } = JSON;
  const { create, defineProperty, freeze, fromEntries } = Object;
  const { apply } = Reflect;
  const isMap = (value) => value instanceof Map;
  const plain = (value) => (isMap(value) ? fromEntries(value) : value === undefined ? null : value);
  const text = (args) => stringify(args.map(plain));
  const call = (name, ...args) => parse(door.call(name, text(args)));

  const waiting = new Map();
  let count = 0;
  const begin = (name, ...args) =>
    new Promise((resolve, reject) => {
      count += 1;
      waiting.set(count, [resolve, reject]);
      door.begin(count, name, text(args));
    });

  const put = (name, value) => defineProperty(globalThis, name, { value, writable: false, configurable: false });
  // Scripts may have variables of the same name.
  const offer = (name, value) =>
    defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });

  put("__settle", (id, value, error) => {
    const [resolve, reject] = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) resolve(parse(value));
    else reject(new Error(error));
  });

  let event = {};
  put("__enter", (run, args, note) => {
    const given = parse(args);
    event = given[given.length - 1];
    defineProperty(event, "getInputValue", { value: inputValue });
    if (given.length > 1) given[0] = fromFault(given[0]);
    for (const [name, value] of [["_tenant_", event._tenant_], ["_labels_", event._labels_], ["labels", event._labels_],
      ["_fields_", event._fields_], ["_last_run", event._last_run]]) offer(name, value);
    for (const name of ["_tenant_", "_labels_", "_fields_", "_last_run"]) delete event[name];
    const failed = (error) => {
      const isError = error instanceof Error;
      note(isError ? `${error.name}: ${error.message}` : String(error), isError ? String(error.stack) : undefined);
    };
    try {
      Promise.resolve(run(...given)).then(() => note(undefined, undefined), failed);
    } catch (error) {
      failed(error);
    }
  });
  const fromFault = ({ message, place }) => {
    const error = new Error(message);
    error.place = place;
    return error;
  };

  function inputValue(path) {
    let value = event;
    for (const name of String(path).split(".")) value = value?.[name];
    return value === undefined || value === null ? "" : typeof value === "object" ? stringify(value) : String(value);
  }
  const toInteger = { value() { return Math.trunc(Number(this)) || 0; }, writable: true, configurable: true };
  defineProperty(String.prototype, "toInteger", toInteger);
  defineProperty(Number.prototype, "toInteger", toInteger);

  offer("getEventData", () => event);
  offer("addChatMessage", (sessionId, message, type, author, specialType, specialParams, whenPosted) =>
    call("addChatMessage", sessionId, message, type, author, specialType, specialParams, whenPosted));
  offer("resetChat", (sessionId) => call("resetChat", sessionId));
  offer("setChatStatus", (sessionId, status) => call("setChatStatus", sessionId, status));
  offer("searchFaq", (question) => call("searchFaq", question));
  offer("print", (message) => call("addChatMessage", event.chatSession.id, String(message), 1));

  offer("visitor", freeze({
    command: (type, params) => begin("command", type, params),
    request: (type, params) => begin("request", type, params),
  }));

  const scopes = ["EnterpriseContext", "BotContext", "UserContext", "UserSession", "BotUserSession"];
  const session = create(null);
  for (const scope of scopes) {
    const own = {
      get: (key) => call("get", scope, key) ?? undefined,
      put: (key, value, ttl) => {
        if (value === undefined) throw new TypeError(`there is no value to put under \`${key}\``);
        call("put", scope, key, value, ttl);
      },
      delete: (key) => call("delete", scope, key),
    };
    if (scope === "UserContext") for (const name of ["put", "delete"]) delete own[name];
    offer(scope, freeze(own));
    defineProperty(session, scope, { get: () => root(scope), enumerable: true });
  }

  const readOnly = (scope, path) => {
    throw new TypeError(`context.session.${[scope, ...path].join(".")} cannot be assigned: use ${scope}.put with a root key`);
  };
  const root = (scope) =>
    new Proxy(call("all", scope), {
      get: (values, key) => (typeof key === "symbol" || !Object.hasOwn(values, key) ? undefined : inner(scope, [key], values[key])),
      set: (_, key) => readOnly(scope, [String(key)]),
      defineProperty: (_, key) => readOnly(scope, [String(key)]),
      deleteProperty: (_, key) => {
        throw new TypeError(`${String(key)} is a root-level object: use ${scope}.delete("${String(key)}")`);
      },
    });
  const inner = (scope, path, value) => {
    if (value === null || typeof value !== "object") return value;
    return new Proxy(value, {
      get: (target, key, self) => {
        const found = Reflect.get(target, key, self);
        return typeof key === "symbol" || !Object.hasOwn(target, key) || key === "length" ? found : inner(scope, [...path, key], found);
      },
      set: (_, key) => readOnly(scope, [...path, String(key)]),
      defineProperty: (_, key) => readOnly(scope, [...path, String(key)]),
      deleteProperty: (target, key) => {
        const [first, ...rest] = [...path, String(key)];
        call("deleteInside", scope, first, rest);
        return Reflect.deleteProperty(target, key);
      },
    });
  };
  offer("context", freeze({ session: freeze(session) }));

  const visitorsession = freeze({
    set: (portal, map, _connection) => call("setSessionData", portal, map),
    get: (portal, key, _connection) => call("getSessionData", portal, key),
  });
  offer("zoho", freeze({ salesiq: freeze({ visitorsession }) }));

  offer("fetch", async (url, options = {}) => {
    const headers = plain(options.headers ?? {});
    const answer = await begin("fetch", String(url), { method: options.method, headers, body: options.body });
    return freeze({
      ok: answer.status >= 200 && answer.status < 300,
      status: answer.status,
      headers: freeze({ get: (name) => answer.headers[String(name).toLowerCase()] ?? null }),
      text: async () => answer.body,
      json: async () => parse(answer.body),
    });
  });

  const shown = (value) => (typeof value === "string" ? value : value instanceof Error ? String(value) : (stringify(plain(value)) ?? String(value)));
  const log = (level) => (...values) => void call("log", level, values.map(shown).join(" "));
  offer("console", freeze({ log: log("info"), info: log("info"), warn: log("warn"), error: log("error"), debug: log("debug") }));
})
