import { useEffect, useRef, useState } from "preact/hooks";
import { Mirror, type Page } from "../../mirror/mirror";
import type { Spot } from "./glass";
import type { Line } from "./line";
import { t } from "./text";

/** The mirror as it is now. */
export interface Seen {
  page?: Page;
  clicks: readonly (Spot & { key: number })[];
}

/** How long a click is shown, in milliseconds. */
const CLICK_MS = 700;

/** Mirrors the visitor's page into `stage` while the component is there. */
export function useMirror(line: Line, stage: { current: HTMLElement | null }): Seen {
  const [seen, setSeen] = useState<Seen>({ clicks: [] });
  const count = useRef(0);
  useEffect(() => {
    const element = stage.current;
    if (!element) return;
    let drawn = 0;
    let page: Page | undefined;
    const timers = new Set<ReturnType<typeof setTimeout>>();
    const draw = (): void => {
      drawn = 0;
      setSeen(({ clicks }) => (page ? { page, clicks } : { clicks }));
    };
    const mirror = new Mirror({
      stage: element,
      title: t("visitorsPage"),
      send: (payload) => line.signal(payload),
      askAgain: (why) => {
        line.askSnapshot();
        line.note(t("mirrorAgain", { why }));
      },
      seen: (now) => {
        page = now;
        // Many frames may come between two of the screen's.
        drawn ||= requestAnimationFrame(draw);
      },
      clicked: (x, y) => {
        const click = { x, y, key: count.current++ };
        setSeen((before) => ({ ...before, clicks: [...before.clicks, click] }));
        const timer = setTimeout(() => {
          timers.delete(timer);
          setSeen((before) => ({ ...before, clicks: before.clicks.filter(({ key }) => key !== click.key) }));
        }, CLICK_MS);
        timers.add(timer);
      },
    });
    const unwatch = line.watch({ begins: () => undefined, frame: (frame) => mirror.take(frame) });
    return () => {
      unwatch();
      mirror.stop();
      cancelAnimationFrame(drawn);
      for (const timer of timers) clearTimeout(timer);
    };
  }, [line]);
  return seen;
}
