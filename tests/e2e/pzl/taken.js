window.calls = [];
window.mine = {
  keep: { me: true },
  q: [["on", "ready", () => calls.push("ready")], ["api.showInteraction", "returns"]],
  api: {
    open: () => "the site's own",
    basket: () => ["lamp"],
  },
};
window.myApi = mine.api;
window.pzl = mine;
