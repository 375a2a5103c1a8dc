import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { formatClock } from "../format.ts";
import type { Mark } from "../protocol/messages.ts";
import type { Session } from "../session.ts";
import { nearest } from "../state/marks.ts";
import { currentTheme } from "../state/theme.ts";
import { useSession } from "./context.ts";
import { EventsIcon, LinkIcon, NextIcon, NowIcon, PreviousIcon } from "./icons.tsx";
import { paintTrack, type TrackView, timeAt } from "./timeline_paint.ts";
import { useControl } from "./use_control.ts";

/** How near to a mark the pointer takes hold of it, pixels. */
const REACH = 5;

/** The period of the run from end to end: what is recorded, what has happened, and the time that is looked at. */
export function Timeline() {
  const session = useSession();
  const { store } = session;
  const looking = store.review.value !== null;
  return (
    <footer class="timeline" data-looking={looking}>
      <div class="timeline-buttons">
        <button
          type="button"
          class="icon-button"
          aria-label="Event before"
          title="Event before ([)"
          onClick={() => session.jump("before")}
        >
          <PreviousIcon />
        </button>
        <button
          type="button"
          class="icon-button"
          aria-label="Event after"
          title="Event after (])"
          onClick={() => session.jump("after")}
        >
          <NextIcon />
        </button>
      </div>
      <Track />
      <div class="timeline-buttons">
        <Present />
        <button
          type="button"
          class="icon-button"
          data-testid="events-button"
          aria-label="Events"
          aria-expanded={store.dialog.value === "events"}
          title="Events (E)"
          onClick={() => toggleDialog(session, "events")}
        >
          <EventsIcon />
        </button>
        <button
          type="button"
          class="icon-button"
          data-testid="copy-link"
          aria-label="Copy a link to this place, time and selection"
          title="Copy a link to this place, time and selection (L)"
          onClick={() => session.copyLink()}
        >
          <LinkIcon />
        </button>
      </div>
    </footer>
  );
}

export function toggleDialog({ store }: Session, dialog: "events" | "help") {
  store.dialog.value = store.dialog.value === dialog ? null : dialog;
}

/** Back to the present; and for those who control, on from the time that is looked at. */
function Present() {
  const session = useSession();
  const { store } = session;
  const time = store.review.value;
  const { enabled } = useControl();
  if (time === null) return null;
  return (
    <>
      {enabled && (
        <button
          type="button"
          class="toggle small"
          data-testid="go-on-here"
          title="The run itself goes back to this time; what came after is forgotten"
          onClick={() => session.runTo(time)}
        >
          Go on from here
        </button>
      )}
      <button
        type="button"
        class="toggle small"
        data-testid="now"
        title="Back to the present (N)"
        onClick={() => session.review.look(null)}
      >
        <NowIcon /> Now
      </button>
    </>
  );
}

function useTrackView() {
  const { store } = useSession();
  return useComputed<TrackView | null>(() => {
    const [info, tape] = [store.info.value, store.timeline.value];
    if (!info) return null;
    return {
      begin: info.begin,
      end: info.end,
      from: tape?.from ?? null,
      to: tape?.to ?? null,
      now: store.kpi.value?.time ?? tape?.to ?? info.begin,
      shown: store.review.value,
      marks: store.marks.value,
    };
  });
}

function Track() {
  const session = useSession();
  const { store } = session;
  const view = useTrackView();
  const canvas = useRef<HTMLCanvasElement>(null);
  const hover = useSignal<{ x: number; time: number; mark: Mark | undefined } | null>(null);
  const theme = currentTheme.value;
  useEffect(() => repaintOnResize(canvas.current, () => paintTrack(canvas.current, view.peek())), [view]);
  useEffect(() => paintTrack(canvas.current, view.value), [view.value, theme]);

  const at = (event: PointerEvent) => {
    const box = canvas.current?.getBoundingClientRect();
    const shown = view.peek();
    if (!box || !shown) return null;
    const x = event.clientX - box.left;
    const time = timeAt(shown, x, box.width);
    const reach = (REACH / box.width) * (shown.end - shown.begin);
    return { x, time, mark: nearest(shown.marks, time, reach) };
  };
  const drag = (event: PointerEvent) => {
    const place = at(event);
    if (!place) return;
    const to = store.timeline.peek()?.to;
    if (to != null && place.time > to) aheadOf(session, place.time, event.type === "pointerdown");
    else session.review.look(place.mark?.time ?? place.time);
  };
  return (
    <div
      class="track"
      role="slider"
      tabIndex={0}
      data-testid="track"
      aria-label="Time that is shown"
      aria-valuemin={view.value?.begin ?? 0}
      aria-valuemax={view.value?.to ?? view.value?.begin ?? 0}
      aria-valuenow={Math.round(view.value?.shown ?? view.value?.now ?? 0)}
      aria-valuetext={describe(view.value)}
      onKeyDown={(event) => trackKey(session, event)}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        session.review.pause();
        drag(event);
      }}
      onPointerMove={(event) => {
        if (event.buttons & 1) drag(event);
        hover.value = at(event);
      }}
      onPointerLeave={() => {
        hover.value = null;
      }}
    >
      <canvas ref={canvas} />
      {hover.value && <Tip {...hover.value} />}
    </div>
  );
}

function Tip({ x, time, mark }: { x: number; time: number; mark: Mark | undefined }) {
  return (
    <p class="track-tip" style={{ left: `${x}px` }}>
      {formatClock(mark?.time ?? time)}
      {mark && <span> {mark.text}</span>}
    </p>
  );
}

/** Someone has pointed at a time that the run has not come to yet. */
function aheadOf(session: Session, time: number, pressed: boolean) {
  if (!pressed) return;
  const { store } = session;
  session.review.look(null);
  const clock = formatClock(time, false);
  if (store.control.peek() !== "granted") {
    store.notice.value = { kind: "info", text: `The run has not come to ${clock} yet` };
    return;
  }
  store.notice.value = {
    kind: "info",
    text: `The run has not come to ${clock} yet.`,
    action: { name: "Run there", does: () => session.runTo(time) },
  };
}

/** Arrows go by the spacing of the recording, with shift and page keys by a minute. */
function trackKey(session: Session, event: KeyboardEvent) {
  const { store } = session;
  const tape = store.timeline.peek();
  const time = store.review.peek() ?? store.clock.peek();
  if (!tape || time === null) return;
  const step = event.shiftKey ? 60 : tape.spacing;
  const moves: Record<string, () => number | null> = {
    ArrowLeft: () => time - step,
    ArrowDown: () => time - step,
    ArrowRight: () => time + step,
    ArrowUp: () => time + step,
    PageDown: () => time - 60,
    PageUp: () => time + 60,
    Home: () => tape.from,
    End: () => null,
  };
  const move = moves[event.key];
  if (!move) return;
  event.preventDefault();
  session.review.pause();
  const next = move();
  session.review.look(next !== null && tape.to !== null && next > tape.to ? null : next);
}

function describe(view: TrackView | null): string {
  if (!view) return "";
  return view.shown === null ? `${formatClock(view.now)}, the present` : `${formatClock(view.shown)}, in the past`;
}

function repaintOnResize(canvas: HTMLCanvasElement | null, paint: () => void): (() => void) | undefined {
  if (!canvas) return undefined;
  const observer = new ResizeObserver(paint);
  observer.observe(canvas);
  return () => observer.disconnect();
}
