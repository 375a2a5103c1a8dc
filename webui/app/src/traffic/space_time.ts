// Where the vehicles of an edge were when: the points of a space-time diagram.

import type { EdgeNow } from "../protocol/messages.ts";

export interface SpaceTimePoint {
  readonly time: number;
  readonly vehicle: number;
  readonly lane: number;
  /** m along the edge */
  readonly s: number;
  /** m/s */
  readonly speed: number;
}

/** How far back the diagram goes, s. */
export const SPACE_TIME_SPAN = 180;

/** At most so many points are kept. */
const MOST = 20_000;

export class SpaceTime {
  readonly edge: number;
  points: SpaceTimePoint[] = [];
  /** When the signals at the end of lane 0 were green: [from, to] in s, the last one open. */
  aspects: { time: number; aspect: string }[] = [];

  constructor(edge: number) {
    this.edge = edge;
  }

  add(now: EdgeNow) {
    if (now.edge !== this.edge) return;
    const last = this.points.at(-1);
    if (last && now.time < last.time) this.points = this.points.filter(({ time }) => time < now.time); // the run has gone back
    if (last && now.time === last.time) return;
    for (const [vehicle, lane, s, speed] of now.vehicles) this.points.push({ time: now.time, vehicle, lane, s, speed });
    const oldest = now.time - SPACE_TIME_SPAN;
    if (this.points.length > MOST || (this.points[0]?.time ?? now.time) < oldest - 30) {
      this.points = this.points.filter(({ time }) => time >= oldest).slice(-MOST);
    }
    const aspect = now.lanes[0]?.aspects[0] ?? "";
    this.aspects = this.aspects.filter(({ time }) => time < now.time && time >= oldest - 120);
    if (aspect !== "" && aspect !== this.aspects.at(-1)?.aspect) this.aspects.push({ time: now.time, aspect });
  }

  /** The ways of single vehicles on a lane, each oldest first. */
  ways(lane: number): SpaceTimePoint[][] {
    const ways = new Map<number, SpaceTimePoint[]>();
    for (const point of this.points) {
      if (point.lane !== lane) continue;
      const way = ways.get(point.vehicle);
      if (way) way.push(point);
      else ways.set(point.vehicle, [point]);
    }
    return [...ways.values()];
  }
}
