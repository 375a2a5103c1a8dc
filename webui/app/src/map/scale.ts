import { EARTH_CIRCUMFERENCE } from "./mercator.ts";

/** MapLibre's world is 512 pixels wide at zoom 0. */
const WORLD_PIXELS = 512;

/** Returns how many CSS pixels a metre on the ground is. */
export function pixelsPerMetre(zoom: number, lat: number): number {
  return (WORLD_PIXELS * 2 ** zoom) / (EARTH_CIRCUMFERENCE * Math.cos((lat * Math.PI) / 180));
}
