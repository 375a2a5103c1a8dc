// Between two pictures: the stream brings ten a second, the screen shows sixty.

/** Returns `a` plus or minus whole turns so that it is the nearest to `reference`; rad. */
export function nearestAngle(a: number, reference: number): number {
  const turn = 2 * Math.PI;
  return a - turn * Math.round((a - reference) / turn);
}

/** Returns the value at `t` (0 … 1) on the way from `from` to `to`. */
export function mix(from: number, to: number, t: number): number {
  return from + (to - from) * t;
}

/** Pictures further apart than this, s of simulation, are not joined: the straight line between would cut corners. */
export const MAX_JOINED_SECONDS = 3;

/** The wall-clock time from one picture to the next, ms, while none has been measured and at most. */
const USUAL_INTERVAL = 100;
const LONGEST_INTERVAL = 1100; // pictures of a recording are a second apart

/**
 * Says where between the last picture and the newest the screen is. The time for the way is the usual interval between
 * pictures, smoothed, so that one that comes late makes a short rest and not a leap.
 */
export class Pace {
  private arrived = Number.NEGATIVE_INFINITY;
  private interval = USUAL_INTERVAL;
  private joined = false;

  /** Notes that a picture arrived at `now` (ms); `joined` if there is a way from the one before. */
  picture(now: number, joined: boolean) {
    const since = now - this.arrived;
    if (since < 2 * LONGEST_INTERVAL) {
      const measured = Math.min(Math.max(since, 16), LONGEST_INTERVAL);
      this.interval += 0.2 * (measured - this.interval);
    }
    this.arrived = now;
    this.joined = joined;
  }

  /** Returns how much of the way is done at `now` (ms), 0 … 1; 1 means that the newest picture is shown and all rests. */
  progress(now: number): number {
    if (!this.joined) return 1;
    return Math.min(Math.max((now - this.arrived) / this.interval, 0), 1);
  }
}
