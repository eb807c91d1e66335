// The screens of the chat's session, where the site has a channel.
import { call, describe, keep, stands } from "./shim.js";

let screens;
let told = []; // what was said before they were there

/** Fetches them and puts them into the widget. `call` hears why they cannot be had. */
export function screensOf(id, base, root, lang) {
  const failed = (error) => stands(id) && call(id, base + __SESSION__ + ": " + describe(error));
  keep(id, () => {
    screens?.remove();
    screens = undefined;
    told = [];
  });
  import(base + __SESSION__).then(({ mount }) => {
    if (!stands(id)) return;
    screens = mount(root, lang);
    for (const [name, values] of told.splice(0)) screens[name](...values);
  }).catch(failed);
}

function tell(name, ...values) {
  if (screens) screens[name](...values);
  else told.push([name, values]);
}

export const greet = (url, token, channel, standing) => tell("greet", [url, token], channel, standing);
export const change = (data) => tell("change", data);
export const answered = () => tell("answered");
