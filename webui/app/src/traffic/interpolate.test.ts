import { describe, expect, it } from "vitest";
import { mix, nearestAngle, Pace } from "./interpolate.ts";

describe("nearestAngle", () => {
  it.each([
    [0.1, 2 * Math.PI - 0.1, 2 * Math.PI + 0.1],
    [2 * Math.PI - 0.1, 0.1, -0.1],
    [1, 1.5, 1],
    [Math.PI, 9 * Math.PI, 9 * Math.PI],
  ])("of %f to %f is %f", (angle, reference, want) => {
    expect(nearestAngle(angle, reference)).toBeCloseTo(want, 12);
  });

  it("turns the short way round north", () => {
    const from = (359 / 180) * Math.PI;
    const halfway = mix(from, nearestAngle((1 / 180) * Math.PI, from), 0.5);
    expect(halfway).toBeCloseTo(2 * Math.PI, 12);
  });
});

describe("Pace", () => {
  it("goes from one picture to the next in the time between them", () => {
    const pace = new Pace();
    pace.picture(1000, true);
    expect(pace.progress(1000)).toBe(0);
    expect(pace.progress(1050)).toBeCloseTo(0.5, 6);
    expect(pace.progress(1100)).toBe(1);
    expect(pace.progress(5000)).toBe(1);
  });

  it("shows the newest at once if there is no way from the last", () => {
    const pace = new Pace();
    pace.picture(1000, false);
    expect(pace.progress(1000)).toBe(1);
  });

  it("learns the interval", () => {
    const pace = new Pace();
    for (let now = 0; now <= 10_000; now += 200) pace.picture(now, true);
    expect(pace.progress(10_100)).toBeCloseTo(0.5, 1);
  });

  it("does not take a pause for an interval", () => {
    const pace = new Pace();
    pace.picture(0, true);
    pace.picture(60_000, true);
    expect(pace.progress(60_100)).toBe(1);
  });
});
