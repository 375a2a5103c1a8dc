import { expect, it } from "vitest";
import { ringArcs, ringPoint } from "./ring.ts";

it("goes clockwise from the top", () => {
  expect(ringPoint(0, 10)).toEqual([0, -10]);
  expect(ringPoint(0.25, 10)).toEqual([10, -0]);
  expect(ringPoint(0.5, 10)).toEqual([0, 10]);
});

it("gives each stage its share, without a gap", () => {
  const arcs = ringArcs(
    [
      { green: 20, intergreen: 5 },
      { green: 70, intergreen: 5 },
    ],
    100,
  );
  expect(arcs.length).toBe(2);
  expect(arcs[0]?.green.startsWith("M0 -44")).toBe(true);
  expect(arcs[1]?.green.startsWith("M44 0")).toBe(true); // a quarter round
  expect(arcs[1]?.green).toContain(" 0 1 1 "); // more than half of the ring: the large arc
  expect(ringArcs([{ green: 60, intergreen: 0 }], 60)[0]?.green).not.toContain("NaN");
});
