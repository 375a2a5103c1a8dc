import type { Provenance, StreetLane } from "../protocol/messages.ts";

export const SOURCE_WORDS: Readonly<Record<Provenance, { short: string; long: string }>> = {
  tagged: { short: "tagged", long: "Written on the map" },
  derived: { short: "derived", long: "Computed from what is written on the map" },
  default: { short: "default", long: "A guess from country, class of road and surroundings" },
};

/** Returns what lanes have in common, or else the value of each from the kerb, "50 km/h | 50 km/h | 30 km/h". */
export function laneValues(lanes: readonly StreetLane[], read: (lane: StreetLane) => string): string {
  const values = lanes.map(read);
  return new Set(values).size === 1 ? (values[0] ?? "") : values.join(" | ");
}
