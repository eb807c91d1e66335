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
  const gone = useRef(false);
  // Open before what is inside takes the focus.
  useLayoutEffect(() => {
    const before = document.activeElement;
    const shown = dialog.current;
    shown?.showModal();
    return () => {
      gone.current = true;
      // What is beneath a modal dialog takes no focus.
      shown?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  // The browser tells of a closed dialog later than it closes it. A key pressed in between would open what is then
  // thought open already, and be undone: so Escape is taken before, and what is told after is not heard.
  const cancel = (event: Event): void => {
    if (event.target !== dialog.current) return;
    event.preventDefault();
    close();
  };
  const closed = (event: Event): void => {
    if (event.target === dialog.current && !gone.current) close();
  };
  const outside = (event: MouseEvent): void => {
    if (event.target === dialog.current) close();
  };
  return (
    <dialog ref={dialog} class={rest.class} aria-labelledby="dialog-title" onCancel={cancel} onClose={closed} onMouseDown={outside}>
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
