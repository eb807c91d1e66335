import type { ComponentChildren, JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../core/text";
import { Icon } from "./icon";

interface Props {
  title: string;
  close(): void;
  class?: string;
  children: ComponentChildren;
}

/** A modal dialog. Focus goes back where it was. */
export function Dialog({ title, close, children, ...rest }: Props): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  // Open before what is inside takes the focus.
  useLayoutEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  const outside = (event: MouseEvent): void => {
    if (event.target === dialog.current) close();
  };
  return (
    <dialog ref={dialog} class={rest.class} aria-labelledby="dialog-title" onClose={close} onMouseDown={outside}>
      <div class="dialog-body">
        <header>
          <h2 id="dialog-title">{title}</h2>
          <button type="button" class="plain square" aria-label={t("close")} onClick={close}>
            <Icon name="close" />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}
