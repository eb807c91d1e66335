import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Found } from "../../mirror/xpath";
import type { Rect, Tool } from "../core/glass";
import type { Line, LineState } from "../core/line";
import { t } from "../core/text";
import { type Seen, useMirror } from "../core/use-mirror";
import type { JsonObject } from "../core/wire";
import { Icon } from "../part/icon";
import { RunState } from "../part/run-state";
import { Act, Navigate, isForbidden, localTime, useRun } from "./actions";
import { Glass } from "./glass";

interface Props {
  line: Line;
  state: LineState;
  connected: boolean;
}

const TOOLS = ["point", "draw", "laser"] as const;

/** The visitor's page as they see it, and what an agent does on it. */
export function MirrorView({ line, state, connected }: Props): JSX.Element {
  return state.thread.sharing && !state.ended ? (
    <Shared key={line.id} line={line} state={state} connected={connected} />
  ) : (
    <div class="none">
      <strong>{t("notShared")}</strong>
      <p>{t("notSharedWhy")}</p>
      {!state.ended && (
        <Act line={line} state={state} type="initiateCoBrowse" params={{ coBrowseState: "requestPermission" }}>
          {t("requestShare")}
        </Act>
      )}
    </div>
  );
}

function Shared({ line, state, connected }: Props): JSX.Element {
  const frames = useRef<HTMLDivElement>(null);
  const seen = useMirror(line, frames);
  const [tool, setTool] = useState<Tool>("look");
  const [label, setLabel] = useState("");
  const [inside, setInside] = useState<Found["inside"]>();
  const [run, send] = useRun(line);
  const labelled: JsonObject = label.trim() === "" ? {} : { label: label.trim() };
  const point = (found: Found): void => {
    setInside(found.inside);
    send("highlightDom", { selector: found.xpath, ...labelled });
  };
  const draw = (rect: Rect): void => {
    setInside(undefined);
    send("highlightDom", { selector: "", rect: { ...rect }, ...labelled });
  };
  const escape = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || tool === "look") return;
    event.stopPropagation();
    setTool("look");
  };
  return (
    <div class="mirror" onKeyDown={escape}>
      <div class="tools" role="toolbar" aria-label={t("tools")}>
        {TOOLS.map((name) => (
          <button
            key={name}
            type="button"
            class="tool"
            aria-pressed={tool === name}
            disabled={!seen.page || (name !== "laser" && isForbidden(state, "highlightDom"))}
            onClick={() => setTool(tool === name ? "look" : name)}
          >
            <Icon name={name} />
            {t(`tool_${name}`)}
          </button>
        ))}
        {(tool === "point" || tool === "draw") && (
          <input
            type="text"
            class="tool-label"
            aria-label={t("label")}
            placeholder={`${t("label")} (${t("optional")})`}
            value={label}
            onInput={(event) => setLabel(event.currentTarget.value)}
          />
        )}
        <button type="button" class="tool" onClick={() => send("clearHighlight")}>
          {t("clear")}
        </button>
      </div>
      {inside && (
        <p class="notice" role="status">
          {t(inside === "shadow" ? "insideShadow" : "insideFrame")}
        </p>
      )}
      <div class="mirror-line">
        <Address seen={seen} connected={connected} />
        <RunState state={state} run={run} />
      </div>
      <Stage frames={frames} seen={seen}>
        {(scale) => seen.page && <Glass line={line} seen={{ ...seen, page: seen.page }} scale={scale} tool={tool} point={point} draw={draw} />}
      </Stage>
      <div class="mirror-foot">
        <Navigate line={line} state={state} />
        <div class="stack">
          <Act line={line} state={state} type="disableChatInput" params={{ value: !state.thread.inputDisabled }}>
            {t(state.thread.inputDisabled ? "inputOn" : "inputOff")}
          </Act>
          <Act line={line} state={state} type="getLocalTime" request tell={localTime}>
            {t("localTime")}
          </Act>
          <Act line={line} state={state} type="initiateCoBrowse" params={{ coBrowseState: "disabled" }}>
            {t("endShare")}
          </Act>
        </div>
      </div>
    </div>
  );
}

/** Where the visitor is, and whether what is seen is live. */
function Address({ seen, connected }: { seen: Seen; connected: boolean }): JSX.Element {
  const sight = seen.page?.sight;
  const key = !connected ? "mirrorAway" : !sight ? "mirrorComing" : sight.paused ? "mirrorPaused" : "mirrorLive";
  return (
    <div class="mirror-address">
      <span class={`dot ${key === "mirrorLive" ? "on" : "off"}`} aria-hidden="true" />
      <span role="status">{t(key)}</span>
      {sight && <bdi title={sight.url}>{sight.title || sight.url}</bdi>}
    </div>
  );
}

interface StageProps {
  frames: { current: HTMLDivElement | null };
  seen: Seen;
  children(scale: number): JSX.Element | undefined | false;
}

/** Holds the mirror's frames, as large as there is room for. */
function Stage({ frames, seen, children }: StageProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState({ width: 0, height: 0 });
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setRoom({ width: element.clientWidth, height: element.clientHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const sight = seen.page?.sight;
  const [width, height] = [sight?.width || 1, sight?.height || 1];
  const scale = Math.min(1, room.width / width, room.height / height) || 1;
  const size = sight ? { width: `${width * scale}px`, height: `${height * scale}px` } : {};
  return (
    <div class="mirror-stage" ref={box}>
      <div class="mirror-sheet" style={size}>
        <div class={sight?.paused ? "mirror-frames paused" : "mirror-frames"} ref={frames} style={{ transform: `scale(${scale})` }} />
        {sight?.paused ? <p class="mirror-veil">{t("mirrorPausedWhy")}</p> : children(scale)}
      </div>
      {!sight && <p class="soft centre">{t("mirrorComing")}</p>}
    </div>
  );
}
