window.pzl = {
  api: {
    async slow(name, ms) {
      localStorage[`ran-${name}`] = Number(localStorage[`ran-${name}`] ?? 0) + 1;
      await new Promise((done) => setTimeout(done, ms));
      return name;
    },
    leave() {
      location.reload();
      return new Promise(() => {});
    },
  },
};
