// The recorder, while the page is watched.
import { call, describe, keep, stands } from "./shim.js";

let recording;
let watched; // the gateway's last word on who watches

/**
 * Records the page for those who watch it. The recorder lives in an empty frame among the widget's parts: no page has
 * replaced the functions there, and with the frame it is gone. Where a page lets no frame have a script it lives in the
 * page. `call` hears why it ended by itself.
 */
export function record(id, base, root, socket, rules, texts) {
  const frame = document.createElement("iframe");
  const url = base + __RECORDER__;
  const failed = (message) => stands(id) && call(id, message);
  const begin = ({ record }) => {
    if (!stands(id)) return;
    recording = record({ page: document, root, socket, rules, texts, failed });
    recording.watch(watched);
  };
  keep(id, () => {
    recording?.stop();
    recording = undefined;
    frame.remove();
  });
  frame.hidden = true;
  frame.id = "docent-recorder";
  root.append(frame);
  try {
    const inner = frame.contentDocument;
    const script = inner.createElement("script");
    script.type = "module";
    script.onload = () => begin(frame.contentWindow.docent);
    script.onerror = () => failed(url + " cannot be loaded");
    script.src = url;
    inner.head.append(script);
  } catch {
    import(url).then(begin, (error) => failed(describe(error)));
  }
}

/** The gateway tells who watches, and who of them needs a snapshot. */
export function watch(frame) {
  watched = frame;
  recording?.watch(frame);
}
