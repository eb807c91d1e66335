// Elements, without markup: what they show is text.

type Child = Node | string | undefined;

/** An element with attributes (`undefined` leaves one out) and children. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Record<string, string | undefined> = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

export function button(text: string, act: () => void, kind = ""): HTMLButtonElement {
  const made = make("button", { type: "button", class: kind || undefined }, text);
  made.addEventListener("click", act);
  return made;
}
