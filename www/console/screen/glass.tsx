import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import * as dom from "../../mirror/dom";
import type { Page } from "../../mirror/mirror";
import { type Found, describe, pathTo } from "../../mirror/xpath";
import { caretOf } from "../core/caret";
import { Laser, type Rect, type Spot, type Tool, between, elementAt, placeOf, step } from "../core/glass";
import type { Line } from "../core/line";
import { t } from "../core/text";
import type { Seen } from "../core/use-mirror";

interface Props {
  line: Line;
  seen: Seen & { page: Page };
  scale: number;
  tool: Tool;
  point(found: Found): void;
  draw(rect: Rect): void;
}

/** How far an arrow key moves, in CSS pixels of the visitor's page. */
const STRIDE = 20;
/** Rectangles smaller than this on either side are a slip of the hand. */
const SMALLEST = 4;

/** What lies over the mirror: what the visitor does, and what the agent does with a tool. */
export function Glass({ line, seen, scale, tool, point, draw }: Props): JSX.Element {
  const { page, clicks } = seen;
  const glass = useRef<HTMLDivElement>(null);
  const [aim, setAim] = useState<Element>();
  const [spot, setSpot] = useState<Spot>();
  const [from, setFrom] = useState<Spot>();
  const laser = useLaser(line, tool);
  // Keys may follow at once: it waits for no frame.
  useLayoutEffect(() => {
    setAim(undefined);
    setSpot(undefined);
    setFrom(undefined);
    if (tool !== "look") glass.current?.focus();
  }, [tool, page]);

  const at = (event: PointerEvent): Spot => {
    const place = glass.current?.getBoundingClientRect();
    return { x: (event.clientX - (place?.left ?? 0)) / scale, y: (event.clientY - (place?.top ?? 0)) / scale };
  };
  const goTo = (next: Spot): void => {
    const { width, height } = page.sight;
    const inside = { x: clamp(next.x, width), y: clamp(next.y, height) };
    setSpot(inside);
    if (tool === "point") setAim(elementAt(page.doc, inside));
    if (tool === "laser") laser.move(inside);
  };
  const finish = (to: Spot): void => {
    const rect = from && between(from, to);
    setFrom(undefined);
    if (rect && rect.width >= SMALLEST && rect.height >= SMALLEST) draw(rect);
  };
  const down = (event: PointerEvent): void => {
    if (tool === "look" || event.button !== 0) return;
    event.preventDefault();
    glass.current?.focus();
    const here = at(event);
    if (tool === "draw") {
      setFrom(here);
      glass.current?.setPointerCapture(event.pointerId);
    }
    const element = tool === "point" && elementAt(page.doc, here);
    if (element) point(pathTo(element));
  };
  const press = (event: KeyboardEvent): void => {
    if (tool === "look" || event.ctrlKey || event.metaKey || event.altKey) return;
    const here = spot ?? { x: page.sight.width / 2, y: page.sight.height / 2 };
    if (event.key.startsWith("Arrow")) {
      event.preventDefault();
      const from = aim ?? dom.body(page.doc);
      if (tool !== "point") goTo(moved(here, event.key));
      else if (from) setAim(step(from, event.key));
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      if (tool === "point" && aim) point(pathTo(aim));
      if (tool === "draw" && from) finish(here);
      else if (tool === "draw") setFrom(here);
    }
  };
  const leave = (): void => {
    if (tool === "laser") laser.off();
    if (tool === "point") setAim(undefined);
  };
  const rect = tool === "draw" && from && spot ? between(from, spot) : undefined;
  const works = tool !== "look";
  return (
    <div
      ref={glass}
      class={`glass ${tool}`}
      tabIndex={works ? 0 : undefined}
      role={works ? "application" : undefined}
      aria-label={works ? t(`glass_${tool}`) : undefined}
      onPointerDown={down}
      onPointerMove={(event) => works && goTo(at(event))}
      onPointerUp={(event) => finish(at(event))}
      onPointerLeave={leave}
      onBlur={leave}
      onKeyDown={press}
    >
      <Sights seen={seen} scale={scale} glass={glass.current} />
      {aim && dom.isConnected(aim) && <Box rect={placeOf(aim)} scale={scale} name="aim" />}
      {rect && <Box rect={rect} scale={scale} name="drawn" />}
      {tool !== "look" && spot && tool !== "point" && <span class={`cross ${tool}`} style={placed(spot, scale)} />}
      {clicks.map(({ key, ...click }) => (
        <span key={key} class="ripple" style={placed(click, scale)} />
      ))}
      <span class="hidden" role="status">
        {aim ? describe(aim) : ""}
      </span>
    </div>
  );
}

/** Where the visitor's pointer and focus are. */
function Sights({ seen, scale, glass }: Pick<Props, "seen" | "scale"> & { glass: Element | null }): JSX.Element {
  const { pointer, focus } = seen.page.sight;
  const { caret } = seen.page;
  const name = caret?.from === caret?.to ? "caret" : "picked";
  return (
    <>
      {caret && glass && caretOf(caret, glass).map((rect, at) => <Box key={at} rect={rect} scale={scale} name={name} />)}
      {focus && dom.isConnected(focus) && dom.localName(focus) !== "body" && <Box rect={placeOf(focus)} scale={scale} name="focus" />}
      {pointer && (
        <svg class="pointer" viewBox="0 0 20 20" width="22" height="22" aria-hidden="true" style={placed(pointer, scale)}>
          <path d="M3 2v14l4-3.600 2.600 5.600 2.600-1.200-2.600-5.500h5.400Z" />
        </svg>
      )}
    </>
  );
}

function Box({ rect, scale, name }: { rect: Rect; scale: number; name: string }): JSX.Element {
  const size = { width: `${rect.width * scale}px`, height: `${rect.height * scale}px` };
  return <span class={`box ${name}`} style={{ ...placed({ x: rect.left, y: rect.top }, scale), ...size }} />;
}

function placed({ x, y }: Spot, scale: number): { transform: string } {
  return { transform: `translate(${x * scale}px, ${y * scale}px)` };
}

function moved({ x, y }: Spot, key: string): Spot {
  const across = { ArrowLeft: -STRIDE, ArrowRight: STRIDE }[key] ?? 0;
  const along = { ArrowUp: -STRIDE, ArrowDown: STRIDE }[key] ?? 0;
  return { x: x + across, y: y + along };
}

function clamp(number: number, to: number): number {
  return Math.max(0, Math.min(number, to));
}

function useLaser(line: Line, tool: Tool): Laser {
  const [laser] = useState(() => new Laser((payload) => line.signal(payload)));
  useEffect(() => {
    if (tool === "laser") return () => laser.off();
    return undefined;
  }, [tool]);
  return laser;
}
