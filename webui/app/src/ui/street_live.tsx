import { useEffect, useRef } from "preact/hooks";
import { formatClock, formatSpeed, speedUnit } from "../format.ts";
import { DARK, LIGHT } from "../map/palette.ts";
import type { Course, EdgeNow, Street } from "../protocol/messages.ts";
import { currentTheme } from "../state/theme.ts";
import { SPACE_TIME_SPAN, SpaceTime } from "../traffic/space_time.ts";
import { niceCeiling } from "./axis.ts";
import { useSession } from "./context.ts";
import { useControl } from "./use_control.ts";

/** What goes on at the chosen street: now, over time, and what can be done there. */
export function StreetLive({ street }: { street: Street }) {
  const { store } = useSession();
  const now = store.edgeNow.value;
  const { enabled } = useControl();
  if (now?.edge !== street.edge) return <p class="note">Asking what goes on there…</p>;
  return (
    <>
      <Now now={now} street={street} />
      <SpaceTimeChart now={now} street={street} />
      {store.course.value && <FlowDensity course={store.course.value} />}
      {enabled && <Acts now={now} street={street} />}
    </>
  );
}

function Now({ now, street }: { now: EdgeNow; street: Street }) {
  const unit = speedUnit(useSession().store.info.value?.country ?? "");
  const speeds = now.vehicles.map(([, , , speed]) => speed);
  const mean = speeds.length > 0 ? speeds.reduce((sum, speed) => sum + speed, 0) / speeds.length : null;
  const queued = now.lanes.map(({ queued }) => queued);
  return (
    <dl class="facts" data-testid="street-now">
      <div>
        <dt>Vehicles now</dt>
        <dd>
          {speeds.length}
          {mean !== null && `, ${formatSpeed(mean, unit)} on average`}
        </dd>
      </div>
      <div>
        <dt>Density now</dt>
        <dd>{Math.round((1000 * speeds.length) / Math.max(street.length, 1))} veh/km</dd>
      </div>
      <div title="Standing vehicles at the end of each lane, from the kerb">
        <dt>Queues</dt>
        <dd>{queued.join(" | ")}</dd>
      </div>
      {(now.closed || now.lanes.some(({ closed }) => closed)) && (
        <div>
          <dt>Closed</dt>
          <dd class="bad">
            {now.closed
              ? "the road"
              : now.lanes.flatMap((lane, i) => (lane.closed ? [`lane ${i + 1}`] : [])).join(", ")}
          </dd>
        </div>
      )}
    </dl>
  );
}

const CHART = { width: 260, height: 120, left: 34, right: 6, top: 6, bottom: 18 } as const;

/** Flow over density, a point a minute: rising while traffic is free, falling where it is jammed. */
function FlowDensity({ course }: { course: Course }) {
  const { width, height, left, right, top, bottom } = CHART;
  const mostFlow = niceCeiling(Math.max(...course.flow, 300));
  const mostDensity = niceCeiling(Math.max(...course.density, 20));
  const x = (density: number) => left + (density / mostDensity) * (width - left - right);
  const y = (flow: number) => height - bottom - (flow / mostFlow) * (height - top - bottom);
  const last = course.time.length - 1;
  return (
    <figure class="chart">
      <figcaption>
        <span>Flow over density</span>
        <span>{course.time.length === 0 ? "a point a minute, soon" : `${course.time.length} minutes`}</span>
      </figcaption>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={fundamentalText(course)}>
        <line class="axis" x1={left} x2={width - right} y1={y(0)} y2={y(0)} />
        <line class="axis" x1={left} x2={left} y1={top} y2={y(0)} />
        <text x={left - 4} y={top + 8} text-anchor="end">
          {mostFlow}
        </text>
        <text x={left - 4} y={y(0)} text-anchor="end">
          0
        </text>
        <text x={width - right} y={height - 4} text-anchor="end">
          {mostDensity} veh/km
        </text>
        <text x={left} y={height - 4}>
          veh/h
        </text>
        {course.time.map((time, i) => (
          <circle
            key={time}
            class={i === last ? "now" : "past"}
            style={i === last ? undefined : { opacity: 0.25 + (0.6 * i) / Math.max(last, 1) }}
            cx={x(course.density[i] ?? 0)}
            cy={y(course.flow[i] ?? 0)}
            r={i === last ? 4 : 2.6}
          >
            <title>{`${formatClock(time, false)}: ${course.flow[i]} veh/h, ${course.density[i]} veh/km`}</title>
          </circle>
        ))}
      </svg>
    </figure>
  );
}

function fundamentalText({ flow, density }: Course): string {
  if (flow.length === 0) return "Flow over density: no minute has passed yet";
  return `Flow over density, ${flow.length} minutes; the last one ${flow.at(-1)} vehicles an hour at ${density.at(-1)} vehicles a kilometre`;
}

/** Where the vehicles of the lane at the kerb were in the last minutes: time to the right, the stop line at the top. */
function SpaceTimeChart({ now, street }: { now: EdgeNow; street: Street }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const kept = useRef<SpaceTime | null>(null);
  const theme = currentTheme.value;
  useEffect(() => {
    if (kept.current?.edge !== street.edge) kept.current = new SpaceTime(street.edge);
    kept.current.add(now);
    paintSpaceTime(canvas.current, kept.current, now.time, street.length);
  }, [now, street, theme]);
  return (
    <figure class="chart">
      <figcaption>
        <span>Ways of vehicles, lane at the kerb</span>
        <span>last 3 min</span>
      </figcaption>
      <canvas
        ref={canvas}
        class="space-time"
        role="img"
        aria-label={`Space-time diagram of the lane at the kerb, ${Math.round(street.length)} m: ${now.vehicles.length} vehicles now`}
      />
      <p class="note">Up: towards the stop line, whose signal is the band on top. Flat lines stand.</p>
    </figure>
  );
}

function paintSpaceTime(canvas: HTMLCanvasElement | null, diagram: SpaceTime, time: number, length: number) {
  const context = canvas?.getContext("2d");
  if (!canvas || !context) return;
  const { clientWidth: width, clientHeight: height } = canvas;
  const ratio = window.devicePixelRatio || 1;
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  const palette = currentTheme.peek() === "dark" ? DARK : LIGHT;
  const x = (at: number) => width * (1 - (time - at) / SPACE_TIME_SPAN);
  const y = (s: number) => height - (s / Math.max(length, 1)) * (height - 8);
  const colours: Readonly<Record<string, string>> = palette.signals;
  diagram.aspects.forEach(({ time: from, aspect }, i) => {
    context.fillStyle = colours[aspect] ?? colours.off ?? "#888";
    context.fillRect(x(from), 0, x(diagram.aspects[i + 1]?.time ?? time) - x(from), aspect === "green" ? 5 : 3);
  });
  context.strokeStyle = palette.selection;
  context.lineWidth = 1.4;
  for (const way of diagram.ways(0)) {
    context.beginPath();
    for (const [i, point] of way.entries()) {
      const joined = i > 0 && point.time - (way[i - 1]?.time ?? 0) < 20;
      context[joined ? "lineTo" : "moveTo"](x(point.time), y(point.s));
    }
    context.stroke();
  }
}

const LIMITS_KMH = [20, 30, 40, 50, 60, 70, 80, 100, 120];
const LIMITS_MPH = [15, 20, 25, 30, 35, 40, 45, 55, 65];

/** What can be done at a street. */
function Acts({ now, street }: { now: EdgeNow; street: Street }) {
  const session = useSession();
  const unit = speedUnit(session.store.info.value?.country ?? "");
  const perUnit = unit === "mph" ? 1609.344 / 3600 : 1 / 3.6;
  const limits = unit === "mph" ? LIMITS_MPH : LIMITS_KMH;
  const { edge } = street;
  return (
    <fieldset class="acts" data-testid="street-acts">
      <legend>Act here</legend>
      <button
        type="button"
        class="toggle small"
        aria-pressed={now.closed}
        onClick={() => session.control({ action: now.closed ? "open_edge" : "close_edge", value: edge })}
      >
        {now.closed ? "Open the road" : "Close the road"}
      </button>
      {street.lanes.length > 1 &&
        now.lanes.map((lane, i) => (
          <button
            key={i}
            type="button"
            class="toggle small"
            aria-pressed={lane.closed}
            onClick={() =>
              session.control({ action: lane.closed ? "open_lane" : "close_lane", value: street.first_lane + i })
            }
          >
            {lane.closed ? `Open lane ${i + 1}` : `Close lane ${i + 1}`}
          </button>
        ))}
      <button
        type="button"
        class="toggle small"
        title="Blocks the lane at the kerb, or the road where it has but one, for ten minutes"
        onClick={() =>
          session.control({
            action: "incident",
            value: street.lanes.length > 1 ? { lane: street.first_lane, minutes: 10 } : { edge, minutes: 10 },
          })
        }
      >
        Incident, 10 min
      </button>
      <label>
        Limit
        <select
          aria-label="Speed limit of this street"
          value=""
          onChange={(event) => {
            const limit = Number(event.currentTarget.value) * perUnit;
            session.control({ action: "speed_limit", value: { edge, limit } });
          }}
        >
          <option value="" disabled>
            {formatSpeed(now.limit, unit)}
          </option>
          {limits.map((limit) => (
            <option key={limit} value={limit}>
              {limit} {unit}
            </option>
          ))}
        </select>
      </label>
    </fieldset>
  );
}
