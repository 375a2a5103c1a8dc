import { expect, it } from "vitest";
import type { EdgeNow } from "../protocol/messages.ts";
import { SPACE_TIME_SPAN, SpaceTime } from "./space_time.ts";

const at = (time: number, ...vehicles: [number, number, number, number][]) =>
  ({ time, edge: 3, lanes: [{ aspects: [time % 60 < 30 ? "green" : "red"] }], vehicles }) as unknown as EdgeNow;

it("makes a way of each vehicle on a lane", () => {
  const diagram = new SpaceTime(3);
  for (let time = 100; time < 105; time++) diagram.add(at(time, [7, 0, (time - 100) * 10, 10], [8, 1, 5, 0]));
  diagram.add({ ...at(105, [9, 0, 0, 0]), edge: 4 });
  expect(diagram.ways(0).map((way) => way.map(({ s }) => s))).toEqual([[0, 10, 20, 30, 40]]);
  expect(diagram.ways(1)[0]?.length).toBe(5);
});

it("stays bounded and forgets what did not happen", () => {
  const diagram = new SpaceTime(3);
  for (let time = 0; time < 1000; time++) diagram.add(at(time, [time % 5, 0, 1, 1]));
  expect(diagram.points.length).toBeLessThan(SPACE_TIME_SPAN + 40);
  expect(diagram.aspects.length).toBeLessThan(14);
  diagram.add(at(900, [1, 0, 1, 1]));
  expect(diagram.points.every(({ time }) => time <= 900)).toBe(true);
});
