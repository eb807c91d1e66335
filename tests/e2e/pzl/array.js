window.calls = [];
addEventListener("error", (event) => calls.push(String(event.message)));
window.pzl = [];
pzl.push((given) => calls.push(given === window.pzl && given.info.status));
pzl.push(["on", "open", () => calls.push("opened")]);
pzl.push(["api.open"]);
pzl.push(() => {
  throw new Error("the site's own");
});
pzl.push(() => calls.push("last"));
