// The dialog that asks the visitor, above all the page has.

/** What the page had in front when the dialog was put above it. */
let below = [];

/** What is in fullscreen, and popovers. A browser that has none passes over their name. */
const fronts = () => [document.fullscreenElement, ...document.querySelectorAll(":is(:popover-open):not(docent-widget)")];

/** A dialog above all the page has, its own modal dialogs too; or closed. */
export function modal(dialog, open) {
  below = fronts();
  try {
    dialog.close();
    if (open) dialog.showModal();
  } catch {
    dialog.toggleAttribute("open", open);
  }
}

/** Whether the page has put something above the dialog. A click passes through what the dialog makes inert. */
export function covered(dialog) {
  const { left, top, right, bottom } = dialog.getBoundingClientRect();
  const isAbove = (front) => {
    if (!front || below.includes(front)) return false;
    const other = front.getBoundingClientRect();
    return other.left < right && other.right > left && other.top < bottom && other.bottom > top;
  };
  if (fronts().some(isAbove)) return true;
  return !dialog.contains(dialog.getRootNode().elementFromPoint((left + right) / 2, (top + bottom) / 2));
}
