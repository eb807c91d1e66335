window.pzl = {
  api: {
    async who(ms = 0) {
      localStorage.ran = Number(localStorage.ran ?? 0) + 1;
      await new Promise((done) => setTimeout(done, ms));
      return window.tabName;
    },
  },
};
