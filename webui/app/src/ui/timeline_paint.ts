// The timeline as it is drawn: hours, what is recorded, the marks by shape and colour, the present and the time that is looked at.

import { formatClock } from "../format.ts";
import type { Mark } from "../protocol/messages.ts";
import { MARK_KINDS, type Shape } from "../state/marks.ts";

export interface TrackView {
  readonly begin: number;
  readonly end: number;
  /** Recorded. */
  readonly from: number | null;
  readonly to: number | null;
  readonly now: number;
  /** Looked back at. */
  readonly shown: number | null;
  readonly marks: readonly Mark[];
}

/** Room at both ends, pixels, so that what is there can be seen whole. */
const MARGIN = 8;

/** Returns where a time is on a track `width` pixels wide. */
export function xOf({ begin, end }: Pick<TrackView, "begin" | "end">, time: number, width: number): number {
  if (end <= begin) return MARGIN;
  return MARGIN + ((time - begin) / (end - begin)) * (width - 2 * MARGIN);
}

/** Returns the time at a pixel of a track, within the period. */
export function timeAt({ begin, end }: Pick<TrackView, "begin" | "end">, x: number, width: number): number {
  const share = (x - MARGIN) / Math.max(1, width - 2 * MARGIN);
  return begin + Math.min(Math.max(share, 0), 1) * (end - begin);
}

const TICKS = [60, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400];

/** Returns the time between two labels of the axis, s, so that they stay `least` pixels apart. */
export function tickEvery(seconds: number, width: number, least = 64): number {
  return TICKS.find((tick) => (tick / seconds) * width >= least) ?? 86_400;
}

export function paintTrack(canvas: HTMLCanvasElement | null, view: TrackView | null) {
  const context = canvas?.getContext("2d");
  if (!canvas || !context || !view) return;
  const { clientWidth: width, clientHeight: height } = canvas;
  const ratio = window.devicePixelRatio || 1;
  if (canvas.width !== width * ratio || canvas.height !== height * ratio) {
    canvas.width = width * ratio;
    canvas.height = height * ratio;
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  const style = getComputedStyle(canvas);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const x = (time: number) => xOf(view, time, width);
  const middle = Math.round(height * 0.4);
  paintAxis(context, view, width, height, colour("--text-muted"), colour("--line-strong"));
  const bar = (from: number, to: number, fill: string, thick: number) => {
    context.fillStyle = fill;
    context.fillRect(x(from), middle - thick / 2, Math.max(0, x(to) - x(from)), thick);
  };
  bar(view.begin, view.end, colour("--line"), 4);
  if (view.from !== null && view.to !== null) bar(view.from, view.to, colour("--accent"), 4);
  for (const mark of view.marks)
    paintShape(context, MARK_KINDS[mark.kind]?.shape, x(mark.time), middle, MARK_KINDS[mark.kind]?.colour);
  paintHand(context, x(view.now), middle, colour("--accent"), false);
  if (view.shown !== null) paintHand(context, x(view.shown), middle, colour("--warn"), true);
}

function paintAxis(
  context: CanvasRenderingContext2D,
  view: TrackView,
  width: number,
  height: number,
  ink: string,
  line: string,
) {
  const every = tickEvery(view.end - view.begin, width - 2 * MARGIN);
  context.font = "11px Barlow, sans-serif";
  context.textAlign = "center";
  for (let time = Math.ceil(view.begin / every) * every; time <= view.end; time += every) {
    const at = xOf(view, time, width);
    context.fillStyle = line;
    context.fillRect(at - 0.5, height * 0.4 + 5, 1, 4);
    context.fillStyle = ink;
    context.fillText(formatClock(time, false), Math.min(Math.max(at, 16), width - 16), height - 3);
  }
}

function paintHand(context: CanvasRenderingContext2D, x: number, y: number, colour: string, handle: boolean) {
  context.fillStyle = colour;
  context.fillRect(x - 1, y - 9, 2, 18);
  if (!handle) return;
  context.beginPath();
  context.arc(x, y, 6, 0, 2 * Math.PI);
  context.fill();
}

/** Draws a mark, a shape for each kind. */
export function paintShape(
  context: CanvasRenderingContext2D,
  shape: Shape | undefined,
  x: number,
  y: number,
  colour = "#888",
) {
  context.fillStyle = context.strokeStyle = colour;
  context.lineWidth = 2;
  context.beginPath();
  switch (shape) {
    case "cross":
      context.moveTo(x - 4, y - 4);
      context.lineTo(x + 4, y + 4);
      context.moveTo(x + 4, y - 4);
      context.lineTo(x - 4, y + 4);
      context.stroke();
      break;
    case "ring":
      context.arc(x, y, 3.5, 0, 2 * Math.PI);
      context.stroke();
      break;
    case "bar":
      context.fillRect(x - 1.5, y - 6, 3, 12);
      break;
    case "diamond":
      context.moveTo(x, y - 5);
      context.lineTo(x + 5, y);
      context.lineTo(x, y + 5);
      context.lineTo(x - 5, y);
      context.fill();
      break;
    case "square":
      context.fillRect(x - 3.5, y - 3.5, 7, 7);
      break;
    default:
      context.arc(x, y, 3.5, 0, 2 * Math.PI);
      context.fill();
  }
}
