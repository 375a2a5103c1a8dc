import { useComputed, useSignal } from "@preact/signals";
import { lazy, Suspense } from "preact/compat";
import { formatCount, formatDuration, formatStreet, type SpeedUnit, speedUnit, speedValue } from "../format.ts";
import type { Kpi } from "../protocol/messages.ts";
import type { Measure } from "../state/store.ts";
import { useSession } from "./context.ts";
import { ChartIcon } from "./icons.tsx";
import { roomy } from "./room.ts";
import { Summary } from "./summary.tsx";

const Plot = lazy(() => import("./plot.tsx"));

interface Tile {
  readonly label: string;
  /** What the plot shows when the tile is chosen; a tile without is only a number. */
  readonly measure?: Measure;
  value(kpi: Kpi, unit: SpeedUnit): string;
  readonly unit?: (unit: SpeedUnit) => string;
  readonly hint: string;
}

const TILES: readonly Tile[] = [
  {
    label: "On the road",
    measure: "on_road",
    value: (kpi) => formatCount(kpi.on_road),
    hint: "Vehicles on the road now",
  },
  {
    label: "Standing",
    measure: "standing",
    value: (kpi) => formatCount(kpi.standing),
    hint: "Vehicles slower than 5 km/h now",
  },
  {
    label: "Mean speed",
    measure: "mean_speed",
    value: (kpi, unit) => speedValue(kpi.mean_speed, unit),
    unit: (unit) => unit,
    hint: "Mean over the vehicles on the road now",
  },
  {
    label: "Mean delay",
    measure: "mean_delay",
    value: (kpi) => formatDuration(kpi.mean_delay),
    hint: "Time lost against an empty road at green, of those who arrived in the last 15 minutes",
  },
  {
    label: "Waiting",
    measure: "waiting",
    value: (kpi) => formatCount(kpi.waiting),
    hint: "Vehicles that should have departed but find no room on the road",
  },
  { label: "Arrived", value: (kpi) => formatCount(kpi.arrived), hint: "Trips that have ended so far" },
];

export function Measures() {
  const { store } = useSession();
  const open = useSignal(roomy());
  const kpi = store.shownKpi.value;
  return (
    <>
      <Summary />
      {open.value ? (
        <section class="card measures" aria-label="Measures" data-testid="measures">
          <button type="button" class="heading-button" aria-expanded="true" onClick={() => (open.value = false)}>
            <ChartIcon /> Measures
          </button>
          <Crashes />
          <div class="tiles">
            {TILES.map((tile) => (
              <TileView key={tile.label} tile={tile} kpi={kpi} />
            ))}
          </div>
          <Suspense fallback={<div class="plot" />}>
            <Plot />
          </Suspense>
          <Queues />
        </section>
      ) : (
        <button type="button" class="card chip" aria-expanded="false" onClick={() => (open.value = true)}>
          <ChartIcon /> {kpi ? `${formatCount(kpi.on_road)} on the road` : "Measures"}
        </button>
      )}
    </>
  );
}

function TileView({ tile, kpi }: { tile: Tile; kpi: Kpi | null }) {
  const { store } = useSession();
  const unit = useComputed(() => speedUnit(store.info.value?.country ?? "")).value;
  const { measure } = tile;
  const [value, ...rest] = (kpi ? tile.value(kpi, unit) : "–").split(" ");
  const small = tile.unit?.(unit) ?? rest.join(" ");
  const content = (
    <>
      <span class="tile-label">{tile.label}</span>
      <span class="tile-value">
        {value}
        {small && <small> {small}</small>}
      </span>
    </>
  );
  if (!measure) {
    return (
      <div class="tile" title={tile.hint}>
        {content}
      </div>
    );
  }
  return (
    <button
      type="button"
      class="tile"
      title={`${tile.hint}. Click to plot.`}
      aria-pressed={store.measure.value === measure}
      onClick={() => (store.measure.value = measure)}
    >
      {content}
    </button>
  );
}

function Crashes() {
  const { store } = useSession();
  const crashes = useComputed(() => store.shownKpi.value?.crashes ?? 0).value;
  return (
    <p class="crashes" data-some={crashes > 0}>
      {crashes === 0 ? "No crash" : crashes === 1 ? "1 crash" : `${formatCount(crashes)} crashes`}
    </p>
  );
}

/** The junctions with the longest queues; a click flies there. */
function Queues() {
  const session = useSession();
  const queues = session.store.shownKpi.value?.queues ?? [];
  const longest = Math.max(1, ...queues.map((queue) => queue.vehicles));
  return (
    <div class="queues">
      <h2>Longest queues</h2>
      {queues.length === 0 && <p class="note">Nobody queues.</p>}
      <ol>
        {queues.map(({ junction, name, lon, lat, vehicles }) => (
          <li key={junction}>
            <button
              type="button"
              title={`Show ${formatStreet(name) || "this junction"} on the map`}
              onClick={() => {
                session.flyTo(lon, lat);
                session.selectJunction(junction);
              }}
            >
              <span class="queue-name">{formatStreet(name) || `Junction ${junction}`}</span>
              <span class="queue-count">{vehicles}</span>
              <span class="queue-bar" style={{ transform: `scaleX(${vehicles / longest})` }} />
            </button>
          </li>
        ))}
      </ol>
    </div>
  );
}
