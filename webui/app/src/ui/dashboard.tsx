import { lazy, Suspense } from "preact/compat";
import {
  describeSky,
  formatClock,
  formatCount,
  formatDuration,
  formatName,
  formatShare,
  formatStreet,
  speedUnit,
  speedValue,
} from "../format.ts";
import type { Part, Wall } from "../wall.ts";
import { StoreContext } from "./context.ts";
import { Glyph } from "./events.tsx";
import { Mark } from "./icons.tsx";
import "../styles/dashboard.css";

const Plot = lazy(() => import("./plot.tsx"));

/** How many events a wall shows. */
const EVENTS = 9;

/** The state of the streets for a wall screen: nothing to press, readable from afar. */
export function Dashboard({ wall, parts }: { wall: Wall; parts: readonly Part[] }) {
  const { store } = wall;
  return (
    <StoreContext.Provider value={store}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <main class="wall" tabIndex={0}>
        <WallHeader wall={wall} />
        {parts.includes("figures") && <Figures wall={wall} />}
        {parts.includes("course") && (
          <section class="card wall-course">
            <Suspense fallback={null}>
              <Plot height={260} />
            </Suspense>
          </section>
        )}
        {parts.includes("queues") && <WorstJunctions wall={wall} />}
        {parts.includes("events") && <LastEvents wall={wall} />}
        {parts.includes("weather") && <Roads wall={wall} />}
      </main>
    </StoreContext.Provider>
  );
}

function WallHeader({ wall: { store } }: { wall: Wall }) {
  const open = store.connection.value.kind === "open";
  const run = store.run.value;
  const state = !open
    ? "No connection, trying again"
    : run?.error
      ? "Failed"
      : run?.ended
        ? "Ended"
        : run?.playing
          ? "Live"
          : "Paused";
  const clock = store.clock.value;
  return (
    <header class="wall-head">
      <Mark />
      <h1>{store.info.value?.name ?? "Roadtwin"}</h1>
      <p class="wall-state" data-look={open && !run?.error ? "live" : "broken"} role="status" data-testid="wall-state">
        {state}
      </p>
      <p class="wall-clock" data-testid="wall-clock">
        {clock === null ? "--:--:--" : formatClock(clock)}
      </p>
    </header>
  );
}

function Figures({ wall: { store } }: { wall: Wall }) {
  const kpi = store.kpi.value;
  const unit = speedUnit(store.info.value?.country ?? "");
  const figures: readonly (readonly [string, string])[] = kpi
    ? [
        ["On the road", formatCount(kpi.on_road)],
        ["Standing", formatCount(kpi.standing)],
        ["Mean speed", `${speedValue(kpi.mean_speed, unit)} ${unit}`],
        ["Mean delay", formatDuration(kpi.mean_delay)],
        ["Waiting", formatCount(kpi.waiting)],
        ["Crashes", formatCount(kpi.crashes)],
      ]
    : [];
  return (
    <section class="wall-figures" aria-label="Figures" data-testid="wall-figures">
      {figures.map(([name, value]) => (
        <div key={name} class="card">
          <p>{name}</p>
          <strong>{value}</strong>
        </div>
      ))}
      {figures.length === 0 && <p class="note">Waiting for the first figures…</p>}
    </section>
  );
}

function WorstJunctions({ wall: { store } }: { wall: Wall }) {
  const queues = store.kpi.value?.queues ?? [];
  const longest = Math.max(1, ...queues.map(({ vehicles }) => vehicles));
  return (
    <section class="card wall-queues">
      <h2>Longest queues</h2>
      {queues.length === 0 && <p class="note">Nobody queues.</p>}
      <ol>
        {queues.map(({ junction, name, vehicles }) => (
          <li key={junction}>
            <span>{formatStreet(name) || `Junction ${junction}`}</span>
            <strong>{vehicles}</strong>
            <span class="queue-bar" style={{ transform: `scaleX(${vehicles / longest})` }} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function LastEvents({ wall: { store } }: { wall: Wall }) {
  const marks = store.marks.value.slice(-EVENTS).reverse();
  return (
    <section class="card wall-events" data-testid="wall-events">
      <h2>Events</h2>
      {marks.length === 0 && <p class="note">Nothing has happened yet.</p>}
      <ol>
        {marks.map((mark) => (
          <li key={mark.id}>
            <Glyph kind={mark.kind} />
            <span class="event-time">{formatClock(mark.time, false)}</span>
            <span>{mark.text}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Roads({ wall: { store } }: { wall: Wall }) {
  const weather = store.weather.value;
  if (!weather) return null;
  const shares = Object.entries(weather.roads).sort(([, a], [, b]) => b - a);
  return (
    <section class="card wall-weather">
      <h2>Roads and weather</h2>
      {weather.sky && <p>{describeSky(weather.sky)}</p>}
      <p>{shares.map(([name, share]) => `${formatName(name)} ${formatShare(share)}`).join(", ")}</p>
    </section>
  );
}
