import { render } from "preact";
import { App } from "./app";
import { language } from "./core/text";

document.documentElement.lang = language;
render(<App />, document.body);
