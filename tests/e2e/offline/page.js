window.ran = 0;
window.pzl = {
  api: {
    count: () => ++ran,
    async slow() {
      ran++;
      await new Promise((done) => setTimeout(done, 1000));
      return "done";
    },
  },
};
