// The dialog that asks the visitor, above all the page has.

/** What was in fullscreen when the dialog was put above it. */
let below;

/** A dialog above all the page has, its own modal dialogs too; or closed. */
export function modal(dialog, open) {
  below = document.fullscreenElement;
  try {
    dialog.close();
    if (open) dialog.showModal();
  } catch {
    dialog.toggleAttribute("open", open);
  }
}

/** Whether the page has put something above the dialog. A click passes through what the dialog makes inert. */
export function covered(dialog) {
  const { fullscreenElement } = document;
  if (fullscreenElement && fullscreenElement !== below) return true;
  const { left, top, width, height } = dialog.getBoundingClientRect();
  return !dialog.contains(dialog.getRootNode().elementFromPoint(left + width / 2, top + height / 2));
}
