import type { Kpi } from "../protocol/messages.ts";

/** The most points that the plot keeps; beyond, every second one goes. */
const MOST_POINTS = 1440;

/** The measures over time, evenly thinned so that a run of any length fits. */
export class History {
  /** Oldest first. The last one is the newest message, however near to the one before. */
  points: readonly Kpi[] = [];
  /** Simulated seconds between two points that are kept. */
  private spacing = 10;

  /** Takes the course of the run so far, as /api/kpis gives it, under what has been seen live. */
  prepend(earlier: readonly Kpi[]) {
    const first = this.points[0]?.time ?? Number.POSITIVE_INFINITY;
    this.points = [...earlier.filter((kpi) => kpi.time < first), ...this.points];
    this.thin();
  }

  add(kpi: Kpi) {
    if (kpi.time < (this.points.at(-1)?.time ?? 0)) this.cut(kpi.time);
    const last = this.points.at(-1);
    const beforeLast = this.points.at(-2);
    const lastIsKept = !beforeLast || (last as Kpi).time - beforeLast.time >= this.spacing;
    this.points = [...(lastIsKept ? this.points : this.points.slice(0, -1)), kpi];
    this.thin();
  }

  /** Forgets what is at or after a time, to which the run has gone back. */
  cut(time: number) {
    this.points = this.points.filter((kpi) => kpi.time < time);
  }

  /** Returns the measures at a time: the newest that are not later, else the first. */
  at(time: number): Kpi | undefined {
    return this.points.findLast((kpi) => kpi.time <= time) ?? this.points[0];
  }

  private thin() {
    if (this.points.length <= MOST_POINTS) return;
    const newest = this.points.length - 1;
    this.points = this.points.filter((_, i) => i % 2 === newest % 2);
    this.spacing *= 2;
  }
}
