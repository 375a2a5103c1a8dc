import { describe, expect, it } from "vitest";
import { LocalFrame, latOf, lngOf, mercatorX, mercatorY } from "./mercator.ts";

describe("mercator", () => {
  it("has Greenwich and the equator in the middle", () => {
    expect([mercatorX(0), mercatorY(0)]).toEqual([0.5, 0.5]);
  });
  it.each([
    [-75.55, 39.74],
    [13.4, 52.5],
    [174.8, -41.3],
  ])("comes back from (%d, %d)", (lng, lat) => {
    expect(lngOf(mercatorX(lng))).toBeCloseTo(lng, 10);
    expect(latOf(mercatorY(lat))).toBeCloseTo(lat, 10);
  });
});

describe("LocalFrame", () => {
  const frame = new LocalFrame(-75.55, 39.74);

  it("measures metres: a minute of latitude is a nautical mile", () => {
    // 1852 m on the ellipsoid, 1855.3 m on the sphere of web mercator (2π 6378137 / 21600).
    expect(frame.south(mercatorY(39.74 - 1 / 60))).toBeCloseTo(1855.3, 0);
    expect(frame.east(mercatorX(-75.55 + 1 / 60))).toBeCloseTo(1855.3 * Math.cos((39.74 * Math.PI) / 180), 0);
  });

  it("goes back to longitude and latitude", () => {
    const [lng, lat] = frame.lngLat(frame.east(mercatorX(-75.5)), frame.south(mercatorY(39.7)));
    expect(lng).toBeCloseTo(-75.5, 10);
    expect(lat).toBeCloseTo(39.7, 10);
  });

  it("carries the matrix of the square over to metres", () => {
    // Clip = 2 (mercator - 0.29): some affine map of the square, column-major.
    const matrix = [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1, 0, -0.58, -0.58, 0, 1];
    const local = frame.clipMatrix(matrix);
    const [east, south] = [1500, -700];
    const clip = (row: number) => (local[row] ?? 0) * east + (local[4 + row] ?? 0) * south + (local[12 + row] ?? 0);
    expect(clip(0)).toBeCloseTo(2 * (frame.originX + east * frame.unitsPerMetre) - 0.58, 6);
    expect(clip(1)).toBeCloseTo(2 * (frame.originY + south * frame.unitsPerMetre) - 0.58, 6);
    expect(clip(3)).toBe(1);
  });
});
