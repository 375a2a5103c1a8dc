// What tests in a browser may read of the page, as window.roadtwin. Nothing here changes anything.

import type { Session } from "./session.ts";

/** A vehicle as it is drawn at the moment, on the map and in pixels of the canvas. */
export interface HookVehicle {
  readonly id: number;
  readonly lng: number;
  readonly lat: number;
  readonly x: number;
  readonly y: number;
}

export interface RoadtwinHooks {
  /** Times the map has drawn the vehicle layer. */
  readonly frames: number;
  /** Pictures of vehicles received. */
  readonly pictures: number;
  /** Whether the map is being moved or zoomed. */
  readonly moving: boolean;
  /** Vehicles drawn the last time. */
  readonly vehiclesDrawn: number;
  /** Simulation time of the newest picture, s after midnight. */
  readonly time: number | null;
  readonly playing: boolean;
  readonly connected: boolean;
  /** The selected vehicle. */
  readonly selected: number | null;
  /** The aspect of each signal group. */
  readonly signals: readonly number[];
  /** Whether every tile in view has been loaded and drawn. */
  readonly mapLoaded: boolean;
  readonly zoom: number;
  /** Whether vehicles rest, because the last picture has been reached. */
  readonly settled: boolean;
  /** Edges by what lies on them, as the map was last told; null before it asked. */
  readonly conditions: Readonly<Record<string, number>> | null;
  /** The time that is looked back at, s after midnight; null for the present. */
  readonly review: number | null;
  /** The time of the picture that is drawn, s after midnight. */
  readonly shown: number;
  readonly period: { readonly begin: number; readonly end: number };
  /** What is recorded, s after midnight. */
  readonly recorded: readonly [number, number] | null;
  readonly marks: number;
  /** What undo would take back, "" if nothing. */
  readonly undo: string;
  readonly junction: number | null;
  readonly street: number | null;
  readonly branch: number;
  vehicles(): HookVehicle[];
}

declare global {
  interface Window {
    roadtwin?: RoadtwinHooks;
  }
}

export function exposeHooks(session: Session) {
  const { store } = session;
  const hooks: RoadtwinHooks = {
    get frames() {
      return session.map?.vehicleLayer.framesDrawn ?? 0;
    },
    get pictures() {
      return session.map?.fleet.pictures ?? 0;
    },
    get moving() {
      return session.map?.map.isMoving() ?? false;
    },
    get vehiclesDrawn() {
      return session.map?.vehicleLayer.vehiclesDrawn ?? 0;
    },
    get time() {
      return store.clock.peek();
    },
    get playing() {
      return store.run.peek()?.playing ?? false;
    },
    get connected() {
      return store.connection.peek().kind === "open";
    },
    get selected() {
      return store.selection.peek()?.vehicle ?? null;
    },
    get signals() {
      return [...(session.map?.signals.aspects ?? [])];
    },
    get mapLoaded() {
      return session.map?.map.loaded() ?? false;
    },
    get zoom() {
      return session.map?.map.getZoom() ?? 0;
    },
    get settled() {
      return session.map?.fleet.progress(performance.now()) === 1;
    },
    get conditions() {
      return countConditions(session);
    },
    get review() {
      return store.review.peek();
    },
    get shown() {
      return session.map?.fleet.time ?? 0;
    },
    get period() {
      return { begin: store.info.peek()?.begin ?? 0, end: store.info.peek()?.end ?? 0 };
    },
    get recorded() {
      const tape = store.timeline.peek();
      return tape?.from != null && tape.to !== null ? ([tape.from, tape.to] as const) : null;
    },
    get marks() {
      return store.marks.peek().length;
    },
    get undo() {
      return store.run.peek()?.undo ?? "";
    },
    get junction() {
      return store.junction.peek()?.junction ?? null;
    },
    get street() {
      return store.street.peek()?.edge ?? null;
    },
    get branch() {
      return store.run.peek()?.branch ?? 0;
    },
    vehicles: () => drawnVehicles(session),
  };
  window.roadtwin = Object.freeze(hooks);
}

function countConditions({ roads, store }: Session): Record<string, number> | null {
  if (!roads) return null;
  const names = store.info.peek()?.conditions ?? [];
  const counts: Record<string, number> = {};
  for (const condition of roads.edges) {
    const name = names[condition] ?? String(condition);
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

function drawnVehicles({ map: live }: Session): HookVehicle[] {
  if (!live) return [];
  const now = performance.now();
  return Array.from({ length: live.fleet.count }, (_, slot) => {
    const vehicle = live.fleet.drawn(slot, now);
    const [lng, lat] = live.fleet.frame.lngLat(vehicle.east, vehicle.south);
    const { x, y } = live.map.project([lng, lat]);
    return { id: vehicle.id, lng, lat, x, y };
  });
}
