// Runs before the page's own scripts, in both peers: when a frame is handed to the page, and when the page hands one to
// the socket. `samples` holds [eventId, ms] for each event that was answered.
{
  const begun = new Map();
  globalThis.samples = [];
  globalThis.longTasks = [];
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) globalThis.longTasks.push({ startTime, duration });
  }).observe({ type: "longtask", buffered: true });

  const native = globalThis.WebSocket;
  const onmessage = Object.getOwnPropertyDescriptor(native.prototype, "onmessage");
  globalThis.WebSocket = class WebSocket extends native {
    get onmessage() {
      return onmessage.get.call(this);
    }

    set onmessage(handler) {
      onmessage.set.call(
        this,
        handler &&
          function (event) {
            const asked = /"(?:command|infoRequest)"/.test(event.data) && /"eventId":"(\d+)"/.exec(event.data)?.[1];
            if (asked) begun.set(asked, performance.now());
            return handler.call(this, event);
          },
      );
    }

    send(text) {
      const now = performance.now();
      const answered = /"ref":"x:(\d+)"/.exec(text)?.[1];
      if (answered && begun.has(answered)) {
        globalThis.samples.push([answered, now - begun.get(answered)]);
        begun.delete(answered);
      }
      return super.send(text);
    }
  };
}
