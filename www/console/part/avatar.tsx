import type { JSX } from "preact";

const SIDE = 5;

/** A pattern of a conversation's own, so that one is told from another at a glance. */
export function Avatar({ id }: { id: string }): JSX.Element {
  const bits = hash(id);
  const cells: JSX.Element[] = [];
  for (let row = 0; row < SIDE; row++) {
    for (let column = 0; column < SIDE; column++) {
      const mirrored = Math.min(column, SIDE - 1 - column);
      if ((bits >>> (row * 3 + mirrored)) & 1) cells.push(<rect x={column} y={row} width="1.02" height="1.02" />);
    }
  }
  return (
    <svg class={`avatar hue-${(bits >>> 16) % 8}`} viewBox="-2 -2 9 9" aria-hidden="true">
      {cells}
    </svg>
  );
}

/** FNV-1a, 32 bits. */
function hash(content: string): number {
  let sum = 0x811c9dc5;
  for (let at = 0; at < content.length; at++) sum = Math.imul(sum ^ content.charCodeAt(at), 0x01000193);
  return (sum ^ (sum >>> 15)) >>> 0;
}
