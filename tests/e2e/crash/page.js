window.ran = {};
window.pzl = {
  api: {
    async once(n) {
      ran[n] = (ran[n] ?? 0) + 1;
      await new Promise((done) => setTimeout(done, n % 7));
      return n;
    },
  },
};
