// The recorder, built as the widget's is.
export { rules } from "../../src/mask.js";
export { Recorder } from "../../www/recorder/recorder";
export { Sender } from "../../www/recorder/sender";
