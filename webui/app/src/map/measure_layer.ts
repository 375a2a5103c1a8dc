// A measure of the traffic on all streets: as the state of the features of the tiles' layer `edges`.

import type { Map as MapLibreMap } from "maplibre-gl";
import type { LayerName, LayerValues } from "../protocol/messages.ts";
import { BASE_SOURCE } from "./style.ts";

/** What a layer is called, and what its ramp goes from and to; `worst` is where the vermilion end is. */
export interface LayerLook {
  readonly name: string;
  readonly what: string;
  /** In the unit of the layer. */
  readonly from: number;
  readonly to: number;
  readonly ends: readonly [string, string];
}

/**
 * The ramp goes from vermilion at `from` over yellow to blue at `to`: vermilion is what is bad. The ends are judgements: a jam has some 140
 * vehicles a kilometre and lane, a lane bears some 900 an hour at signals.
 */
export const LAYER_LOOKS: Readonly<Record<LayerName | "los", LayerLook>> = {
  speed: { name: "Speed", what: "Mean speed over the limit", from: 0, to: 1, ends: ["standing", "the limit"] },
  delay: { name: "Delay", what: "Time lost a vehicle on the street", from: 60, to: 0, ends: ["60 s and more", "none"] },
  standing: { name: "Queue", what: "Standing vehicles, mean", from: 15, to: 0, ends: ["15 and more", "none"] },
  density: { name: "Density", what: "Vehicles a kilometre and lane", from: 100, to: 0, ends: ["100 and more", "none"] },
  flow: { name: "Flow", what: "Vehicles an hour and lane", from: 900, to: 0, ends: ["900 and more", "none"] },
  los: {
    name: "Level",
    what: "Level of service by speed (HCM 6th ed., exhibit 18-1)",
    from: 0,
    to: 1,
    ends: ["F", "A"],
  },
};

export type ShownLayer = keyof typeof LAYER_LOOKS;

/** Above these shares of the speed limit the level is A, B, … E; below the last it is F (HCM 6th ed., exhibit 18-1). */
const LEVELS = [0.8, 0.67, 0.5, 0.4, 0.3];

/** Returns where on the ramp a value is, 0 … 1; null where there is none. */
export function onRamp(layer: ShownLayer, values: LayerValues["values"], edge: number): number | null {
  const source = layer === "los" ? "speed" : layer;
  const value = values[source][edge];
  if (value === undefined || Number.isNaN(value)) return null;
  if (layer === "los") {
    const level = LEVELS.findIndex((share) => value > share);
    return level < 0 ? 0 : 1 - level / LEVELS.length;
  }
  if (value === 0 && layer !== "speed") return null; // nobody, or nothing lost: the bare street
  const { from, to } = LAYER_LOOKS[layer];
  return Math.min(Math.max((value - from) / (to - from), 0), 1);
}

/** Puts a layer on the map; only streets on which something has changed are touched. */
export class MeasureLayer {
  private readonly map: MapLibreMap;
  private shown = new Map<number, number>();

  constructor(map: MapLibreMap) {
    this.map = map;
  }

  update(layer: ShownLayer | null, values: LayerValues["values"] | null) {
    const before = this.shown;
    this.shown = new Map();
    for (let edge = 0; layer && values && edge < values.speed.length; edge++) {
      const at = onRamp(layer, values, edge);
      if (at === null) continue;
      const rounded = Math.round(at * 100) / 100;
      this.shown.set(edge, rounded);
      if (before.get(edge) !== rounded) this.map.setFeatureState(feature(edge), { measure: rounded });
      before.delete(edge);
    }
    for (const edge of before.keys()) this.map.setFeatureState(feature(edge), { measure: -1 });
  }

  /** Says that the map has forgotten everything. */
  forget() {
    this.shown = new Map();
  }
}

const feature = (id: number) => ({ source: BASE_SOURCE, sourceLayer: "edges", id });
