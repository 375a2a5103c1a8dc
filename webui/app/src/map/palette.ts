// The colours of the map. Ramps run from vermilion over yellow to blue, which people with any of the usual colour vision
// deficiencies tell apart (Okabe and Ito 2008); signal colours differ in shape as well (see signal_layer.ts).

import type { Provenance } from "../protocol/messages.ts";

export interface Palette {
  readonly land: string;
  readonly landuse: Readonly<Record<string, string>>;
  readonly water: string;
  readonly building: string;
  readonly buildingOutline: string;
  readonly road: string;
  readonly majorRoad: string;
  readonly roadCasing: string;
  readonly path: string;
  readonly rail: string;
  readonly lane: string;
  readonly marking: string;
  readonly kerb: string;
  readonly label: string;
  readonly labelHalo: string;
  readonly waterLabel: string;
  readonly selection: string;
  /** From standing to the speed limit: the load of edges, from afar. */
  readonly load: readonly [string, string, string, string, string];
  /** Where values of streets come from. */
  readonly provenance: Readonly<Record<Provenance, string>>;
  /** What lies on the road, by name: water in blue, the deeper the darker; what is frozen from violet to red. */
  readonly conditions: Readonly<Record<string, string>>;
  readonly vehicles: {
    /** From standing to fast, evenly spaced. */
    readonly speed: readonly [string, string, string, string, string];
    /** By index of the class in hello. */
    readonly classes: readonly string[];
    readonly outline: string;
    readonly glass: string;
  };
  readonly signals: {
    readonly red: string;
    readonly amber: string;
    readonly green: string;
    readonly off: string;
    readonly casing: string;
  };
}

const CLASSES = ["#3f86c9", "#7cc4e8", "#e0a100", "#12957a", "#c46ca3", "#d3561b"] as const;

export const LIGHT: Palette = {
  land: "#ece9e2",
  landuse: {
    green: "#d5e2c8",
    wood: "#c6d9b8",
    residential: "#e9e5dd",
    industrial: "#e4e1de",
    commercial: "#ebe3db",
    institution: "#ebe5d6",
    parking: "#e2e0dc",
  },
  water: "#bcd7e4",
  building: "#dad5ca",
  buildingOutline: "#c9c3b6",
  road: "#ffffff",
  majorRoad: "#ffffff",
  roadCasing: "#c9c3b7",
  path: "#cdc6b9",
  rail: "#cbc6bd",
  lane: "#ffffff",
  marking: "#a9a79f",
  kerb: "#b3ad9f",
  label: "#4d4a44",
  labelHalo: "#fbfaf7",
  waterLabel: "#3f7086",
  selection: "#0f5d8c",
  load: ["#cc3f14", "#e8892b", "#e5b93c", "#5fa9c9", "#1f6fb2"],
  provenance: { tagged: "#1f74bd", derived: "#e0a100", default: "#cc3f14" },
  conditions: {
    dry: "#8b8a83",
    damp: "#8fb3c4",
    wet: "#4f9fd0",
    soaked: "#2277b8",
    flooded: "#17548f",
    deep: "#0e2f63",
    slush: "#a892c9",
    snow: "#8768b8",
    packed_snow: "#b455a5",
    ice: "#d0336b",
    wet_ice: "#960b3c",
  },
  vehicles: {
    speed: ["#d63f12", "#ef8c2c", "#f2c955", "#6fb6d6", "#1f74bd"],
    classes: CLASSES,
    outline: "#22262b",
    glass: "#1d2a36",
  },
  signals: { red: "#d1201f", amber: "#f0a202", green: "#00a37a", off: "#8d8d8d", casing: "#25292e" },
};

export const DARK: Palette = {
  land: "#14181d",
  landuse: {
    green: "#17231d",
    wood: "#15241c",
    residential: "#161b20",
    industrial: "#191c21",
    commercial: "#1b1b20",
    institution: "#1b1d1f",
    parking: "#1a1e23",
  },
  water: "#10283a",
  building: "#1f252c",
  buildingOutline: "#2a323a",
  road: "#333c45",
  majorRoad: "#3a444e",
  roadCasing: "#0e1216",
  path: "#2a3138",
  rail: "#2b323a",
  lane: "#343d46",
  marking: "#78828c",
  kerb: "#59636d",
  label: "#b9c2ca",
  labelHalo: "#12161a",
  waterLabel: "#6fa6c4",
  selection: "#7cc7f2",
  load: ["#f2572b", "#f6994a", "#f3cc66", "#7cc3e0", "#3f97dc"],
  provenance: { tagged: "#4aa0e6", derived: "#f3cc66", default: "#f4562a" },
  conditions: {
    dry: "#6c757d",
    damp: "#8fb3c4",
    wet: "#6fbdf0",
    soaked: "#3f97dc",
    flooded: "#2f74d6",
    deep: "#3a52d8",
    slush: "#b9a6dc",
    snow: "#e4dcf7",
    packed_snow: "#d98fd0",
    ice: "#ff6f9c",
    wet_ice: "#ff3a5e",
  },
  vehicles: {
    speed: ["#f4562a", "#f89a48", "#f7d472", "#86cbe6", "#4aa0e6"],
    classes: ["#5ea2e0", "#9fd8f5", "#f0b722", "#2cb795", "#dd8cbe", "#ee7338"],
    outline: "#07090b",
    glass: "#0d141b",
  },
  signals: { red: "#ff4b42", amber: "#ffb727", green: "#1fd0a0", off: "#77797c", casing: "#050709" },
};
