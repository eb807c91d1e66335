// What old libraries, polyfills and debuggers do to a page, and then some.
window.failures = [];
addEventListener("error", (event) => failures.push(String(event.message)));
addEventListener("unhandledrejection", (event) => failures.push(String(event.reason)));

Array.prototype.toJSON = function () {
  return "an array";
};
Array.prototype.last = function () {
  return this[this.length - 1];
};
Object.prototype.extra = function () {
  return "everywhere";
};
Object.prototype.marked = 1;
Array.prototype.reduce = function () {
  return "reduced";
};
Array.prototype.find = Array.prototype.includes = function () {
  return undefined;
};
JSON.parse = () => ({ parsed: "by the page" });
JSON.stringify = () => "written by the page";
window.fetch = () => {
  throw new Error("the page's fetch");
};
window.pzl = { api: { give: (value) => ({ given: value.deep[0], list: [1, 2] }) } };

const patched = { parse: JSON.parse, stringify: JSON.stringify, fetch: window.fetch, reduce: Array.prototype.reduce };
window.stillPatched = () =>
  JSON.parse === patched.parse &&
  JSON.stringify === patched.stringify &&
  window.fetch === patched.fetch &&
  Array.prototype.reduce === patched.reduce &&
  [].toJSON() === "an array" &&
  ({}).extra() === "everywhere" &&
  ({}).marked === 1;
