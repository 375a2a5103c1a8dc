import { expect, it } from "vitest";
import type { StreetLane } from "../protocol/messages.ts";
import { laneValues } from "./lane_values.ts";

const lanes = (...limits: number[]) => limits.map((limit) => ({ limit }) as StreetLane);

it("says once what all lanes have, and lists what differs from the kerb", () => {
  const read = ({ limit }: StreetLane) => `${limit}`;
  expect(laneValues(lanes(14, 14, 14), read)).toBe("14");
  expect(laneValues(lanes(14, 8), read)).toBe("14 | 8");
  expect(laneValues([], read)).toBe("");
});
