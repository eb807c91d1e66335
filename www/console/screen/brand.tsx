import type { JSX } from "preact";
import { t } from "../core/text";

export function Brand(): JSX.Element {
  return (
    <span class="brand">
      <img src="icon.svg" alt="" width="28" height="28" />
      <span class="brand-name">{t("title")}</span>
    </span>
  );
}
