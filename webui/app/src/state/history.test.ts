import { describe, expect, it } from "vitest";
import type { Kpi } from "../protocol/messages.ts";
import { History } from "./history.ts";

const at = (time: number): Kpi => ({
  time,
  factor: 1,
  on_road: 0,
  waiting: 0,
  arrived: 0,
  crashes: 0,
  standing: 0,
  stuck: 0,
  mean_speed: 0,
  mean_travel_time: null,
  mean_delay: null,
  queues: [],
});
const times = (history: History) => history.points.map((kpi) => kpi.time);

describe("History", () => {
  it("keeps a point every ten seconds and always the newest", () => {
    const history = new History();
    for (let time = 0; time <= 25; time++) history.add(at(time));
    expect(times(history)).toEqual([0, 10, 20, 25]);
  });

  it("puts the past under what was seen live", () => {
    const history = new History();
    history.add(at(130));
    history.prepend([at(60), at(120), at(180)]);
    expect(times(history)).toEqual([60, 120, 130]);
  });

  it("starts over when time goes back", () => {
    const history = new History();
    history.add(at(500));
    history.add(at(20));
    expect(times(history)).toEqual([20]);
  });

  it("stays bounded, with the newest at the end", () => {
    const history = new History();
    for (let time = 0; time < 100_000; time += 10) history.add(at(time));
    expect(history.points.length).toBeLessThanOrEqual(1440);
    expect(history.points.length).toBeGreaterThan(600);
    expect(history.points.at(-1)?.time).toBe(99_990);
  });
});
