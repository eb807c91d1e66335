class Parent {
  inherited() {
    return "from the class";
  }
}

class Api extends Parent {
  base = 40;
  notAFunction = 1;

  add(a, b) {
    return a + b;
  }

  double(n) {
    return 2 * n;
  }

  whoAmI() {
    return this === window.pzl.api && this.base;
  }

  nothing() {}

  async later(ms, value) {
    await new Promise((done) => setTimeout(done, ms));
    return value;
  }

  throws() {
    throw new RangeError("out of range");
  }

  async rejects() {
    throw new Error("rejected");
  }

  rejectsWithText() {
    return Promise.reject("just text");
  }

  never() {
    return new Promise(() => {});
  }

  cyclic() {
    const ring = {};
    ring.ring = ring;
    return ring;
  }

  big() {
    return 10n;
  }

  giveFunction() {
    return () => {};
  }

  structured() {
    return { list: [1, "two", null, { three: true }], date: new Date(0), text: "\u2028 ø 😀" };
  }

  thenable() {
    return { then: (done) => done("waited for") };
  }
}

window.pzl = { api: new Api() };
window.pzl.api.own = () => "own";
window.seen = [];
window.pzlOnBeforeCommand = (command) => {
  seen.push(command.type);
  if (command.functionName === "vetoed") return false;
  if (command.functionName === "renamed") return { ...command, functionName: "add", args: [20, 22] };
  if (command.functionName === "hookThrows") throw new Error("hook");
  return undefined;
};
