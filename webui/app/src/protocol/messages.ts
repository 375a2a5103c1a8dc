// The text messages of webui/stream/PROTOCOL.md. Units there and here: SI, degrees clockwise from north, WGS 84.

export interface VehicleClass {
  readonly id: number;
  readonly name: string;
  /** m */
  readonly length: number;
  /** m */
  readonly width: number;
}

/** What runs on the server: the `hello` message and /api/info. */
export interface Info {
  readonly name: string;
  readonly version: string;
  /** Another one with every start of the server. */
  readonly run: string;
  readonly protocol: number;
  readonly attribution: string;
  /** ISO 3166-1 alpha-2, "" if unknown. */
  readonly country: string;
  readonly driving_side: "left" | "right";
  /** West, south, east, north. */
  readonly bounds: readonly [number, number, number, number];
  readonly center: readonly [number, number];
  readonly begin: number;
  readonly end: number;
  readonly base_map: boolean;
  readonly tiles: { readonly url: string; readonly minzoom: number; readonly maxzoom: number };
  /** From this zoom on the stream carries vehicles, below it the load of edges. */
  readonly vehicle_zoom: number;
  readonly classes: readonly VehicleClass[];
  readonly aspects: readonly string[];
  readonly conditions: readonly string[];
}

/** Whether and how fast the simulation runs. */
export interface RunState {
  readonly playing: boolean;
  /** Times real time; 0 is as fast as it goes. */
  readonly speed: number;
  readonly ended: boolean;
  readonly time: number;
  readonly condition: string;
  readonly error: string;
  /** Where the run is going as fast as it can, s after midnight; null if nowhere. */
  readonly seeking: number | null;
  /** How often the run has gone back. */
  readonly branch: number;
  /** What undo would take back, "" if nothing. */
  readonly undo: string;
}

/** How much of the past is recorded: the `timeline` message. */
export interface Timeline {
  /** s after midnight; null if nothing is recorded. */
  readonly from: number | null;
  readonly to: number | null;
  /** s between two pictures. */
  readonly spacing: number;
  readonly branch: number;
  /** Of the marks. */
  readonly version: number;
}

export type MarkKind = "crash" | "off_road" | "jam" | "signal" | "road" | "weather";

/** What is known of one of the two vehicles of a crash. */
export interface CrashCause {
  readonly speed_m_s: number;
  readonly pedal_m_s2: number;
  readonly braking_m_s2: number;
  /** In comparison with dry asphalt. */
  readonly grip: number;
  readonly grip_believed: number;
  readonly condition: string;
  readonly surface: string;
  readonly reaction_s: number;
  readonly lapse_s?: number;
  readonly reacting?: boolean;
  readonly ran_red_s?: number;
  readonly minded: string;
  readonly faults?: readonly string[];
  readonly brake_heat_k?: number;
  readonly slid?: boolean;
}

export interface Crash {
  /** The vehicle struck; null for none, or a person. */
  readonly other: number | null;
  /** m/s */
  readonly closing_speed: number;
  /** m/s */
  readonly delta_v: number;
  readonly striking: CrashCause;
  readonly struck: CrashCause | null;
}

/** Something that has happened. */
export interface Mark {
  readonly id: number;
  /** s after midnight */
  readonly time: number;
  readonly kind: MarkKind;
  readonly text: string;
  readonly by?: string;
  readonly lon?: number;
  readonly lat?: number;
  readonly vehicle?: number;
  readonly edge?: number;
  readonly junction?: number;
  readonly crash?: Crash;
}

export interface Queue {
  readonly junction: number;
  readonly name: string;
  readonly lon: number;
  readonly lat: number;
  /** Standing vehicles before the junction. */
  readonly vehicles: number;
}

export interface Kpi {
  readonly time: number;
  /** Simulated seconds per second of wall clock. */
  readonly factor: number;
  readonly on_road: number;
  readonly waiting: number;
  readonly arrived: number;
  readonly crashes: number;
  readonly standing: number;
  readonly stuck: number;
  /** m/s */
  readonly mean_speed: number;
  /** s, null until somebody has arrived. */
  readonly mean_travel_time: number | null;
  /** s, likewise. */
  readonly mean_delay: number | null;
  readonly queues: readonly Queue[];
}

/** The weather over the map. */
export interface Sky {
  /** °C */
  readonly temperature: number;
  /** mm/h */
  readonly rain: number;
  /** mm/h of water */
  readonly snow: number;
  /** % */
  readonly humidity: number;
  /** m/s */
  readonly wind: number;
  /** m */
  readonly visibility: number;
}

/** Temperatures of bare roads, °C. */
export interface SurfaceTemperatures {
  readonly ground: number;
  readonly bridges: number;
}

export interface Weather {
  readonly time: number;
  /** null where there is no weather but a condition of all roads. */
  readonly sky: Sky | null;
  readonly surface: SurfaceTemperatures | null;
  /** The share of the length of all edges by condition. */
  readonly roads: Readonly<Record<string, number>>;
  /** The version of /api/network/conditions. */
  readonly conditions: number;
  readonly spills: number;
}

/** What lies on the roads: /api/network/conditions, decoded. */
export interface RoadConditions {
  readonly version: number;
  /** By edge, the index in `conditions` of hello. */
  readonly edges: Uint8Array;
  /** GeoJSON lines with the property `condition`. */
  readonly spills: object;
}

/** Decodes the answer of /api/network/conditions. */
export function decodeConditions(answer: { version: number; edges: string; spills: object }): RoadConditions {
  const edges = Uint8Array.from(atob(answer.edges), (character) => character.charCodeAt(0));
  return { version: answer.version, edges, spills: answer.spills };
}

/** The measures that the map can show of all edges: /api/network/layers. */
export const LAYERS = ["speed", "delay", "flow", "density", "standing"] as const;
export type LayerName = (typeof LAYERS)[number];

/** By edge; NaN where nobody was. */
export interface LayerValues {
  /** s after midnight, at the end. */
  readonly time: number;
  /** s */
  readonly interval: number;
  readonly values: Readonly<Record<LayerName, Float32Array>>;
}

/** Decodes the answer of /api/network/layers. */
export function decodeLayers(
  answer: { time: number; interval: number } & Record<LayerName, string | null>,
): LayerValues {
  const values = {} as Record<LayerName, Float32Array>;
  for (const name of LAYERS) {
    const bytes = Uint8Array.from(atob(answer[name] ?? ""), (character) => character.charCodeAt(0));
    const view = new DataView(bytes.buffer);
    values[name] = Float32Array.from({ length: Math.floor(bytes.length / 4) }, (_, i) => view.getFloat32(4 * i, true));
  }
  return { time: answer.time, interval: answer.interval, values };
}

export interface Route {
  readonly version: number;
  readonly coordinates: readonly (readonly [number, number])[];
}

/** Where a value comes from: written on the map, computed from other tags, or a rule by country, class and surroundings. */
export type Provenance = "tagged" | "derived" | "default";

export interface StreetLane {
  /** From the kerb. */
  readonly index: number;
  /** m/s */
  readonly limit: number;
  /** m */
  readonly width: number;
  readonly surface: string;
  /** Rise over run. */
  readonly gradient: number;
  readonly permitted: readonly string[];
  readonly turns: readonly string[];
  readonly source: Readonly<
    Record<"limit" | "lanes" | "surface" | "width" | "turns" | "permitted" | "gradient", Provenance>
  >;
}

/** One direction of a street: /api/network/edges/{id}. */
export interface Street {
  readonly edge: number;
  /** The number of its lane at the kerb; those beside it follow. */
  readonly first_lane: number;
  /** Where it leads. */
  readonly junction: number;
  readonly name: string;
  readonly road: string;
  /** The OpenStreetMap way; negative where driven against it, 0 without. */
  readonly osm_way: number;
  /** m */
  readonly length: number;
  readonly bridge: boolean;
  readonly tunnel: boolean;
  readonly access_only: boolean;
  readonly lanes: readonly StreetLane[];
}

/** The strongest braking (positive) and driving, m/s², at 0, speed_step, 2 speed_step … m/s. */
export interface Envelope {
  readonly surface: string;
  readonly condition: string;
  readonly speed_step: number;
  readonly brake: readonly number[];
  readonly drive: readonly number[];
}

/** Everything about the selected vehicle. */
export interface VehicleDetail {
  readonly time: number;
  readonly vehicle: number;
  readonly class: string;
  readonly length: number;
  readonly lon: number;
  readonly lat: number;
  readonly heading: number;
  readonly speed: number;
  readonly acceleration: number;
  readonly wish_speed: number;
  readonly speed_limit: number;
  readonly leader: number | null;
  readonly gap: number | null;
  readonly limit: string;
  readonly limit_text: string;
  readonly brake: number;
  readonly drive: number;
  /** m; null where nothing would brake it. */
  readonly stopping_distance: number | null;
  readonly street: string;
  readonly in_junction: boolean;
  readonly flags: readonly string[];
  readonly travel_time: number;
  /** In comparison with dry asphalt. */
  readonly grip: number;
  /** What the driver takes that for. */
  readonly believed: number;
  readonly faults: readonly string[];
  /** K above the air */
  readonly brake_heat: number;
  readonly from: string;
  readonly to: string;
  readonly route_at: number;
  readonly route_edges: number;
  readonly route?: Route;
  readonly envelope?: Envelope;
}

/** What goes on at an edge: the `edge` message. */
export interface EdgeNow {
  readonly time: number;
  readonly edge: number;
  readonly closed: boolean;
  /** m/s */
  readonly limit: number;
  readonly lanes: readonly { readonly closed: boolean; readonly queued: number; readonly aspects: readonly string[] }[];
  /** The end of the last minute that its course has, s after midnight. */
  readonly minutes: number;
  /** Vehicle, lane from the kerb, m along it, m/s. */
  readonly vehicles: readonly (readonly [number, number, number, number])[];
}

/** The course of an edge, a value a minute: /api/network/edges/{id}/course. */
export interface Course {
  readonly edge: number;
  /** m */
  readonly length: number;
  readonly lanes: number;
  readonly time: readonly number[];
  /** veh/h */
  readonly flow: readonly number[];
  /** veh/km */
  readonly density: readonly number[];
  /** m/s, null where nobody was */
  readonly speed: readonly (number | null)[];
  readonly standing: readonly number[];
}

export interface MovementNow {
  readonly movement: number;
  readonly from: number;
  readonly to: number;
  readonly approach: string;
  readonly exit: string;
  readonly turn: string;
  readonly queue: number;
  readonly vehicles: number;
  /** s, null if nobody has passed of late */
  readonly delay: number | null;
  readonly los: string;
  readonly aspect: string;
}

export interface StageNow {
  readonly green: number;
  readonly least: number;
  readonly intergreen: number;
  readonly groups: readonly string[];
}

export interface SignalNow {
  readonly controller: number;
  readonly name: string;
  readonly control: string;
  readonly faulted: boolean;
  /** -1: none */
  readonly stage: number;
  readonly elapsed: number;
  readonly remaining: number;
  readonly cycle: number;
  readonly offset: number;
  readonly pending: boolean;
  readonly stages: readonly StageNow[];
}

/** What goes on at a junction: the `junction` message. */
export interface JunctionNow {
  readonly time: number;
  readonly junction: number;
  readonly name: string;
  readonly kind: string;
  readonly lon: number;
  readonly lat: number;
  readonly vehicles: number;
  readonly delay: number | null;
  readonly los: string;
  readonly movements: readonly MovementNow[];
  readonly signal: SignalNow | null;
}

/** An answer of /api/search. */
export interface Found {
  readonly name: string;
  readonly kind: "street" | "junction";
  readonly lon: number;
  readonly lat: number;
  readonly bounds: readonly [number, number, number, number];
  readonly id: number;
}

export type TextMessage =
  | ({ readonly type: "hello" } & Info)
  | ({ readonly type: "state" } & RunState)
  | ({ readonly type: "kpi" } & Kpi)
  | ({ readonly type: "weather" } & Weather)
  | ({ readonly type: "timeline" } & Timeline)
  | ({ readonly type: "edge" } & EdgeNow)
  | ({ readonly type: "junction" } & JunctionNow)
  | ({ readonly type: "vehicle" } & VehicleDetail)
  | { readonly type: "vehicle_gone"; readonly vehicle: number; readonly time: number }
  | { readonly type: "done"; readonly id?: number; readonly action: string }
  | {
      readonly type: "error";
      readonly id?: number;
      readonly re: string;
      readonly code: string;
      readonly message: string;
    };

const KNOWN_TYPES: ReadonlySet<string> = new Set([
  "hello",
  "state",
  "kpi",
  "weather",
  "timeline",
  "edge",
  "junction",
  "vehicle",
  "vehicle_gone",
  "done",
  "error",
]);

/**
 * Parses a text message; undefined for a type that this page does not know, which the protocol asks to ignore. The
 * fields are those that the server of the same program writes; only what decides how to go on is checked.
 */
export function parseText(text: string): TextMessage | undefined {
  const message: unknown = JSON.parse(text);
  if (typeof message !== "object" || message === null || !("type" in message)) {
    throw new SyntaxError("a text message without type");
  }
  return KNOWN_TYPES.has(String(message.type)) ? (message as TextMessage) : undefined;
}

export type ControlAction =
  | { readonly action: "pause" | "play" | "step" | "undo" }
  | { readonly action: "close_edge" | "open_edge" | "close_lane" | "open_lane"; readonly value: number }
  | { readonly action: "speed_limit"; readonly value: { readonly edge: number; readonly limit: number } }
  | {
      readonly action: "incident";
      readonly value: { readonly lane?: number; readonly edge?: number; readonly minutes: number };
    }
  | {
      readonly action: "retime";
      readonly value: { readonly controller: number; readonly offset: number; readonly greens: readonly number[] };
    }
  | {
      readonly action: "sky";
      readonly value: { readonly temperature?: number; readonly rain?: number; readonly snow?: number } | null;
    }
  | { readonly action: "goto"; readonly value: number }
  | { readonly action: "speed"; readonly value: number }
  | { readonly action: "weather"; readonly value: string };

export type ClientMessage =
  | { readonly type: "view"; readonly zoom: number; readonly bbox: readonly [number, number, number, number] }
  | { readonly type: "ack"; readonly seq: number }
  | { readonly type: "select"; readonly vehicle: number | null }
  | { readonly type: "inspect"; readonly edge?: number; readonly junction?: number }
  | { readonly type: "review"; readonly time: number | null }
  | ({ readonly type: "control"; readonly token: string; readonly id: number } & ControlAction);
