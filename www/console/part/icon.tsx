import type { JSX } from "preact";

const PATHS = {
  back: "M12.5 4 6.5 10l6 6",
  bell: "M5 14V9a5 5 0 0 1 10 0v5l1.5 1.5h-13ZM8.5 17.5h3",
  check: "m4 10.5 4 4 8-9",
  close: "m5 5 10 10M15 5 5 15",
  clock: "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14ZM10 6v4l2.5 2.5",
  command: "M4 5h12M4 10h12M4 15h7",
  copy: "M7 7V3.5h9.5V13H13M3.5 7H13v9.5H3.5Z",
  cross: "m6 6 8 8M14 6l-8 8",
  down: "m5 8 5 5 5-5",
  draw: "M3.500 5h13v10h-13ZM3.500 5h.010",
  end: "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14ZM7 7h6v6H7Z",
  go: "M4 10h12M11 5l5 5-5 5",
  laser: "M10 2.500v3M10 14.500v3M2.500 10h3M14.500 10h3M10 8.500a1.500 1.500 0 1 0 0 3 1.500 1.500 0 0 0 0-3Z",
  leave: "M12 4H4.5v12H12M9 10h8M14 7l3 3-3 3",
  plus: "M10 4v12M4 10h12",
  point: "M4 3.5 16 9l-5 1.800L8.800 16Z",
  search: "M9 3.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11ZM13 13l4 4",
  send: "m3 10 14-6.5L13 17l-3.5-5.5ZM9.5 11.5 17 3.5",
  talk: "M4 4h12v9h-6l-4 3.5V13H4Z",
} as const;

/** A drawing beside a text that says the same; nothing to a screen reader. */
export function Icon({ name }: { name: keyof typeof PATHS }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
