window.born = Math.random();
addEventListener("pageshow", (event) => (window.kept = event.persisted));
window.ran = 0;
window.pzl = { api: { count: () => ++ran } };
