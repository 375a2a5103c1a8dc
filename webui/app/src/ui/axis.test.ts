import { expect, it } from "vitest";
import { niceCeiling } from "./axis.ts";

it.each([
  [0, 10],
  [-3, 10],
  [Number.NaN, 10],
  [1, 1.5],
  [95, 100],
  [96, 150],
  [999, 1500],
  [7732, 10_000],
  [0.4, 0.5],
])("the axis for %d ends at %d", (max, end) => expect(niceCeiling(max)).toBeCloseTo(end, 9));
