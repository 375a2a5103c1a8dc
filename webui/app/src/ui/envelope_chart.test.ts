import { expect, it } from "vitest";
import { outline } from "./envelope_chart.tsx";

const envelope = { surface: "asphalt", condition: "dry", speed_step: 10, brake: [9, 8, 7], drive: [3, 2, 1] };

it("goes along the driving side and back along the braking side", () => {
  const corners = [
    [0, 3],
    [10, 2],
    [20, 1],
    [20, -7],
    [10, -8],
    [0, -9],
  ];
  expect(outline(envelope, 20)).toEqual(corners);
});

it("ends at the right edge of the chart, between two speeds of the table too", () => {
  expect(outline(envelope, 15)).toEqual([
    [0, 3],
    [10, 2],
    [15, 1.5],
    [15, -7.5],
    [10, -8],
    [0, -9],
  ]);
});

it("stays inside of the chart", () => {
  expect(outline({ ...envelope, brake: [20], drive: [9] }, 20)).toEqual([
    [0, 5],
    [0, -12],
  ]);
});
