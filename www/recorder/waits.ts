// What a snapshot that is told in slices waits for.

/** Until a socket that is full is looked at again, in milliseconds. */
const RELIEF = 50;

/** Lets the page go on. */
export function breath(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });
}

/** Lets the socket go on. */
export function relief(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, RELIEF));
}
