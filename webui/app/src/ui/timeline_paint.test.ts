import { expect, it } from "vitest";
import { tickEvery, timeAt, xOf } from "./timeline_paint.ts";

const period = { begin: 25_200, end: 32_400 };

it("finds the time of a pixel and the pixel of a time", () => {
  for (const time of [25_200, 27_000.5, 32_400])
    expect(timeAt(period, xOf(period, time, 800), 800)).toBeCloseTo(time, 6);
  expect(timeAt(period, -100, 800)).toBe(25_200);
  expect(timeAt(period, 10_000, 800)).toBe(32_400);
});

it("keeps the labels of the axis apart", () => {
  expect(tickEvery(7200, 800)).toBe(600);
  expect(tickEvery(86_400, 800)).toBe(7200);
  expect(tickEvery(86_400, 100)).toBe(86_400);
});
